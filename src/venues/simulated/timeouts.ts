import type { Cancel } from '../../core/clock.js';
import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { Word } from './venue-order.js';

/** A request whose answer is awaited. */
export type Awaited = {
  readonly request: 'submit' | 'cancel';
  readonly instrument: InstrumentId;
  readonly clientOrderId: ClientOrderId;
};

const SETTLES_SUBMIT: ReadonlySet<string> = new Set(['accepted', 'rejected', 'replaced', 'replaceRejected']);
const SETTLES_CANCEL: ReadonlySet<string> = new Set(['canceled', 'expired', 'cancelRejected']);

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

  heard(word: Word): void {
    if (word.kind !== 'report') return;
    const { clientOrderId, type } = word;
    if (SETTLES_SUBMIT.has(type)) this.#stop('submit', clientOrderId);
    else if (SETTLES_CANCEL.has(type)) this.#stop('cancel', clientOrderId);
  }

  over({ request, clientOrderId }: Awaited): void {
    this.#running[request].delete(clientOrderId);
  }

  #stop(request: Awaited['request'], id: ClientOrderId): void {
    this.#running[request].get(id)?.();
    this.#running[request].delete(id);
  }
}
