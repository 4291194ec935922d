import type { ClientOrderId } from '../../domain/brand.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import { NotSentError, type OrderKey, type Outcome, refused } from '../driver/index.js';
import { type Field, type FixMessage, TAG } from '../fix/index.js';
import type { OrderContext } from './order-context.js';
import { cancelRequest, newOrder, replacement } from './order-messages.js';

/** Milliseconds that an order or a cancel waits for room in the rate limit, and less than its time-out. */
const PATIENCE = 1_000;

/**
 * Orders on their way to the venue: messages D, F and G, within the rate limit, and not later than they are meant.
 *
 * ```
 * submit   D ---- 8(new) ----> acknowledged
 * cancel   F(id X1) ---- 8(canceled, X1) or 9(X1) ----> acknowledged or refused
 * ```
 */
export class OrderEntry {
  readonly #context: OrderContext;

  constructor(context: OrderContext) {
    this.#context = context;
  }

  submit(order: Order, listed: ListedInstrument): Promise<Outcome> {
    return this.#request('submit', order.clientOrderId, order.clientOrderId, order, () =>
      newOrder(order, listed, this.#context.marksOf(listed)),
    );
  }

  replace(order: Order, listed: ListedInstrument): Promise<Outcome> {
    const filled = this.#context.known.find(order.replaces as string)?.counted ?? Number.NaN;
    // A guess could let more trade than was approved.
    if (Number.isNaN(filled))
      return Promise.resolve(
        refused('rejected', `not sent: how much of ${order.replaces} is filled is not known`),
      );
    return this.#request('replace', order.clientOrderId, order.clientOrderId, order, () =>
      replacement(order, filled, listed, this.#context.marksOf(listed)),
    );
  }

  cancel({ clientOrderId: id, instrument }: OrderKey, listed: ListedInstrument): Promise<Outcome> {
    const known = this.#context.known.find(id);
    const cancelId = this.#context.nextId('X');
    const quantity =
      known === undefined || known.quantity === Number.MAX_SAFE_INTEGER
        ? undefined
        : listed.quantities.format(known.quantity);
    const order = { clientOrderId: id, instrument, side: known?.side };
    return this.#request('cancel', cancelId, id, undefined, () =>
      cancelRequest(order, cancelId, quantity, this.#context.port.now(), this.#context.marksOf(listed)),
    );
  }

  /** Sends a request, if there is room for it within the rate limit, and waits for the venue's word. */
  async #request(
    kind: 'submit' | 'cancel' | 'replace',
    id: string,
    about: ClientOrderId,
    order: Order | undefined,
    fields: () => readonly Field[],
  ): Promise<Outcome> {
    const send = (): Promise<Outcome> => {
      if (
        order !== undefined &&
        this.#context.port.now() > order.requestTime + this.#context.settings.requestExpiry
      )
        return Promise.resolve(refused('rejected', 'not sent: it was decided too long ago'));
      if (order?.postOnly === true)
        return Promise.resolve(refused('rejected', 'not sent: the venue has no post-only orders'));
      if (order !== undefined) this.#context.known.add(order);
      const outcome = this.#context.requests.await(id, kind, about);
      try {
        const sequence = this.#context.send(fields());
        if (sequence === undefined)
          this.#context.requests.settle(id, refused('rejected', 'not sent: the session for orders is down'));
        else this.#context.requests.sent(id, sequence);
      } catch (error) {
        this.#context.requests.settle(id, refused('rejected', `not sent: ${(error as Error).message}`));
      }
      return outcome;
    };
    try {
      return await this.#context.port.requests.run(
        kind === 'cancel' ? 'cancel' : 'submit',
        { orders: 1 },
        send,
        Math.min(PATIENCE, this.#context.settings.timeout / 2),
      );
    } catch (error) {
      if (error instanceof NotSentError) return refused('throttled', error.message);
      throw error;
    }
  }

  /** An order that was decided too long ago is gap-filled, and so is a question. */
  mayResend(message: FixMessage, now: number): boolean {
    if (message.type !== 'D' && message.type !== 'F' && message.type !== 'G') return false;
    return now <= message.time(TAG.TransactTime) + this.#context.settings.requestExpiry;
  }
}
