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

/** How long the market of an example is, by event time. @param minutes when the option is not given */
export const minutesOf = (minutes: number, least = 1): NumberOption => ({
  value: minutes,
  least,
  most: 1_440,
  what: 'of simulated market',
});

/** Worker threads. */
export const WORKERS: NumberOption = { value: 2, least: 1, most: 64, what: 'worker threads' };

/** For a program that reads what an example prints. */
export const JSON_FLAG = { json: 'one JSON object on stdout' } as const;

/**
 * The options of a command line such as `--seed 7 --minutes 20 --json`: numbers, and flags that are given or not. `--help` prints
 * what there is and ends with exit code 0; a wrong option is told in one line and ends with 2.
 */
export function optionsFrom<Name extends string, Flag extends string = never>(
  about: string,
  numbers: Readonly<Record<Name, NumberOption>>,
  flags?: Readonly<Record<Flag, string>>,
): Record<Name, number> & Record<Flag, boolean> {
  const names = Object.keys(numbers) as Name[];
  const switches = Object.entries<string>(flags ?? {});
  try {
    const { values } = parseArgs({
      options: {
        help: { type: 'boolean' },
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
        ...Object.fromEntries(switches.map(([name]) => [name, { type: 'boolean' as const }])),
      },
    });
    const given: Readonly<Record<string, unknown>> = values;
    if (given['help'] === true) {
      const lines = [
        ...names.map((name) => [`--${name} N`, `${numbers[name].what}   [${numbers[name].value}]`] as const),
        ...switches.map(([name, what]) => [`--${name}`, what] as const),
        ['--help', 'this text'] as const,
      ].map(([name, what]) => `  ${name.padEnd(14)}${what}\n`);
      process.stdout.write(`${about}\n\n${lines.join('')}`);
      process.exit(0);
    }
    return Object.fromEntries([
      ...names.map((name) => [name, checked(name, given[name], numbers[name])] as const),
      ...switches.map(([name]) => [name, given[name] === true] as const),
    ]) as Record<Name, number> & Record<Flag, boolean>;
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
