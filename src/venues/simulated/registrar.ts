import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import { type Decimal, decimal, formatDecimal, quotient, ZERO } from '../../domain/decimal.js';
import type { StateReport } from '../../domain/event.js';
import type { InstrumentTable, ListedInstrument } from '../../domain/instrument-table.js';
import { sign } from '../../domain/order.js';
import { type FeesOf, feeOf, isTiers, notional, rateOf } from './fees.js';
import { type FinishedOrder, FinishedOrders } from './finished-orders.js';
import type { ScheduledWord } from './scheduled-words.js';
import type { Truth } from './truth-of.js';
import { VenueAccount, type VenueAccountState } from './venue-account.js';
import { executedOf, type Fill, type VenueOrder, type Word } from './venue-order.js';

export type RegistrarState = {
  readonly executions: number;
  readonly finished: readonly FinishedOrder[];
  readonly positions: { readonly [instrument: string]: number };
  /** Notional traded so far; absent unless fees depend on it. */
  readonly volume?: string;
  readonly account?: VenueAccountState;
};

/** What a registrar is given. */
export interface RegistrarSetup {
  readonly venue: string;
  readonly fees: FeesOf | undefined;
  readonly remembered: number;
  readonly balances?: Readonly<Record<string, string>> | undefined;
  readonly instruments: InstrumentTable;
  readonly now: () => number;
  readonly report: (word: Word) => void;
}

/** Writes the reports of the venue, counts executions, keeps positions and remembers finished orders. */
export class Registrar {
  readonly finished: FinishedOrders;
  readonly #setup: RegistrarSetup;
  readonly #positions = new Map<InstrumentId, number>();
  #executions = 0;
  /** Notional traded, where fees depend on it. */
  #volume: Decimal = ZERO;
  readonly account: VenueAccount | undefined;

  constructor(setup: RegistrarSetup) {
    this.#setup = setup;
    this.account = setup.balances === undefined ? undefined : new VenueAccount(setup.balances);
    this.finished = new FinishedOrders(setup.remembered);
  }

  /** Executions so far. */
  get executions(): number {
    return this.#executions;
  }

  accept(order: VenueOrder): void {
    this.say(order.instrument, order.clientOrderId, 'accepted', '', executedOf(order));
  }

  /** An order that the venue does not take. */
  refuse(order: VenueOrder, reason: string): void {
    this.finish(order, 'rejected', reason);
  }

  /** An order that ended without being filled whole. */
  finish(order: VenueOrder, type: 'canceled' | 'expired' | 'rejected', reason: string): void {
    this.#remember(order, type, reason);
    this.say(order.instrument, order.clientOrderId, type, reason, executedOf(order));
  }

  /** An order that does not take the place of another. */
  refuseReplacement(order: VenueOrder, reason: string): void {
    this.#remember(order, 'rejected', reason);
    this.say(order.instrument, order.clientOrderId, 'replaceRejected', reason);
  }

  /** Some lots of an order were executed: its remainder, the position and the report. */
  fill(order: VenueOrder, price: number, quantity: number, liquidity: 'maker' | 'taker'): void {
    this.#setup.report(this.#execute(order, price, quantity, liquidity));
    this.#endDecremented(order);
  }

  /** Self-trade prevention takes lots from an order, and ends it when none are left. */
  decrement(order: VenueOrder, lots: number): void {
    order.remaining -= lots;
    order.decremented = (order.decremented ?? 0) + lots;
    this.#endDecremented(order);
  }

