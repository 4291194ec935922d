// @ts-check
import { goal } from '../harness/goal.js';
import { interleaved } from '../harness/rounds.js';
import { median, summary } from '../harness/statistics.js';

const FEEDS = ['millrace', "ccxt's watch loops"];
const ORDERS = ['millrace, an order', 'ccxt, an order'];

/** @type {import('../harness/benchmark.js').Benchmark} */
export const venues = {
  name: 'venues',
  title: 'Binance: frames off a socket to events, and orders onto it, against ccxt alone',
  method:
    'A server in another process sends changes of 20 levels and trades by turns over the loopback. Processor time of the client, socket and JSON included: millrace gives an event for every frame, ccxt keeps its own book and list of trades and wakes a loop for some. An order: from the call to the first write on the socket, wall time.',
  async measure({ quick }) {
    const rounds = quick ? 1 : 5;
    const task = { quick, frames: quick ? 4_000 : 40_000, orders: quick ? 60 : 600 };
    const feeds = await interleaved('venues/work.js', FEEDS, rounds, task);
    const orders = await interleaved('venues/work.js', ORDERS, rounds, task);
    const perSecond = (/** @type {string} */ variant) => (feeds[variant] ?? []).map((each) => each.perSecond);
    const ratio = median(perSecond(FEEDS[0] ?? '')) / median(perSecond(FEEDS[1] ?? ''));
    const wire = (/** @type {string} */ variant) => median((orders[variant] ?? []).map(({ each }) => each));
    const orderRatio = wire(ORDERS[0] ?? '') / wire(ORDERS[1] ?? '');
    return {
      rows: [
        ...FEEDS.map((what) => ({ what, 'frames a CPU second': summary(perSecond(what)) })),
        ...ORDERS.map((what) => ({
          what,
          'us to the wire': summary((orders[what] ?? []).map(({ each }) => each)),
        })),
        { what: 'frames, millrace over ccxt', ratio },
        { what: 'time of an order to the wire, millrace over ccxt', ratio: orderRatio },
      ],
      goals: [
        goal("frames a CPU second, in those of ccxt's watch loops", ratio, 'at least', 1),
        goal("time of an order to the wire, in that of ccxt's", orderRatio, 'at most', 1),
      ],
    };
  },
};
