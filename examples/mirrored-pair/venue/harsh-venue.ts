import type { Event, FillReport } from 'millrace';

/** A request as it arrives at the venue. */
export type VenueRequest =
  | {
      readonly op: 'submit';
      readonly id: string;
      readonly instrument: string;
      readonly side: 'buy' | 'sell';
      /** In ticks; 0: at any price. */
      readonly price: number;
      /** In lots. */
      readonly quantity: number;
      readonly rests: boolean;
      /** When the desk decided, by its log: too old a request is refused. */
      readonly requestTime: number;
      /** Who sent it, for the timeline. */
      readonly node: string;
    }
  | { readonly op: 'cancel'; readonly id: string; readonly node: string }
  | { readonly op: 'lookUp'; readonly id: string; readonly instrument: string; readonly requestTime: number }
  /** Everything open, and the fills since this time of the venue. */
  | { readonly op: 'reconcile'; readonly since: number }
  | { readonly op: 'quote' };

/** A session, as whoever connects it knows it. */
export type Asker = object;

/** How harsh it is. */
export interface HarshVenueOptions {
  readonly venue: string;
  readonly instrument: string;
  /**
   * Milliseconds behind its request time at which a request is dead. `undefined`: requests never expire, and an id that
   * is known already is taken as another order.
   */
  readonly window: number | undefined;
  /** Share of orders that fill whole at once. The others fill in part, then rest or end. */
  readonly fillsAtOnce: number;
  /** Share of replies that are lost: the order stands, and nobody is told. */
  readonly lostReplies: number;
  /** Between 0 and 1, each time another. */
  readonly chance: () => number;
  readonly now: () => number;
  readonly later: (delay: number, action: () => void) => void;
  /** Tells every session, or the one that asked. */
  readonly tell: (event: Event, asker?: Asker) => void;
}

/** What the venue knows of an order, and who asked for it when. */
export interface VenueOrder {
  readonly id: string;
  readonly side: 'buy' | 'sell';
  readonly quantity: number;
  filled: number;
  status: 'accepted' | 'filled' | 'canceled';
  readonly acceptedAt: number;
  readonly node: string;
  readonly fills: Fill[];
}

interface Fill {
  readonly id: string;
  readonly executionId: string;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly quantity: number;
  readonly venueTime: number;
}

/**
 * A venue that keeps the least of all promises: an id is unique among open orders only, replies get lost, fills come
 * late and in parts; but a request carries its time, and past the window it is refused. Without a window not even that.
 */
export class HarshVenue {
  /** Every acceptance, in order: two of one id is a doubled order. */
  readonly accepted: VenueOrder[] = [];
  readonly counts = { accepted: 0, expired: 0, duplicates: 0, canceled: 0, lostReplies: 0 };
  /** Lots held by the desk, by the venue's own count. */
  position = 0;
  readonly #options: HarshVenueOptions;
  readonly #open = new Map<string, VenueOrder>();
  readonly #latest = new Map<string, VenueOrder>();
  readonly #fills: Fill[] = [];
  #mid = 50_000;
  #updateId = 0;

  constructor(options: HarshVenueOptions) {
    this.#options = options;
  }

  /** @param asker whose request it is: its questions are answered to it alone, what becomes of orders is told to all */
  handle(request: VenueRequest, asker?: Asker): void {
    if (request.op === 'submit') this.#submit(request);
    else if (request.op === 'cancel') this.#cancel(request.id);
    else if (request.op === 'lookUp') this.#lookUp(request.id, request.instrument, request.requestTime);
    else if (request.op === 'reconcile') this.#truth(request.since, asker);
    else this.quote(0);
  }

  /** The market moves by so many ticks. */
  quote(move: number): void {
    this.#mid += move;
    const { instrument, now, tell } = this.#options;
    tell({
      kind: 'quote',
      instrument: instrument as never,
      venueTime: now(),
      bidPrice: this.#mid - 1,
      bidQuantity: 1_000,
      askPrice: this.#mid + 1,
      askQuantity: 1_000,
      updateId: ++this.#updateId,
    });
  }