  /** What is left of it was filled, and yet less than was ordered: only its end says so. */
  #endDecremented(order: VenueOrder): void {
    if (order.remaining > 0 || order.decremented === undefined) return;
    this.finish(order, 'canceled', `self-trade prevention took ${order.decremented} lots of it`);
  }

  /** Ends an order of which some lots were executed before, and tells of them after. */
  cancelThenFill(order: VenueOrder, reason: string): void {
    const { orderStep } = this.#setup.instruments.at(this.#setup.instruments.indexOf(order.instrument));
    const half = Math.floor(order.remaining / 2 / orderStep) * orderStep;
    const fill = this.#execute(
      order,
      order.price,
      Math.max(half, Math.min(orderStep, order.remaining)),
      'maker',
    );
    this.finish(order, 'canceled', reason);
    this.#setup.report(fill);
  }

  #execute(order: VenueOrder, price: number, quantity: number, liquidity: 'maker' | 'taker'): Fill {
    const { venue, fees, instruments, now } = this.#setup;
    const listed = instruments.at(instruments.indexOf(order.instrument));
    this.#executions++;
    const fill: Fill = {
      kind: 'report',
      venue,
      instrument: order.instrument,
      clientOrderId: order.clientOrderId,
      venueTime: now(),
      type: 'fill',
      executionId: `${venue}-${this.#executions}`,
      side: order.side,
      price,
      quantity,
      liquidity,
      fee: feeOf(listed, price, quantity, rateOf(listed, order, fees, liquidity, this.#volume)),
      feeCurrency: listed.definition.settle,
    };
    order.remaining -= quantity;
    order.fills.push(fill);
    this.#move(order.instrument, sign(order.side) * quantity);
    if (isTiers(fees)) this.#volume = this.#volume.plus(notional(listed, price, quantity));
    this.account?.book(fill, listed);
    if (order.remaining === 0 && order.decremented === undefined) this.#remember(order, 'filled', 'filled');
    return fill;
  }

  /** A word about an order, as a report. */
  say(
    instrument: InstrumentId,
    clientOrderId: ClientOrderId,
    type: StateReport['type'],
    reason: string,
    filled?: number,
    answers?: number,
  ): void {
    const { venue, now, report } = this.#setup;
    report({
      kind: 'report',
      venue,
      instrument,
      clientOrderId,
      venueTime: now(),
      type,
      reason,
      ...(filled === undefined ? {} : { filled }),
      ...(answers === undefined ? {} : { answers }),
    });
  }

  tell(truth: Truth): void {
    this.#setup.report(truth);
  }

  /** Lots held at the venue. */
  position(instrument: InstrumentId): number {
    return this.#positions.get(instrument) ?? 0;
  }

  payInterest(place: number, currency: string, amount: string): void {
    const { venue, now, report } = this.#setup;
    const paymentId = `${venue}-interest-${place + 1}`;
    this.account?.pay(currency, decimal(amount));
    report({ kind: 'interest', venue, venueTime: now(), paymentId, currency, amount });
  }

  announceFunding(instrument: InstrumentId, rate: string, fundingTime: number): void {
    this.#setup.report({ kind: 'funding', instrument, venueTime: this.#setup.now(), rate, fundingTime });
  }

  /**
   * Takes an execution back, or changes it. Its order, when it still rests, may trade the lots that it gets back; when it
   * was filled, it is over without them.
   */
  amend(
    word: ScheduledWord & { readonly kind: 'bust' | 'correction' },
    resting: readonly VenueOrder[],
  ): void {
    const { venue, now, report } = this.#setup;
    const executionId = `${venue}-${word.execution}`;
    const isIt = (fill: Fill): boolean => fill.executionId === executionId;
    const order = resting.find(({ fills }) => fills.some(isIt));
    const ended = order === undefined ? this.finished.having(isIt) : undefined;
    const fill = (order ?? ended)?.fills.find(isIt);
    if (fill === undefined) return;
    const { kind: _kind, type: _type, ...facts } = fill;
    const quantity = word.kind === 'bust' ? 0 : Math.min(fill.quantity, word.quantity ?? fill.quantity);
    const price = word.kind === 'bust' ? fill.price : (word.price ?? fill.price);
    const gone = fill.quantity - quantity;
    const listed = this.#setup.instruments.at(this.#setup.instruments.indexOf(fill.instrument));
    const changed: Fill | undefined =
      word.kind === 'bust'
        ? undefined
        : { ...fill, price, quantity, fee: feeAt(fill, listed, price, quantity) };
    this.#move(fill.instrument, -sign(fill.side) * gone);
    this.account?.unbook(fill, listed);
    if (changed !== undefined) this.account?.book(changed, listed);
    const amended = (fills: readonly Fill[]): Fill[] =>
      fills.flatMap((each) => (isIt(each) ? (changed === undefined ? [] : [changed]) : [each]));
    const common = { ...facts, kind: 'report', venueTime: now() } as const;
    const reason = 'amended by the venue';
    if (changed === undefined) {
      const { instrument, clientOrderId, venueTime } = common;
      report({
        kind: 'report',
        type: 'bust',
        venue,
        instrument,
        clientOrderId,
        venueTime,
        executionId,
        reason,
      });
    } else report({ ...common, type: 'correction', price, quantity, fee: changed.fee, reason });
    if (order !== undefined) {
      order.remaining += gone;
      order.fills.splice(0, order.fills.length, ...amended(order.fills));
    } else if (ended !== undefined) {
      const fills = amended(ended.fills);
      const over = ended.type === 'filled' && gone > 0;
      this.finished.amend({ ...ended, fills, ...(over ? { type: 'canceled', reason } : {}) });
      const filled = fills.reduce((sum, each) => sum + each.quantity, 0);
      if (over) this.say(ended.instrument, ended.clientOrderId, 'canceled', reason, filled);
    }
  }

  /** Repeats reports of earlier fills: whoever has them already knows them by their execution ids. */
  repeat(fills: readonly Fill[]): void {
    for (const fill of fills) this.#setup.report(fill);
  }

  save(): RegistrarState {
    const positions = [...this.#positions].sort(([one], [two]) => (one < two ? -1 : 1));
    return {
      executions: this.#executions,
      finished: this.finished.save(),
      positions: Object.fromEntries(positions),
      ...(isTiers(this.#setup.fees) ? { volume: formatDecimal(this.#volume) } : {}),
      ...(this.account === undefined ? {} : { account: this.account.save() }),
    };
  }

  restore(state: RegistrarState): void {
    this.#executions = state.executions;
    this.finished.restore(state.finished);
    this.#volume = decimal(state.volume ?? '0');
    if (state.account !== undefined) this.account?.restore(state.account);
    for (const [id, lots] of Object.entries(state.positions)) this.#positions.set(id as InstrumentId, lots);
  }

  #move(instrument: InstrumentId, lots: number): void {
    const position = this.position(instrument) + lots;
    if (position === 0) this.#positions.delete(instrument);
    else this.#positions.set(instrument, position);
  }

  #remember(order: VenueOrder, type: FinishedOrder['type'], reason: string): void {
    const { clientOrderId, instrument, fills } = order;
    this.finished.add({ clientOrderId, instrument, type, reason, fills: [...fills] });
  }
}

/** The fee of an execution whose facts change, at the rate that it had. */
function feeAt(fill: Fill, listed: ListedInstrument, price: number, quantity: number): string {
  const before = notional(listed, fill.price, fill.quantity);
  if (before.eq(0)) return fill.fee;
  return formatDecimal(quotient(decimal(fill.fee).times(notional(listed, price, quantity)), before));
}
