import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { ReportEvent } from '../../domain/event.js';
import type { Order } from '../../domain/order.js';
import type { OrderKey } from './venue-adapter.js';

/** An order that may be alive at the venue, in lots. */
interface Sent {
  readonly instrument: InstrumentId;
  readonly quantity: number;
  filled: number;
}

const ENDED: ReadonlySet<string> = new Set(['canceled', 'expired', 'rejected', 'replaceRejected']);

/** Orders that were sent and have not ended, by what was said of them. */
export class OpenOrders {
  readonly #open = new Map<ClientOrderId, Sent>();

  sent({ clientOrderId, instrument, quantity }: Order): void {
    this.#open.set(clientOrderId, { instrument, quantity, filled: 0 });
  }

  hear(report: ReportEvent): void {
    const sent = this.#open.get(report.clientOrderId);
    if (sent === undefined) return;
    if (report.type === 'fill') sent.filled += report.quantity;
    if (ENDED.has(report.type) || sent.filled >= sent.quantity) this.#open.delete(report.clientOrderId);
  }

  /** Lots of an order that fills have told of, or `undefined` when it is not open. */
  filled(id: ClientOrderId): number | undefined {
    return this.#open.get(id)?.filled;
  }

  /** Those of an instrument, the eldest first. */
  of(instrument: InstrumentId): OrderKey[] {
    return [...this.#open]
      .filter(([, open]) => open.instrument === instrument)
      .map(([clientOrderId]) => ({ clientOrderId, instrument }));
  }
}