  #submit(request: Extract<VenueRequest, { op: 'submit' }>): void {
    const { now, window, chance, fillsAtOnce } = this.#options;
    const { id, side, quantity, rests } = request;
    if (window !== undefined && now() - request.requestTime > window) {
      this.counts.expired++;
      this.#state(id, 'rejected', `the request is older than ${window} ms`);
      return;
    }
    if (window !== undefined && this.#open.has(id)) {
      this.counts.duplicates++;
      this.#state(id, 'rejected', 'duplicate client order id');
      return;
    }
    const order: VenueOrder = {
      id,
      side,
      quantity,
      filled: 0,
      status: 'accepted',
      acceptedAt: now(),
      node: request.node,
      fills: [],
    };
    this.accepted.push(order);
    this.counts.accepted++;
    this.#open.set(id, order);
    this.#latest.set(id, order);
    this.#state(id, 'accepted', 'taken');
    if (chance() < fillsAtOnce) this.#fill(order, quantity);
    else {
      const part = Math.floor(quantity * chance());
      if (part > 0) this.#fill(order, part);
      if (rests)
        this.#options.later(20 + 300 * chance(), () => this.#fill(order, order.quantity - order.filled));
      else this.#end(order, 'canceled', 'the rest found no liquidity');
    }
  }

  #cancel(id: string): void {
    const order = this.#open.get(id);
    if (order === undefined) {
      this.#state(
        id,
        'cancelRejected',
        this.#latest.has(id) ? `already ${this.#latest.get(id)?.status}` : 'not found',
      );
    } else this.#end(order, 'canceled', 'as you asked');
  }

  #fill(order: VenueOrder, quantity: number): void {
    if (order.status !== 'accepted' || quantity <= 0) return;
    order.filled += quantity;
    this.position += (order.side === 'buy' ? 1 : -1) * quantity;
    const fill: Fill = {
      id: order.id,
      executionId: `x${this.#fills.length + 1}`,
      side: order.side,
      price: this.#mid + (order.side === 'buy' ? 1 : -1),
      quantity,
      venueTime: this.#options.now(),
    };
    this.#fills.push(fill);
    order.fills.push(fill);
    if (order.filled === order.quantity) {
      order.status = 'filled';
      this.#open.delete(order.id);
    }
    this.#reply(this.#fillReport(fill));
  }

  #end(order: VenueOrder, status: 'canceled', reason: string): void {
    order.status = status;
    this.#open.delete(order.id);
    this.counts.canceled++;
    this.#state(order.id, status, reason);
  }

  /** Not lost: whoever asks waits for it, and asks again. */
  #lookUp(id: string, instrument: string, answers: number): void {
    const order = this.#latest.get(id);
    const { tell } = this.#options;
    if (order === undefined) {
      tell({
        ...this.#base(id),
        instrument: instrument as never,
        type: 'notFound',
        reason: 'not found',
        answers,
      });
      return;
    }
    for (const fill of order.fills) tell(this.#fillReport(fill));
    const type = order.status === 'filled' ? 'accepted' : order.status;
    tell({ ...this.#base(id), type, reason: order.status, filled: order.filled, answers });
  }

  #truth(since: number, asker: Asker | undefined): void {
    const { venue, instrument, now, tell } = this.#options;
    const truth: Event = {
      kind: 'truth',
      venue,
      venueTime: now(),
      coversClosed: false,
      orders: [...this.#open.values()].map(({ id, filled }) => ({
        clientOrderId: id as never,
        instrument: instrument as never,
        status: filled > 0 ? ('partiallyFilled' as const) : ('accepted' as const),
        filled,
      })),
      fills: this.#fillsSince(since).map((fill) => this.#fillReport(fill)),
      positions: [{ instrument: instrument as never, quantity: this.position, averagePrice: '0' }],
      balances: [],
    };
    tell(truth, asker);
  }

  #fillsSince(since: number): readonly Fill[] {
    let first = this.#fills.length;
    while (first > 0 && (this.#fills[first - 1] as Fill).venueTime >= since) first--;
    return this.#fills.slice(first);
  }

  #state(id: string, type: 'accepted' | 'rejected' | 'canceled' | 'cancelRejected', reason: string): void {
    const filled = this.#latest.get(id)?.filled;
    this.#reply({ ...this.#base(id), type, reason, ...(filled === undefined ? {} : { filled }) });
  }

  #reply(event: Event): void {
    if (this.#options.chance() < this.#options.lostReplies) this.counts.lostReplies++;
    else this.#options.tell(event);
  }

  #fillReport({ id, executionId, side, price, quantity, venueTime }: Fill): FillReport {
    return {
      ...this.#base(id),
      venueTime,
      type: 'fill',
      executionId,
      side,
      price,
      quantity,
      liquidity: 'taker',
      fee: '0',
      feeCurrency: 'USDT',
    };
  }

  #base(id: string) {
    const { venue, instrument, now } = this.#options;
    return {
      kind: 'report' as const,
      venue,
      instrument: instrument as never,
      clientOrderId: id as never,
      venueTime: now(),
    };
  }
}
