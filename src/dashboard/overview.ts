import type { BookView } from '../books/index.js';
import type { Frame } from '../core/frame.js';
import { type StageOperator, stage } from '../core/stage.js';
import {
  integerAtLeast,
  knownKeys,
  nonEmptyName,
  positiveNumber,
  refuse,
  uniqueNames,
} from '../domain/check.js';
import type { InstrumentTable } from '../domain/instrument-table.js';
import type { Order, OrderStatus } from '../domain/order.js';

/** What {@link overview} asks of a ledger. Quantities in lots, money in the reporting currency unless said. */
export interface OverviewLedger {
  readonly reportingCurrency: string;
  profit(): number;
  equity(): number;
  dayProfit(): number;
  drawdown(): number;
  fees(): number;
  exposure(venue?: string): number;
  worstCaseExposure(venue?: string): number;
  worstCaseLong(index: number): number;
  worstCaseShort(index: number): number;
  position(index: number): number;
  averagePrice(index: number): number;
  markPrice(index: number): number;
  /** In the settlement currency. */
  realised(index: number): number;
  /** In the settlement currency. */
  unrealised(index: number): number;
  /** In the settlement currency. */
  funding(index: number): number;
  agents(): readonly string[];
  agentProfit(agent: string): number;
  convert(amount: number, from: string, to: string): number | undefined;
  readonly openOrderCount: number;
  openOrders(): Iterable<OverviewOrder>;
}

/** An order that may still trade, as the ledger keeps it. Lots. */
export interface OverviewOrder {
  readonly order: Order;
  /** Index of its instrument. */
  readonly index: number;
  readonly status: OrderStatus;
  readonly filled: number;
}

/** What {@link overview} asks of the markets: live books by index of the instrument. */
export interface OverviewMarkets {
  book(index: number): BookView;
}

/** A limit whose use is shown. */
export interface LimitGauge {
  /** Of the risk rule, so that a limit that is changed at run time is followed: `maxPosition`. */
  readonly name: string;
  /** In {@link unit}; above 0. */
  readonly limit: number;
  /** Such as `BTC` or `USD`. */
  readonly unit: string;
  /** How much of it is used, in the same unit; `NaN` where unknown. Reads, and changes nothing. */
  readonly used: (ledger: OverviewLedger, instruments: InstrumentTable) => number;
}

/** Price levels of a book, the best first: price, quantity, price, quantity, and so on, as plain numbers. */
export interface DepthOverview {
  readonly index: number;
  readonly bids: readonly number[];
  readonly asks: readonly number[];
}

/** An instrument that is held or was traded. Money in the reporting currency, prices as plain numbers. */
export interface PositionOverview {
  readonly index: number;
  /** Signed base units (contracts of a derivative). */
  readonly position: number;
  /** `NaN` when flat. */
  readonly averagePrice: number;
  readonly markPrice: number;
  readonly unrealised: number;
  /** Realised and unrealised profit and funding, before fees. */
  readonly profit: number;
}

/** The account of a desk at one place of its log: plain numbers, `NaN` where unknown. */
export interface Overview {
  readonly currency: string;
  readonly profit: number;
  readonly equity: number;
  readonly dayProfit: number;
  readonly drawdown: number;
  readonly fees: number;
  /** Gross notional held. */
  readonly exposure: number;
  readonly positions: readonly PositionOverview[];
  readonly agents: readonly { readonly agent: string; readonly profit: number }[];
  readonly venues: readonly { readonly venue: string; readonly exposure: number }[];
  readonly openOrderCount: number;
  /** The newest of them. */
  readonly openOrders: readonly OverviewOrder[];
  readonly depth: readonly DepthOverview[];
  readonly limits: readonly {
    readonly name: string;
    readonly used: number;
    readonly limit: number;
    readonly unit: string;
  }[];
}

/** How often an overview is drawn up, and of what. */
export interface OverviewOptions {
  /** Milliseconds of event time from one to the next, beside those after orders, reports and controls. @default 250 */
  readonly every?: number;
  /** Price levels of each side of a book. @default 6 */
  readonly levels?: number;
  /** Most open orders. @default 25 */
  readonly orders?: number;
  /** Limits whose use is shown. @default what risk itself tells of its limits, without units */
  readonly limits?: readonly LimitGauge[];
}

/** What `overview` adds to a frame: `undefined` on those without one. */
export interface OverviewFields {
  overview: Overview | undefined;
}

/** What {@link overview} asks of risk, where a chain has it: what is used of each limit. */
export interface OverviewLimits {
  uses(): readonly { readonly rule: string; readonly limit: number; readonly value: number }[];
}

type Needs = Frame & {
  readonly ledger: OverviewLedger;
  readonly markets: OverviewMarkets;
  readonly limits?: OverviewLimits;
};

/** Events after which people want to see at once what became of the account. */
const TELLING: ReadonlySet<string> = new Set([
  'report',
  'submitted',
  'cancelRequested',
  'control',
  'barrier',
  'truth',
]);

