import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { ReportEvent, StateReport } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { sign } from '../../domain/order.js';
import { type FeesOf, feeOf, rateOf } from './fees.js';
import { type FinishedOrder, FinishedOrders } from './finished-orders.js';
import type { Fill, VenueOrder } from './venue-order.js';

export type RegistrarState = {
  readonly executions: number;
  readonly finished: readonly FinishedOrder[];
  readonly positions: { readonly [instrument: string]: number };
};

/** What a registrar is given. */
export interface RegistrarSetup {
  readonly venue: string;
  readonly fees: FeesOf | undefined;
  readonly remembered: number;
  readonly instruments: InstrumentTable;
  readonly now: () => number;
  readonly report: (report: ReportEvent) => void;
}

/** Writes the reports of the venue, counts executions, keeps positions and remembers finished orders. */
export class Registrar {
  readonly finished: FinishedOrders;
  readonly #setup: RegistrarSetup;
  readonly #positions = new Map<InstrumentId, number>();
  #executions = 0;

  constructor(setup: RegistrarSetup) {
    this.#setup = setup;
    this.finished = new FinishedOrders(setup.remembered);
  }

  accept(order: VenueOrder): void {
    this.say(order.instrument, order.clientOrderId, 'accepted', '');
  }

  /** An order that the venue does not take. */
  refuse(order: VenueOrder, reason: string): void {
    this.finish(order, 'rejected', reason);
  }

  /** An order that ended without being filled whole. */
  finish(order: VenueOrder, type: 'canceled' | 'expired' | 'rejected', reason: string): void {
    this.#remember(order, type, reason);
    this.say(order.instrument, order.clientOrderId, type, reason);
  }

  /** Some lots of an order were executed: its remainder, the position and the report. */
  fill(order: VenueOrder, price: number, quantity: number, liquidity: 'maker' | 'taker'): void {
    this.#setup.report(this.#execute(order, price, quantity, liquidity));
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
      fee: feeOf(listed, price, quantity, rateOf(listed, order, fees, liquidity)),
      feeCurrency: listed.definition.settle,
    };
    order.remaining -= quantity;
    order.fills.push(fill);
    const position = (this.#positions.get(order.instrument) ?? 0) + sign(order.side) * quantity;
    if (position === 0) this.#positions.delete(order.instrument);
    else this.#positions.set(order.instrument, position);
    if (order.remaining === 0) this.#remember(order, 'filled', 'filled');
    return fill;
  }

  /** A word about an order, as a report. */
  say(
    instrument: InstrumentId,
    clientOrderId: ClientOrderId,
    type: StateReport['type'],
    reason: string,
  ): void {
    const { venue, now, report } = this.#setup;
    report({ kind: 'report', venue, instrument, clientOrderId, venueTime: now(), type, reason });
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
    };
  }

  restore(state: RegistrarState): void {
    this.#executions = state.executions;
    this.finished.restore(state.finished);
    for (const [id, lots] of Object.entries(state.positions)) this.#positions.set(id as InstrumentId, lots);
  }

  #remember(order: VenueOrder, type: FinishedOrder['type'], reason: string): void {
    const { clientOrderId, instrument, fills } = order;
    this.finished.add({ clientOrderId, instrument, type, reason, fills: [...fills] });
  }
}
