import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { Proposal } from '../../src/domain/order.js';
import {
  books,
  dispatch,
  type LedgerFields,
  ledger,
  type MarketFields,
  risk,
} from '../../src/operators/index.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { recordingOf } from '../../src/streams/replay/memory.js';
import { btc, collect, driver, proposal, quote } from '../core/support.js';

test('a desk that wants one lot and looks at the ledger sends one order, in the middle of a burst of a hundred ticks', async () => {
  const want = (frame: Frame & MarketFields & LedgerFields): readonly Proposal[] =>
    frame.event.kind === 'trade' && frame.ledger.workingBuy(0) + frame.ledger.position(0) === 0
      ? [proposal({ price: 101, quantity: 1, attribution: [{ agent: 'a', quantity: 1 }] })]
      : [];
  const core = compose(
    { instruments: [btc] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    pure('proposals', want),
    risk([]),
    dispatch(),
  );
  const tick: OutsideEvent = {
    kind: 'trade',
    instrument: btc.id,
    venueTime: 0,
    price: 100,
    quantity: 1,
    aggressor: 'buy',
    tradeId: '',
  };
  const burst = driver('burst', ({ events$ }, say) => {
    events$.subscribe(({ event }) => {
      if (event.kind === 'quote') for (let index = 0; index < 100; index++) say(tick);
    });
  });
  const frames = await collect(
    backtest(core, recordingOf([{ ts: 1_000, event: quote(99, 101, 1) }]), { drivers: [burst] }),
  );
  expect(frames.filter(({ event }) => event.kind === 'trade')).toHaveLength(100);
  expect(frames.flatMap(({ commands }) => commands)).toHaveLength(1);
  const first = frames.findIndex(({ commands }) => commands.length > 0);
  expect(frames[first + 1]?.event.kind).toBe('submitted');
  expect(frames[first + 1]?.seq).toBe(frames[first]?.seq);
});
