import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { Statement } from './statement.js';
import type { OrderRecord } from './tracked-order.js';

/**
 * What the ledger knows, for the stages behind it: sizing, risk, scoring, agents.
 *
 * Instruments go by their index in the table, quantities are signed lots unless stated, money is a plain
 * number in the reporting currency unless stated. Unknown is `NaN`, and only where it matters: an amount of 0
 * needs no rate and a flat position no mark. Everything by index is O(1) unless stated.
 */
export interface LedgerView {
  readonly reportingCurrency: string;

  /** Lots held. */
  position(index: number): number;
  /** Lots, at least 0, that open and unknown buy orders may still add. */
  workingBuy(index: number): number;
  /** Lots, at least 0, that open and unknown sell orders may still take away. */
  workingSell(index: number): number;
  /** The position if everything that may still be bought is, and nothing is sold. */
  worstCaseLong(index: number): number;
  /** The position if everything that may still be sold is, and nothing is bought. */
  worstCaseShort(index: number): number;
  agentPosition(agent: string, index: number): number;
  /** Lots that orders may still trade for an agent. */
  agentWorking(agent: string, index: number): number;
  /** Agents that ever traded, by name; `unattributed` is among them when lots have no other owner. */
  agents(): readonly string[];

  readonly openOrderCount: number;
  /** Orders that may still trade, oldest first; of one instrument when an index is given. */
  openOrders(index?: number): Iterable<OrderRecord>;
  /** Orders that are finished and still remembered, those that finished first first. */
  finishedOrders(): Iterable<OrderRecord>;
  /** An open or recently finished order. */
  order(clientOrderId: ClientOrderId): OrderRecord | undefined;

  /** An order with those that it replaced and that replaced it, first to last. */
  chain(clientOrderId: ClientOrderId): readonly ClientOrderId[];
  /** Whether an execution, a bust or a correction of this id has been taken already. */
  knowsExecution(report: {
    readonly venue: string;
    readonly instrument: InstrumentId;
    readonly executionId: string;
  }): boolean;
  /**
   * The venue's time (Unix milliseconds) of the newest execution there that was booked with an order that is forgotten by
   * now; `-Infinity` when none is. Whether an older one of an order that is not remembered was booked, nobody knows.
   */
  forgottenUntil(venue: string): number;

  /** Plain price last marked; `NaN` when there was none. */
  markPrice(index: number): number;
  /** Mean entry price of the lots held; `NaN` when flat. */
  averagePrice(index: number): number;
  /** Profit of closed lots before fees, in the settlement currency. */
  realised(index: number): number;
  /** Profit of open lots at the mark, in the settlement currency. */
  unrealised(index: number): number;
  /** Funding received so far, in the settlement currency; negative: paid. */
  funding(index: number): number;
  /** Gross notional of one lot at the mark. */
  lotNotional(index: number): number;

  /** Realised and unrealised profit, funding and interest less fees. */
  profit(): number;
  /** The starting capital and the profit. */
  equity(): number;
  /** Fees paid so far. */
  fees(): number;
  /** Interest received so far; negative: paid. */
  interest(): number;
  /** Funding of all instruments received so far; negative: paid. Walks those that were traded. */
  fundingReceived(): number;
  /** Profit since the trading day began; the start is the last profit known before it. */
  dayProfit(): number;
  /** When the next trading day begins (Unix milliseconds). */
  nextDay(): number;
  /** Highest profit so far, at least 0. */
  peakProfit(): number;
  /** How far the profit is below its peak, at least 0. */
  drawdown(): number;
  /** What {@link profit} is for one agent. Walks its instruments. */
  agentProfit(agent: string): number;
  /** What {@link profit} is for the instruments of one venue and its interest, of one agent when it is named. Walks them. */
  venueProfit(venue: string, agent?: string): number;
  /** Gross notional held at a venue, or everywhere. Walks the venue's instruments. */
  exposure(venue?: string): number;
  /** {@link exposure} is at most this, a hair above it: known without a walk. `NaN` while a mark or a rate that matters is unknown. */
  exposureAtMost(venue?: string): number;
  /** As {@link exposure}, each instrument at the larger of its worst cases. */
  worstCaseExposure(venue?: string): number;

  /** What a venue says it holds of a currency, free and locked, in that currency; `NaN` before its first word. */
  balance(venue: string, currency: string): number;
  /** The free part of {@link balance}. */
  freeBalance(venue: string, currency: string): number;
  /** What open orders at a venue lay claim to, in that currency: prices of buys, lots of sells, margin of contracts. */
  reserved(venue: string, currency: string): number;
  /** Initial margin of a venue's contracts, held and ordered; `NaN` without a margin rate or a mark that matters. */
  marginInitial(venue: string): number;
  /** Maintenance margin of the contracts held at a venue; `NaN` without a margin rate or a mark that matters. */
  marginMaintenance(venue: string): number;

  /** `amount` of one currency in another; `undefined` when no rate is known. Searches a way: not for every tick. */
  convert(amount: number, from: string, to: string): number | undefined;
  /** When the older of the rates that such a conversion needs became known (Unix milliseconds); `undefined` without. */
  rateTime(from: string, to: string): number | undefined;
  /** The exact account of everything. Slow; meant for the end of a run and for reports. */
  statement(): Statement;
}
