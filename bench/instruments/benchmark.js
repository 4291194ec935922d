// @ts-check
import { inFreshProcess } from '../harness/fresh-process.js';
import { ratios, summary } from '../harness/statistics.js';

const FEW = 4;
const SIZES = [FEW, 40, 333, 2_000];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const manyInstruments = {
  name: 'instruments',
  title: 'A tick of a desk that holds many instruments',
  method:
    'Books, ledger, features, an agent, ensemble, sizing, routing, five rules on exposure and loss, dispatch: every instrument is held, quotes come for all of them ' +
    'alike, nothing is traded meanwhile. What a tick costs should not grow with what else is held; what is left is memory that a processor has not at hand. ' +
    'Processor time, fresh processes, interleaved rounds.',
  async measure({ quick }) {
    const count = quick ? 5_000 : 300_000;
    /** @type {Map<number, { each: number, held: number }[]>} */
    const runs = new Map(SIZES.map((size) => [size, []]));
    for (let round = 0; round < (quick ? 1 : 5); round++)
      for (const size of SIZES)
        runs.get(size)?.push(await inFreshProcess('instruments/work.js', { size, count }));
    const each = (/** @type {number} */ size) => (runs.get(size) ?? []).map(({ each: time }) => time);
    for (const [size, of] of runs)
      for (const { held } of of)
        if (held !== size) throw new Error(`${held} of ${size} instruments are held`);
    return {
      rows: SIZES.map((size) => ({
        what: `${size.toLocaleString('en')} instruments`,
        'ns a tick': summary(each(size)),
        'against the fewest': ratios(each(size), each(FEW)),
      })),
      goals: [],
    };
  },
};
