// @ts-check
import { inFreshProcess, NO_COLLECTION } from '../harness/fresh-process.js';
import { ratios, summary } from '../harness/statistics.js';

/** V8 inlines whatever is called, however long it becomes. */
const INLINED = [
  '--max-inlined-bytecode-size=15000',
  '--max-inlined-bytecode-size-cumulative=30000',
  '--max-inlined-bytecode-size-absolute=30000',
];

/** What is measured, and what the row has that the one before it had not. */
const ROWS = [
  { what: 'mathematics', variant: 'mathematics', flags: [] },
  { what: 'inlined', variant: 'inlined', flags: [] },
  { what: 'kernel loop', variant: 'kernel loop', flags: [] },
  { what: 'kernel loop, all inlined', variant: 'kernel loop', flags: INLINED },
  { what: 'kernel loop over events', variant: 'kernel loop over events', flags: [] },
  { what: 'composed', variant: 'composed', flags: [] },
  { what: 'composed, all inlined', variant: 'composed', flags: INLINED },
  { what: 'composed, no collections', variant: 'composed', flags: NO_COLLECTION },
  {
    what: 'composed, no generated code',
    variant: 'composed',
    flags: ['--disallow-code-generation-from-strings'],
  },
  { what: 'under run', variant: 'under run', flags: [] },
];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const referenceParts = {
  name: 'reference-parts',
  title: 'Reference pipeline, part by part: where a tick spends its time',
  method:
    'The work of "reference", with one thing more or less in each row: the calls of the C library alone; the loop by hand; ' +
    'functions and an object a tick; an event a tick and the look-up of its instrument; the chain; the sequencer, gate and ' +
    'subscriber around it. "All inlined": V8 told to inline without bound, what calls between functions cost. Interleaved.',
  async measure({ quick }) {
    const task = quick ? { warmUp: 20_000, count: 20_000 } : { warmUp: 1_000_000, count: 1_000_000 };
    /** @type {Map<string, number[]>} */
    const times = new Map(ROWS.map(({ what }) => [what, []]));
    for (let round = 0; round < (quick ? 1 : 7); round++) {
      for (let place = 0; place < ROWS.length; place++) {
        const row = /** @type {typeof ROWS[number]} */ (ROWS[(round + place) % ROWS.length]);
        const { each } = await inFreshProcess(
          'reference/work.js',
          { measure: 'time', quick, ...task, variant: row.variant },
          row.flags,
        );
        times.get(row.what)?.push(each);
      }
    }
    const of = (/** @type {string} */ what) => times.get(what) ?? [];
    return {
      rows: ROWS.map(({ what }) => ({
        what,
        'ns a tick': summary(of(what)),
        'against inlined': ratios(of('inlined'), of(what)),
      })),
      goals: [],
    };
  },
};
