import { test } from 'vitest';
import {
  commandsOf,
  control,
  expectPipeline,
  fakeVenue,
  fromRows,
  lotsOf,
  matching,
  quote,
} from '../../src/testing/index.js';
import { BTC, desk } from './first-strategy.js';

const drivers = [fakeVenue('binance')];
const low = quote(BTC, 39_000);
const high = quote(BTC, 40_000);
const kill = control('kill', { reason: 'lunch' });

test('buys when the fast average rises above the slow one, and sells when it falls below', () => {
  expectPipeline(commandsOf(desk, { drivers }), { step: '1s' })
    .given('l-h-l-h---l-', { l: low, h: high })
    .emits('------b---s-', {
      b: matching({ kind: 'submit', order: { side: 'buy', quantity: lotsOf(BTC, 0.5) } }),
      s: matching({ kind: 'submit', order: { side: 'sell', quantity: lotsOf(BTC, 0.5) } }),
    });
});

test('once an operator has stopped it, it may sell what it holds, and buys no more', () => {
  expectPipeline(fromRows(['market', 'operator'], commandsOf(desk, { drivers })), { step: '1s' })
    .given(
      {
        market: '  l-h-l-h---l-h-h-h-',
        operator: '--------k---------',
      },
      { market: { l: low, h: high }, operator: { k: kill } },
    )
    .emits('      ------b---s-------', {
      b: matching({ kind: 'submit', order: { side: 'buy' } }),
      s: matching({ kind: 'submit', order: { side: 'sell' } }),
    });
});
