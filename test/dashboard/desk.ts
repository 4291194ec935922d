import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Driver } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { type DashboardFrame, type OverviewFields, overview } from '../../src/dashboard/index.js';
import type { Instrument } from '../../src/domain/instrument.js';
import {
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ema,
  features,
  type LedgerView,
  ledger,
  type MarketsView,
  maxPosition,
  meanReversion,
  realisedVolatility,
  risk,
  signal,
  signals,
  sizing,
  trendFollowing,
  zScore,
} from '../../src/operators/index.js';
import type { RecordingSource } from '../../src/streams/index.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';

const every = 50;

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

export type ShownFrame = DashboardFrame & OverviewFields & { readonly truth: Truth | undefined };

/** A desk of two agents that trades, is denied something, and shows an overview of itself. */
export function shownDesk(instruments: readonly Instrument[], limit = 1): Core<ShownFrame> {
  return compose(
    { name: 'shown', instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    features({
      fast: ema({ period: 4, every }),
      slow: ema({ period: 12, every }),
      stretch: zScore({ window: 12, every }),
      volatility: realisedVolatility({ window: 8, every }),
    }),
    signals([
      signal({
        name: 'cross',
        horizon: '2s',
        evaluate: ({ features: { fast, slow } }: Frame & { features: { fast: number; slow: number } }) =>
          Number.isNaN(fast) || Number.isNaN(slow)
            ? undefined
            : { direction: fast > slow ? 1 : -1, strength: 0.8, confidence: 0.6 },
      }),
    ]),
    agents([
      trendFollowing({ asset: 'BTC', signal: 'cross', targetVolatility: 1, lifetime: '1m' }),
      meanReversion({ asset: 'BTC', enter: 1.5, lifetime: '1m' }),
    ]),
    confidenceWeighted({}),
    sizing({ budget: 200_000, minimumTrade: 0.02, retryAfter: '200ms', recheckEvery: '1s' }),
    bestNetPrice(),
    risk([maxPosition({ limit })]),
    dispatch({ desk: 'shown' }),
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
      ({
        snapshot,
        event,
        ledger: live,
        markets,
      }: Frame & { ledger: LedgerView; markets: MarketsView }): Truth | undefined =>
        snapshot === undefined && event.kind !== 'control'
          ? undefined
          : truthOf(live, markets, instruments.length),
      undefined,
    ),
  ) as unknown as Core<ShownFrame>;
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

export const venues = (): readonly Driver[] =>
  ['binance', 'coinbase', 'cme'].map((venue) =>
    simulatedVenue({ venue, latency: { submit: 20, report: 15 } }),
  );

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
