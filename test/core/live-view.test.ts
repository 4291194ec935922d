import { expect, test } from 'vitest';
import { LateViewError } from '../../src/core/live-view.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { fullDesk, market, venues } from '../properties/full-desk.js';

const source = market(1, 500);
const core = fullDesk(source.instruments);

interface Kept {
  /** Uses of live views that a careless agent kept for later. */
  readonly uses: readonly (() => unknown)[];
}

async function keep(development: boolean): Promise<Kept> {
  const uses: (() => unknown)[] = [];
  await backtest(core, source, { drivers: venues(), development, grace: 1_000 }).forEach((frame) => {
    if (frame.event.kind !== 'quote' || uses.length > 0) return;
    uses.push(
      () => frame.book.bestBid,
      () => frame.book.depth('bid'),
      () => frame.markets.bid(0),
      () => frame.ledger.position(0),
      () => frame.ledger.openOrderCount,
      () => frame.pool.size,
      () => frame.pool.active(),
    );
  });
  return { uses };
}

test('a live view that is used after its pass throws in development, and names itself', async () => {
  const { uses } = await keep(true);
  expect(uses).toHaveLength(7);
  for (const use of uses) {
    expect(use).toThrow(LateViewError);
    expect(use).toThrow(/^frame\.(book|markets|ledger|pool)\.\w+ was used after its pass/);
  }
});

test('without the guards it shows a later time, and costs nothing', async () => {
  const { uses } = await keep(false);
  for (const use of uses) expect(use).not.toThrow();
});