/**
 * Copies what the live page shows of ledger and books, which are live for one pass only: once in a while, and whenever an order, a
 * report or an operator's word changed something. The last stage of a chain.
 *
 * ```
 * frames    --tick--fill--tick--tick--(a quarter second later) tick--
 *           overview()
 * overview  --O-----O-----------------------------------------O-----
 * ```
 *
 * Its pace is event time, so that it is the same in a replay and on a mirror.
 *
 * @example
 * compose({ instruments }, books(), ledger({ reportingCurrency: 'USD' }), overview());
 * @throws ConfigurationError naming the option, its value and what would be right
 */
export function overview(options: OverviewOptions = {}): StageOperator<Needs, OverviewFields> {
  knownKeys('overview', options, ['every', 'levels', 'orders', 'limits']);
  const every = positiveNumber('overview.every', options.every ?? 250);
  const levels = integerAtLeast('overview.levels', options.levels ?? 6, 1);
  const orders = integerAtLeast('overview.orders', options.orders ?? 25, 1);
  const { limits = [] } = options;
  uniqueNames('limits of the overview', limits);
  for (const { name, limit, unit, used } of limits) {
    nonEmptyName('overview.limits.name', name);
    positiveNumber(`overview.limits.${name}.limit`, limit);
    nonEmptyName(`overview.limits.${name}.unit`, unit);
    if (typeof used !== 'function') refuse(`overview.limits.${name}.used`, 'a function of a ledger', used);
  }
  return stage<Needs, OverviewFields, { due: number }>({
    name: 'overview',
    fingerprint: JSON.stringify({
      every,
      levels,
      orders,
      limits: limits.map(({ name, limit }) => [name, limit]),
    }),
    adds: { overview: undefined },
    init: () => ({ due: Number.NEGATIVE_INFINITY }),
    step: (state, frame, { instruments }) => {
      const { event, ts } = frame;
      if (ts < state.due && !TELLING.has(event.kind)) return;
      state.due = ts + every;
      frame.overview = drawnUp(frame, instruments, levels, orders, limits);
    },
    save: ({ due }) => ({ due }),
    restore: (saved) => ({ due: (saved as { due: number }).due }),
  });
}

function drawnUp(
  { ledger, markets, limits: told }: Needs,
  instruments: InstrumentTable,
  levels: number,
  most: number,
  limits: readonly LimitGauge[],
): Overview {
  const open: OverviewOrder[] = [];
  const skipped = Math.max(0, ledger.openOrderCount - most);
  let place = 0;
  for (const { order, index, status, filled } of ledger.openOrders())
    if (place++ >= skipped) open.push({ order, index, status, filled });
  return {
    currency: ledger.reportingCurrency,
    profit: ledger.profit(),
    equity: ledger.equity(),
    dayProfit: ledger.dayProfit(),
    drawdown: ledger.drawdown(),
    fees: ledger.fees(),
    exposure: ledger.exposure(),
    positions: positionsOf(ledger, instruments),
    agents: ledger.agents().map((agent) => ({ agent, profit: ledger.agentProfit(agent) })),
    venues: instruments.venues.map((venue) => ({ venue, exposure: ledger.exposure(venue) })),
    openOrderCount: ledger.openOrderCount,
    openOrders: open,
    depth: depthOf(markets, instruments, levels),
    limits: usesOf(ledger, instruments, limits, told),
  };
}

function usesOf(
  ledger: OverviewLedger,
  instruments: InstrumentTable,
  gauges: readonly LimitGauge[],
  told: OverviewLimits | undefined,
): Overview['limits'] {
  if (gauges.length === 0)
    return (told?.uses() ?? []).map(({ rule, limit, value }) => ({
      name: rule,
      limit,
      used: value,
      unit: '',
    }));
  return gauges.map(({ name, limit, unit, used }) => ({
    name,
    limit,
    unit,
    used: used(ledger, instruments),
  }));
}

function positionsOf(ledger: OverviewLedger, instruments: InstrumentTable): PositionOverview[] {
  const positions: PositionOverview[] = [];
  for (const { index, definition, quantities } of instruments.list) {
    const lots = ledger.position(index);
    const realised = ledger.realised(index);
    const funding = ledger.funding(index);
    if (lots === 0 && realised === 0 && funding === 0) continue;
    const worth = (amount: number): number =>
      amount === 0 ? 0 : (ledger.convert(amount, definition.settle, ledger.reportingCurrency) ?? Number.NaN);
    const unrealised = worth(lots === 0 ? 0 : ledger.unrealised(index));
    positions.push({
      index,
      position: quantities.toNumber(lots),
      averagePrice: ledger.averagePrice(index),
      markPrice: ledger.markPrice(index),
      unrealised,
      profit: worth(realised + funding) + unrealised,
    });
  }
  return positions;
}

function depthOf(markets: OverviewMarkets, instruments: InstrumentTable, levels: number): DepthOverview[] {
  const depth: DepthOverview[] = [];
  for (const { index, prices, quantities } of instruments.list) {
    const book = markets.book(index);
    const side = (which: 'bid' | 'ask'): number[] => {
      const flat: number[] = [];
      const count = Math.min(levels, book.depth(which));
      for (let level = 0; level < count; level++)
        flat.push(
          prices.toNumber(book.priceAt(which, level)),
          quantities.toNumber(book.quantityAt(which, level)),
        );
      return flat;
    };
    const [bids, asks] = [side('bid'), side('ask')];
    if (bids.length > 0 || asks.length > 0) depth.push({ index, bids, asks });
  }
  return depth;
}
