import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { Event } from '../../domain/event.js';
import type { Order, Side } from '../../domain/order.js';
import type { Plain } from '../../domain/plain.js';

/** What has to be known of an order to ask for it, cancel it or replace it. */
export interface KnownOrder {
  readonly clientOrderId: ClientOrderId;
  readonly instrument: InstrumentId;
  /** Unknown of an order of which the log only has reports. */
  readonly side: Side | undefined;
  readonly quantity: number;
  /** Lots that the orders before it had filled when it took their place: the venue counts on. `NaN`: not known. */
  readonly base: number;
  /** Lots filled of its own, as far as they were told. */
  readonly filled: number;
  /** Lots filled by the venue's latest count, those of the orders before it included. `NaN`: not heard. */
  readonly counted: number;
}

/** Orders that have ended and are remembered. */
const MOST_ENDED = 10_000;
const ENDED: ReadonlySet<string> = new Set(['canceled', 'expired', 'rejected', 'replaceRejected']);

/**
 * Orders of the desk that may be alive, whoever of a pair sent them: by the log, so that a member that takes over can ask
 * for each.
 */
export class KnownOrders {
  readonly #venue: string;
  readonly #orders = new Map<ClientOrderId, KnownOrder>();
  /** Of late, in two generations: forgetting one by one from the front costs as much as the map is large. */
  #ended = new Map<ClientOrderId, KnownOrder>();
  #endedBefore = new Map<ClientOrderId, KnownOrder>();

  constructor(venue: string) {
    this.#venue = venue;
  }

  /** An order, also one that has ended of late: whoever asks for it, or cancels it again, has to say its side. */
  find(id: string): KnownOrder | undefined {
    return this.#orders.get(id as ClientOrderId) ?? this.#hasEnded(id as ClientOrderId);
  }

  /** Whether an order has ended, of late and for all that the log says. */
  hasEnded(id: ClientOrderId): boolean {
    return this.#hasEnded(id) !== undefined;
  }

  /** Those that may be alive, oldest first. */
  all(): readonly KnownOrder[] {
    return [...this.#orders.values()];
  }

  add({ clientOrderId, instrument, side, quantity, replaces }: Order): void {
    if (this.#orders.has(clientOrderId) || this.#hasEnded(clientOrderId) !== undefined) return;
    // Of one that takes the place of another, the venue says where its count begins.
    const base = replaces === undefined ? 0 : Number.NaN;
    this.#orders.set(clientOrderId, {
      clientOrderId,
      instrument,
      side,
      quantity,
      base,
      filled: 0,
      counted: base,
    });
  }

  /** A report tells of an order that nobody here saw leaving: what has to be said when it is asked for. */
  learn(
    clientOrderId: ClientOrderId,
    instrument: InstrumentId,
    side: Side | undefined,
    quantity: number,
  ): void {
    const known = this.#orders.get(clientOrderId);
    if (known !== undefined) {
      if (known.side === undefined && side !== undefined) this.#change(clientOrderId, { side });
      return;
    }
    if (this.#hasEnded(clientOrderId) !== undefined) return;
    const base = 0;
    const counted = Number.NaN;
    this.#orders.set(clientOrderId, { clientOrderId, instrument, side, quantity, base, filled: 0, counted });
  }

  /** The venue says from which count on an order, which took the place of another, fills. */
  counts(id: ClientOrderId, base: number): void {
    this.#change(id, { base, counted: base });
  }

  /** The venue's count of lots filled. */
  counted(id: ClientOrderId, counted: number): void {
    if (!Number.isNaN(counted)) this.#change(id, { counted });
  }

  /** An event of the log. */
  watch(event: Event): void {
    if (event.kind === 'submitted') {
      if (event.order.venue === this.#venue) this.add(event.order);
      return;
    }
    if (event.kind !== 'report' || event.venue !== this.#venue) return;
    const { clientOrderId, instrument, type } = event;
    if (ENDED.has(type)) {
      this.#end(clientOrderId);
      return;
    }
    const known = this.find(clientOrderId);
    if (type === 'fill') {
      const filled = (known?.filled ?? 0) + event.quantity;
      if (known === undefined) this.#put(clientOrderId, instrument, event.side, filled);
      else {
        this.#change(clientOrderId, { filled });
        if (filled >= known.quantity) this.#end(clientOrderId);
      }
    } else if (
      (type === 'accepted' || type === 'replaced') &&
      known === undefined &&
      event.answers === undefined
    )
      this.#put(clientOrderId, instrument, undefined, 0);
  }

  save(): Plain {
    return this.all().map(({ clientOrderId, instrument, side, quantity, base, filled, counted }) => [
      clientOrderId,
      instrument,
      side ?? null,
      quantity,
      Number.isNaN(base) ? null : base,
      filled,
      Number.isNaN(counted) ? null : counted,
    ]);
  }

  restore(saved: Plain): void {
    if (!Array.isArray(saved)) return;
    for (const [id, instrument, side, quantity, base, filled, counted] of saved as readonly Saved[])
      this.#orders.set(id as ClientOrderId, {
        clientOrderId: id as ClientOrderId,
        instrument: instrument as InstrumentId,
        side: side ?? undefined,
        quantity,
        base: base ?? Number.NaN,
        filled,
        counted: counted ?? Number.NaN,
      });
  }

  /** Of an order that was not seen leaving nobody here knows the quantity: it is never over by its fills. */
  #put(clientOrderId: ClientOrderId, instrument: InstrumentId, side: Side | undefined, filled: number): void {
    const quantity = Number.MAX_SAFE_INTEGER;
    const counted = Number.NaN;
    this.#orders.set(clientOrderId, { clientOrderId, instrument, side, quantity, base: 0, filled, counted });
  }

  #end(id: ClientOrderId): void {
    const known = this.#orders.get(id);
    if (known === undefined) return;
    this.#orders.delete(id);
    if (this.#ended.size >= MOST_ENDED) {
      this.#endedBefore = this.#ended;
      this.#ended = new Map();
    }
    this.#ended.set(id, known);
  }

  #hasEnded(id: ClientOrderId): KnownOrder | undefined {
    return this.#ended.get(id) ?? this.#endedBefore.get(id);
  }

  #change(id: ClientOrderId, change: Partial<KnownOrder>): void {
    const known = this.#orders.get(id);
    if (known !== undefined) this.#orders.set(id, { ...known, ...change });
  }
}

type Saved = readonly [string, string, Side | null, number, number | null, number, number | null];
