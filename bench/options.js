// @ts-check
import { parseArgs } from 'node:util';

export const HELP = `npm run bench -- [--only NAME] [--quick] [--json]

  --only NAME   one benchmark; a name that there is not lists them
  --quick       seconds instead of minutes: shows that everything runs, the figures mean little
  --json        one JSON object instead of text

Every measurement runs in a fresh process; rounds of variants are interleaved. Figures are medians with the least
and the most. Goals are ratios, since absolute times depend on the machine and on its day.
"peers" compares other packages (grademark, nodejs-order-book, tardis-dev, ccxt, trading-signals), as far as they are
installed here or in the folder that MILLRACE_PEERS names: bench/peers/README.md. "ema" and "fix" have peers of their own there`;

/** @param {readonly string[]} names of the benchmarks */
export function options(names) {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
        only: { type: 'string' },
      },
    });
    const { only } = values;
    if (only !== undefined && !names.includes(only))
      throw new TypeError(`--only wants one of ${names.join(', ')}, not "${only}"`);
    return { quick: values.quick, json: values.json, help: values.help, only };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`);
    process.exit(1);
  }
}
