import type { Cancel } from '../../core/clock.js';
import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { Report } from './venue-order.js';

/** A request whose answer is awaited. */
export type Awaited = {
  readonly request: 'submit' | 'cancel';
  readonly instrument: InstrumentId;
  readonly clientOrderId: ClientOrderId;
};

/**
 * The time-outs that run.
 *
 * A fill alone answers nothing: the venue acknowledges or rejects every order, and what it told before the word that was
 * lost may be lost as well.
 */
export class Timeouts {
  readonly #running: Readonly<Record<Awaited['request'], Map<ClientOrderId, Cancel>>> = {
    submit: new Map(),
    cancel: new Map(),
  };

  /** A second request of one order and kind waits anew. */
  add({ request, clientOrderId }: Awaited, stop: Cancel): void {
    this.#running[request].get(clientOrderId)?.();
    this.#running[request].set(clientOrderId, stop);
  }

  heard({ clientOrderId, type }: Report): void {
    if (type === 'accepted' || type === 'rejected') this.#stop('submit', clientOrderId);
    else if (type !== 'fill' && type !== 'unknown') this.#stop('cancel', clientOrderId);
  }

  over({ request, clientOrderId }: Awaited): void {
    this.#running[request].delete(clientOrderId);
  }

  #stop(request: Awaited['request'], id: ClientOrderId): void {
    this.#running[request].get(id)?.();
    this.#running[request].delete(id);
  }
}
