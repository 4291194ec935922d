import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { clientOrderId } from '../../src/domain/brand.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { type InstrumentSettings, instrument } from '../../src/domain/instrument.js';
import type { Intent } from '../../src/domain/intent.js';
import type { Side } from '../../src/domain/order.js';
import { books } from '../../src/operators/books/books.js';
import { UNATTRIBUTED } from '../../src/operators/ledger/index.js';
import { ledger } from '../../src/operators/ledger/stage.js';
import { bestNetPrice } from '../../src/operators/routing/best-net-price.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { recordingOf } from '../../src/streams/replay/memory.js';

const settings = {
  symbol: 'BTCUSD',
  base: 'BTC',
  quote: 'USD',
  tick: '1',
  lot: '0.01',
  orderStep: '0.1',
} as const;
const spot = instrument({ ...settings, venue: 'one', kind: 'spot' });
const perpetual = instrument({ ...settings, venue: 'two', kind: 'perpetual' });

/** The orders, in lots, that an intent of so many BTC becomes at a desk that holds `held` lots. */
async function routed(
  kind: InstrumentSettings['kind'],
  side: Side,
  quantity: number,
  held = 0,
): Promise<string[]> {
  const definition = kind === 'spot' ? spot : perpetual;
  const common = { instrument: definition.id, venueTime: 0 };
  const events: OutsideEvent[] = [
    {
      kind: 'quote',
      ...common,
      bidPrice: 99,
      bidQuantity: 9_999,
      askPrice: 101,
      askQuantity: 9_999,
      updateId: 1,
    },
    {
      kind: 'quote',
      ...common,
      bidPrice: 99,
      bidQuantity: 9_999,
      askPrice: 101,
      askQuantity: 1,
      updateId: 2,
    },
  ];
  if (held !== 0) {
    // A fill of an order that nobody knows belongs to `unattributed`, which is then the agent that sells.
    const bought = {
      executionId: 'x',
      side: held > 0 ? 'buy' : 'sell',
      price: 100,
      quantity: Math.abs(held),
    };
    events.splice(1, 0, {
      kind: 'report',
      type: 'fill',
      ...common,
      venue: definition.venue,
      clientOrderId: clientOrderId('before'),
      ...bought,
      liquidity: 'taker',
      fee: '0',
      feeCurrency: 'USD',
    } as OutsideEvent);
  }
  const wish: Intent = {
    of: { instrument: definition.id },
    side,
    quantity,
    shares: [{ agent: UNATTRIBUTED, quantity: side === 'buy' ? quantity : -quantity }],
  };
  const core = compose(
    { instruments: [definition] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    pure('intents', ({ event }): readonly Intent[] =>
      event.kind === 'quote' && event.updateId === 2 ? [wish] : NONE,
    ),
    bestNetPrice(),
  );
  const orders: string[] = [];
  await backtest(
    core,
    recordingOf(
      events.map((event, at) => ({ ts: 1_000 + at, event })),
      [definition],
    ),
  ).forEach(({ proposals }) => {
    for (const one of proposals) {
      expect(one.attribution).toEqual([
        { agent: UNATTRIBUTED, quantity: one.side === 'buy' ? one.quantity : -one.quantity },
      ]);
      orders.push(`${one.side} ${one.quantity}`);
    }
  });
  return orders;
}

test.each([
  ['rounds down to whole steps', 'spot', 'buy', 0.58, 0, ['buy 50']],
  ['takes a hair below a step for that step', 'spot', 'buy', 0.3, 0, ['buy 30']],
  ['sends nothing for less than a step', 'spot', 'buy', 0.09, 0, []],
  ['sells no more than can be sold of what is held', 'spot', 'sell', 1, 57, ['sell 50']],
  ['has nothing to sell where what is held is finer', 'spot', 'sell', 1, 7, []],
  ['closes whole steps, and opens whole steps beyond', 'perpetual', 'sell', 1, 57, ['sell 100']],
  ['opens where what is held is finer', 'perpetual', 'buy', 0.25, -7, ['buy 20']],
] as const)('routing %s', async (_, kind, side, quantity, held, orders) => {
  expect(await routed(kind, side, quantity, held)).toEqual(orders);
});
