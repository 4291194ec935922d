import { parseArgs } from 'node:util';

/** A whole number that an option may be. */
export interface NumberOption {
  /** When the option is not given. */
  readonly value: number;
  readonly least: number;
  readonly most: number;
  readonly what: string;
}

/** Every market of the examples is drawn from a seed. */
export const SEED: NumberOption = {
  value: 1,
  least: 0,
  most: 999_999_999,
  what: 'another seed, another market',
};

/** Money for people to read, such as `-1,204.50 USD`. */
export function usd(amount: number): string {
  const shown = Math.abs(amount) < 0.005 ? 0 : amount;
  return `${shown.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })} USD`;
}

/**
 * The numbers of a command line such as `--seed 7 --minutes 20`. `--help` prints what there is and ends with exit code 0; a wrong
 * option is told in one line and ends with 2.
 */
export function numbersFrom<Name extends string>(
  about: string,
  options: Readonly<Record<Name, NumberOption>>,
): Record<Name, number> {
  const names = Object.keys(options) as Name[];
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean' },
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
      },
    });
    const given: Readonly<Record<string, unknown>> = values;
    if (given['help'] === true) {
      const lines = names.map((name) => {
        const { what, value } = options[name];
        return `  ${`--${name} N`.padEnd(14)}${what}   [${value}]\n`;
      });
      process.stdout.write(`${about}\n\n${lines.join('')}  ${'--help'.padEnd(14)}this text\n`);
      process.exit(0);
    }
    const numbers = names.map((name) => [name, checked(name, given[name], options[name])] as const);
    return Object.fromEntries(numbers) as Record<Name, number>;
  } catch (error) {
    const [first = ''] = (error as Error).message.split(/\. To specify|\n/);
    process.stderr.write(`${first.replace(/\.$/, '')}; see --help\n`);
    process.exit(2);
  }
}

function checked(name: string, text: unknown, { value, least, most }: NumberOption): number {
  if (text === undefined) return value;
  const number = /^\d{1,9}$/.test(text as string) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new Error(`--${name} must be a whole number from ${least} to ${most}, not "${text}"`);
}
