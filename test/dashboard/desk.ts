import type { Core } from '../../src/core/core.js';
import { pure } from '../../src/core/pure.js';
import { type OverviewFields, overview } from '../../src/dashboard/index.js';
import type { Instrument } from '../../src/domain/instrument.js';
import type { LedgerView, MarketsView } from '../../src/operators/index.js';
import type { RecordingSource } from '../../src/streams/index.js';
import { type CrossingFrame, crossingDesk } from '../crossing.js';

/** What the ledger and the books say at the end of a run, read past the overview. */
export interface Truth {
  readonly profit: number;
  readonly equity: number;
  readonly drawdown: number;
  readonly exposure: number;
  readonly fees: number;
  readonly positions: readonly number[];
  readonly bids: readonly number[];
  readonly asks: readonly number[];
  readonly openOrders: number;
  readonly agents: Readonly<Record<string, number>>;
}

export type ShownFrame = CrossingFrame & OverviewFields & { readonly truth: Truth | undefined };

/** A desk of two agents that trades, is denied something, and shows an overview of itself. */
export function shownDesk(instruments: readonly Instrument[], limit = 1): Core<ShownFrame> {
  return crossingDesk<CrossingFrame & OverviewFields, ShownFrame>(
    { name: 'shown', instruments, limit, lifetimes: { trend: '1m', reversion: '1m' } },
    overview({
      limits: [
        {
          name: 'maxPosition',
          limit,
          unit: 'BTC',
          used: (book, table) =>
            Math.max(
              ...table.list.map(({ index, quantities }) =>
                Math.abs(quantities.toNumber(book.worstCaseLong(index))),
              ),
            ),
        },
      ],
    }),
    pure(
      'truth',
      ({ snapshot, event, ledger: live, markets }): Truth | undefined =>
        snapshot === undefined && event.kind !== 'control'
          ? undefined
          : truthOf(live, markets, instruments.length),
      undefined,
    ),
  );
}

function truthOf(live: LedgerView, markets: MarketsView, count: number): Truth {
  const each = <T>(read: (index: number) => T): T[] =>
    Array.from({ length: count }, (_, index) => read(index));
  return {
    profit: live.profit(),
    equity: live.equity(),
    drawdown: live.drawdown(),
    exposure: live.exposure(),
    fees: live.fees(),
    positions: each((index) => live.position(index)),
    bids: each((index) => markets.bid(index)),
    asks: each((index) => markets.ask(index)),
    openOrders: live.openOrderCount,
    agents: Object.fromEntries(live.agents().map((agent) => [agent, live.agentProfit(agent)])),
  };
}

/** A recording that stays open at its end until it is let go: the desk has played everything and still hears its operators. */
export function heldOpen(source: RecordingSource): { readonly source: RecordingSource; end(): void } {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return {
    source: {
      ...source,
      async *batches() {
        yield* source.batches();
        await ended;
      },
    },
    end: () => end(),
  };
}
