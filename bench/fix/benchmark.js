// @ts-check
import { interleaved } from '../harness/rounds.js';
import { ratios, summary } from '../harness/statistics.js';
import { brokerProgram } from './broker.js';
import { HOW_TO_INSTALL, hasJspurefix } from './jspurefix.js';

const CODEC = [
  'encode a new order',
  'encode a new order with its times',
  'parse an execution report',
  'report to event',
];
/** What jspurefix does as well; equal results are checked before it is timed. */
const COMPARED = CODEC.slice(1, 3);
const TRIPS = ['in memory', 'written', 'synced'];
const THEIR_TRIP = 'round trip, jspurefix';

/** @type {import('../harness/benchmark.js').Benchmark} */
export const fix = {
  name: 'fix',
  title: 'FIX: messages encoded and parsed, and an order there and back',
  method:
    'The codec in processor time: an order of 15 fields, a report of 22 off a buffer of many, checksums included; and the same reports through session, store and driver to events. Round trips in wall time over the loopback, order to acknowledgement, one at a time: with a store in memory, one that is written before the socket, one that is synced before it. Where jspurefix is installed, encoding and parsing by it too, with its own transmitter and parser and without a socket; what it spells and reads is compared first; and the round trip with its whole engine, whose store is in memory. The other side is QuickFIX where it is installed (with g++), which keeps its numbers in files; else an echo of ours.',
  async measure({ quick }) {
    const rounds = quick ? 1 : 5;
    const program = brokerProgram();
    const task = { quick, program, count: quick ? 20_000 : 200_000, trips: quick ? 200 : 3_000 };
    const codec = await interleaved('fix/work.js', CODEC, rounds, task);
    const against = hasJspurefix();
    const theirs = against
      ? await interleaved(
          'fix/work.js',
          COMPARED.map((what) => `${what}, jspurefix`),
          rounds,
          task,
        )
      : {};
    const trips = await interleaved(
      'fix/work.js',
      [...TRIPS, ...(against ? [THEIR_TRIP] : [])],
      rounds,
      task,
    );
    const of = (/** @type {Record<string, any[]>} */ results, /** @type {string} */ variant) =>
      (results[variant] ?? []).map(({ each }) => each);
    const side = program === undefined ? 'an echo' : 'QuickFIX';
    return {
      rows: [
        ...CODEC.map((what) => ({ what, 'ns each': summary(of(codec, what)) })),
        ...(against
          ? COMPARED.flatMap((what) => [
              { what: `${what}, jspurefix`, 'ns each': summary(of(theirs, `${what}, jspurefix`)) },
              {
                what: `${what}, jspurefix over ours`,
                ratio: ratios(of(theirs, `${what}, jspurefix`), of(codec, what)).median,
              },
            ])
          : [{ what: `jspurefix: ${HOW_TO_INSTALL}` }]),
        ...TRIPS.map((what) => ({
          what: `round trip, store ${what}, ${side}`,
          'us, median': summary(of(trips, what)),
        })),
        ...(against
          ? [
              { what: `${THEIR_TRIP} in memory, ${side}`, 'us, median': summary(of(trips, THEIR_TRIP)) },
              {
                what: `${THEIR_TRIP} over ours, both in memory`,
                ratio: ratios(of(trips, THEIR_TRIP), of(trips, 'in memory')).median,
              },
            ]
          : []),
        {
          what: 'round trip, written over in memory',
          ratio: ratios(of(trips, 'written'), of(trips, 'in memory')).median,
        },
      ],
      goals: [],
    };
  },
};
