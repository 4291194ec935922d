import type { Chance } from './chance.js';
import type { HeapClock } from './heap-clock.js';

/** A request for a new order, or for one in the place of another. `ts`: the venue's time that the log fixed. */
export interface OrderRequest {
  readonly id: string;
  readonly quantity: number;
  readonly ts: number;
  readonly window: number;
  readonly replaces?: string;
}

export interface Execution {
  readonly id: string;
  readonly quantity: number;
}

/** What the venue knows of an order. */
export interface VenueOrder {
  readonly id: string;
  readonly quantity: number;
  status: 'open' | 'filled' | 'canceled';
  executions: Execution[];
}

export type VenueReply =
  | { readonly type: 'order'; readonly order: VenueOrder; readonly time: number }
  | { readonly type: 'notFound'; readonly id: string; readonly time: number }
  | { readonly type: 'rejected'; readonly id: string; readonly reason: string; readonly time: number };

/**
 * A venue as harsh as the documents allow: client order ids are unique among open orders only, half may fill at once,
 * replies get lost, requests are slow and expire, on receipt and again before the engine.
 */
export class Venue {
  /** Ahead of the true time. */
  readonly offset: number;
  down = false;
  /** How often each id was accepted. */
  readonly accepted: Map<string, number> = new Map();
  readonly orders: Map<string, VenueOrder> = new Map();
  /** Replacements that were refused for good, since what they replace is no longer open. */
  readonly refused: Set<string> = new Set();
  position = 0;
  onAccept: (request: OrderRequest) => void = () => {};
  readonly #clock: HeapClock;
  readonly #chance: Chance;
  readonly #expires: boolean;
  #executions = 0;

  constructor(clock: HeapClock, chance: Chance, expires: boolean) {
    this.#clock = clock;
    this.#chance = chance;
    this.#expires = expires;
    this.offset = chance.between(-2_000, 2_000);
  }

  get time(): number {
    return this.#clock.now + this.offset + 1_000_000;
  }

  /** A request on its way: once sent, the sender's death no longer stops it. */
  send(request: OrderRequest, reply: (reply: VenueReply) => void): void {
    this.#transit(() => this.#receive(request, (answer) => this.#back(() => reply(answer))));
  }

  cancel(id: string, reply: (reply: VenueReply) => void): void {
    this.#transit(() => {
      const order = this.orders.get(id);
      if (order?.status === 'open') order.status = 'canceled';
      this.#back(() => reply(this.#answer(id)));
    });
  }

  query(id: string, reply: (reply: VenueReply) => void): void {
    this.#transit(() => {
      const answer = this.#answer(id);
      this.#back(() => reply(answer));
    });
  }

  #answer(id: string): VenueReply {
    const order = this.orders.get(id);
    return order === undefined
      ? { type: 'notFound', id, time: this.time }
      : { type: 'order', order: { ...order, executions: [...order.executions] }, time: this.time };
  }

  #transit(action: () => void): void {
    const chance = this.#chance;
    const delay = chance.happens(0.1)
      ? chance.between(0, chance.happens(0.3) ? 280 : 80)
      : chance.between(1, 8);
    this.#clock.after(delay, () => {
      if (!this.down) action();
    });
  }

  #back(action: () => void): void {
    if (this.#chance.happens(0.04)) return;
    this.#clock.after(this.#chance.between(1, 8), action);
  }

  #late({ ts, window }: OrderRequest): string | undefined {
    if (!this.#expires) return undefined;
    if (this.time > ts + window) return 'the request is too old';
    return ts > this.time + 1_000 ? 'the request is of the future' : undefined;
  }

  #receive(request: OrderRequest, reply: (reply: VenueReply) => void): void {
    const { id } = request;
    const refuse = (reason: string): void => reply({ type: 'rejected', id, reason, time: this.time });
    const early = this.#late(request);
    if (early !== undefined) {
      refuse(early);
      return;
    }
    this.#clock.after(this.#chance.happens(0.2) ? this.#chance.between(0, 40) : 1, () => {
      const late = this.#late(request);
      if (late !== undefined) refuse(late);
      else if (this.orders.get(id)?.status === 'open') refuse('duplicate');
      else if (request.replaces === undefined) this.#accept(request, reply);
      else {
        const old = this.orders.get(request.replaces);
        if (old?.status !== 'open') {
          if (!this.accepted.has(id)) this.refused.add(id);
          refuse('nothing to replace');
        } else {
          old.status = 'canceled';
          this.#accept(request, reply);
        }
      }
    });
  }

  #accept(request: OrderRequest, reply: (reply: VenueReply) => void): void {
    const chance = this.#chance;
    const { id, quantity } = request;
    this.accepted.set(id, (this.accepted.get(id) ?? 0) + 1);
    const order: VenueOrder = { id, quantity, status: 'open', executions: [] };
    this.orders.set(id, order);
    this.onAccept(request);
    if (chance.happens(0.5)) this.#fill(order, chance.happens(0.5) ? quantity : quantity >> 1);
    reply(this.#answer(id));
    const later = (): void => {
      if (order.status !== 'open') return;
      this.#fill(order, 1);
      this.#clock.after(chance.between(20, 400), later);
    };
    this.#clock.after(chance.between(20, 400), later);
  }

  #fill(order: VenueOrder, quantity: number): void {
    const left = order.quantity - order.executions.reduce((sum, each) => sum + each.quantity, 0);
    const filled = Math.min(left, quantity);
    if (filled <= 0) return;
    this.#executions += 1;
    order.executions.push({ id: `x${this.#executions}`, quantity: filled });
    this.position += filled;
    if (filled === left) order.status = 'filled';
  }
}
