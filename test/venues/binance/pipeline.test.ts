import { expect, test } from 'vitest';
import { compose } from '../../../src/core/compose.js';
import type { Frame } from '../../../src/core/frame.js';
import { pure } from '../../../src/core/pure.js';
import { run } from '../../../src/core/run.js';
import type { Event } from '../../../src/domain/event.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  type LedgerFields,
  ledger,
  lookUps,
  type MarketFields,
  maxPosition,
  reconciliation,
  risk,
  sizing,
} from '../../../src/operators/index.js';
import { liveClock } from '../../../src/streams/index.js';
import { binance, binanceCapabilities } from '../../../src/venues/binance/index.js';
import type { RequestFault } from '../../doubles/binance/binance-double.js';
import { BTC, quick, startDouble } from './binance-under-test.js';

/** Wants half of its budget in coins, for ever. */
const holder = agent({
  name: 'holder',
  decide: (_frame: Frame) => ({ of: { asset: 'BTC' }, exposure: 1, confidence: 1 }),
});

const faults: readonly (readonly [string, readonly RequestFault[]])[] = [
  ['nothing', []],
  ['an order that is filled while its answer and every word of it are lost', [{ kind: 'acceptThenHang' }]],
  ['a connection that breaks behind the order', [{ kind: 'acceptThenDrop' }]],
  ['an answer that says nothing', [{ kind: 'answer', status: 504, code: -1007, done: true }]],
];

test.each(faults)('a desk comes to its position with one order, in spite of %s', async (_, wrong) => {
  const double = await startDouble();
  double.fail('place', ...wrong);
  const venues = { binance: binanceCapabilities() };
  const desk = compose(
    { instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USDT' }),
    lookUps({ venues, firstWait: 50 }),
    reconciliation(),
    pure('standing', ({ ledger: view }: Frame & MarketFields & LedgerFields) => ({
      held: view.position(0),
      open: [...view.openOrders()].length,
    })),
    agents([holder]),
    confidenceWeighted(),
    sizing({ budget: 20_000 }),
    bestNetPrice(),
    risk([maxPosition({ limit: 1 })]),
    dispatch({ venues }),
  );
  const pipeline = run(desk, { clock: liveClock(), drivers: [binance(quick(double, { timeout: 200 }))] });
  const events: Event[] = [];
  let held = 0;
  let open = 0;
  const ends = new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => {
      reject(
        new Error(
          `no position; said ${events
            .slice(-15)
            .map((each) => JSON.stringify(each))
            .join('\n')}`,
        ),
      );
    }, 10_000);
    pipeline.subscribe({
      next: ({ event, standing }) => {
        events.push(event);
        ({ held, open } = standing);
        if (held > 0 && open === 0) pipeline.stop();
      },
      error: reject,
      complete: () => {
        clearTimeout(late);
        resolve();
      },
    });
  });
  await ends;
  const orders = double.market.ordersOf(double.owner);
  await double.stop();
  expect(orders).toHaveLength(1);
  expect(double.placed).toHaveLength(1);
  expect(held).toBe(orders[0]?.filled);
  expect(held).toBeGreaterThan(0);
  expect(open).toBe(0);
  expect(pipeline.halted).toBeUndefined();
  const fills = events.filter((event) => event.kind === 'report' && event.type === 'fill');
  expect(fills).toHaveLength(orders[0]?.fills.length ?? 0);
});
