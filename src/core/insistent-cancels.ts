import type { ClientOrderId } from '../domain/brand.js';
import type { Event } from '../domain/event.js';
import type { SentOrder, SentOrders } from './sent-orders.js';

/** Milliseconds until the cancels of what may be alive are asked for again; each time twice as long. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** Repetitions at a time: the rest comes with the next timer, a second later. */
const MOST = 10;
/** A link that flaps makes no storm: an order is not asked about more often than this. */
const LEAST_GAP = 100;
const TIMER = 'gate:cancels';

/** What insists on cancels works for. */
export interface InsistentCancelsPort {
  cancel(order: SentOrder, ts: number): void;
  /** Asks for a `timer` event. */
  wake(name: string, due: number): void;
}

/**
 * Asks for the cancels of whatever may be alive, again and again: by timers, when a link of orders comes up, and after a
 * takeover, until each order has ended. It knows nothing but the table of sent orders: the core may be broken.
 */
export class InsistentCancels {
  readonly #port: InsistentCancelsPort;
  readonly #sent: SentOrders;
  /** When an order's cancel was last asked for, by the core or here. */
  readonly #askedAt = new Map<ClientOrderId, number>();
  #begun = false;
  #wait = FIRST_WAIT;
  /** When the timer is due. */
  #due = Number.NaN;

  constructor(port: InsistentCancelsPort, sent: SentOrders) {
    this.#port = port;
    this.#sent = sent;
  }

  /** The core asked for a cancel by itself. */
  note(id: ClientOrderId, ts: number): void {
    if (this.#sent.has(id)) this.#askedAt.set(id, ts);
  }

  /** Asks for all of them at once, and insists from here on. */
  begin(ts: number): void {
    this.#begun = true;
    for (const order of this.#sent.alive()) this.#ask(order, ts);
    this.#await(ts, FIRST_WAIT);
  }

  observe(event: Event, ts: number): void {
    if (event.kind === 'report' && this.#askedAt.size > 0 && !this.#sent.has(event.clientOrderId))
      this.#askedAt.delete(event.clientOrderId);
    if (!this.#begun) return;
    if (event.kind === 'timer' && event.name === TIMER && event.due === this.#due) {
      const left = this.#askSome(ts, this.#wait, () => true);
      if (left > 0) this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT);
      // With some left over the next turn is theirs, and soon.
      this.#await(ts, left > 0 ? this.#wait : FIRST_WAIT);
    } else if (event.kind === 'epoch') this.#anew(ts, () => true);
    else if (event.kind === 'link' && event.channel === 'orders' && event.state === 'up')
      this.#anew(ts, ({ venue }) => venue === event.venue);
  }

  #anew(ts: number, concerns: (order: SentOrder) => boolean): void {
    this.#wait = FIRST_WAIT;
    this.#await(ts, FIRST_WAIT);
    this.#askSome(ts, LEAST_GAP, concerns);
  }

  /** Asks where the last asking is `gap` ago, up to the most; tells how many more it could have been. */
  #askSome(ts: number, gap: number, concerns: (order: SentOrder) => boolean): number {
    let left = MOST;
    for (const order of this.#sent.alive()) {
      if (left === 0) return 0;
      const askedAt = this.#askedAt.get(order.clientOrderId) ?? Number.NEGATIVE_INFINITY;
      if (!concerns(order) || ts - askedAt < gap) continue;
      this.#ask(order, ts);
      left--;
    }
    return left;
  }

  #ask(order: SentOrder, ts: number): void {
    this.#askedAt.set(order.clientOrderId, ts);
    this.#port.cancel(order, ts);
  }

  #await(ts: number, wait: number): void {
    if (this.#sent.size === 0) return;
    this.#due = ts + wait;
    this.#port.wake(TIMER, this.#due);
  }
}
