import { expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import { highestPrice, worstPrice } from '../../src/operators/risk/order-price.js';
import { spot } from '../../src/testing/index.js';
import { aView } from './a-view.js';

const listed = new InstrumentTable([spot()]).at(0);
const prices = (terms: Partial<Proposal>): [worst: number, highest: number] => {
  const proposal = { price: 0, ...terms } as Proposal;
  const view = aView({ bid: 99, ask: 101 });
  return [worstPrice(proposal, listed, view), highestPrice(proposal, listed, view)];
};

// The market is at 99 to 101; ticks of a cent.
test.each<[string, Partial<Proposal>, worst: number, highest: number]>([
  ['a limit buy', { side: 'buy', type: 'limit', price: 10_200 }, 102, 102],
  ['a limit sell into the bid', { side: 'sell', type: 'limit', price: 9_800 }, 98, 99],
  ['a limit sell above the market', { side: 'sell', type: 'limit', price: 10_300 }, 103, 103],
  ['a market buy', { side: 'buy', type: 'market' }, 101, 101],
  ['a market sell', { side: 'sell', type: 'market' }, 99, 99],
  ['a stop buy that sleeps', { side: 'buy', type: 'stop', stopPrice: 10_500 }, 105, 105],
  ['a stop buy that wakes at once', { side: 'buy', type: 'stop', stopPrice: 10_000 }, 101, 101],
  ['a stop sell that sleeps', { side: 'sell', type: 'stop', stopPrice: 9_500 }, 95, 99],
  ['a stop sell that wakes at once', { side: 'sell', type: 'stop', stopPrice: 10_000 }, 99, 100],
  ['a stop-limit buy', { side: 'buy', type: 'stopLimit', price: 10_600, stopPrice: 10_500 }, 106, 106],
  // It may be filled where it wakes, far above its limit.
  ['a stop-limit sell', { side: 'sell', type: 'stopLimit', price: 9_000, stopPrice: 10_000 }, 90, 100],
  ['a trailing stop that buys', { side: 'buy', type: 'trailingStop', trail: 200 }, 103, 103],
  ['a trailing stop that sells', { side: 'sell', type: 'trailingStop', trail: 200 }, 97, 99],
])('%s', (_, terms, worst, highest) => {
  expect(prices(terms)).toEqual([worst, highest]);
});
