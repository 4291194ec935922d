import type { Plain } from '../../src/domain/plain.js';

/** What the model's log holds beside epochs and barriers. */
export type DeskEvent =
  /** A signal of the queue, with the time of the request that follows from it. */
  | { readonly kind: 'deskSignal'; readonly number: number; readonly ts: number }
  /** The venue will never accept the request that was sent: another is made, with another time. */
  | { readonly kind: 'deskResend'; readonly id: string; readonly ts: number }
  | {
      readonly kind: 'deskReport';
      readonly id: string;
      readonly status: 'open' | 'filled' | 'canceled' | 'refused';
      readonly executions: readonly { readonly id: string; readonly quantity: number }[];
    };

export type DeskCommand =
  | {
      readonly kind: 'submit';
      readonly id: string;
      readonly quantity: number;
      readonly ts: number;
      readonly replaces?: string;
    }
  | { readonly kind: 'cancel'; readonly id: string };

/** An order as the desk knows it. */
export interface DeskOrder {
  readonly id: string;
  readonly quantity: number;
  readonly replaces: string | undefined;
  /** `sent`: nobody can say yet whether the venue has it. */
  readonly status: 'sent' | 'open' | 'filled' | 'canceled' | 'refused';
  /** Time of the newest request. */
  readonly ts: number;
  /** Place in the log of the newest request. */
  readonly seq: number;
  readonly cancel: boolean;
}

/**
 * A small deterministic desk: each signal is an order of four lots, every fifth replaces the order before, every seventh
 * cancels the order two before. Its state and its commands follow from the log alone.
 */
export class Desk {
  seq = 0;
  lastSignal = 0;
  position = 0;
  /** Chained over every event and every command: equal at equal `seq`, or the cores have parted. */
  digest = 0x811c9dc5;
  orders: Map<string, DeskOrder> = new Map();
  executions: Set<string> = new Set();

  apply(seq: number, event: DeskEvent | { readonly kind: 'epoch' | 'barrier' }): readonly DeskCommand[] {
    this.seq = seq;
    const commands = this.#decide(seq, event);
    this.#mix(`${seq}${event.kind}`);
    if (event.kind === 'deskSignal') this.#mix(`${event.number}@${event.ts}`);
    else if (event.kind === 'deskResend') this.#mix(`${event.id}@${event.ts}`);
    else if (event.kind === 'deskReport') this.#mix(`${event.id}${event.status}${event.executions.length}`);
    for (const command of commands) this.#mix(`${command.kind}${command.id}`);
    return commands;
  }

  /** A core with a fault: its state is no longer what the log says. */
  corrupt(): void {
    this.#mix('a cosmic ray');
  }

  save(): Plain {
    return {
      seq: this.seq,
      lastSignal: this.lastSignal,
      position: this.position,
      digest: this.digest,
      orders: [...this.orders.values()].map((order) => ({ ...order, replaces: order.replaces ?? '' })),
      executions: [...this.executions],
    };
  }

  static restore(saved: Plain): Desk {
    const from = saved as unknown as Desk & {
      orders: readonly (DeskOrder & { replaces: string })[];
      executions: readonly string[];
    };
    const desk = new Desk();
    desk.seq = from.seq;
    desk.lastSignal = from.lastSignal;
    desk.position = from.position;
    desk.digest = from.digest;
    for (const order of from.orders)
      desk.orders.set(order.id, { ...order, replaces: order.replaces === '' ? undefined : order.replaces });
    desk.executions = new Set(from.executions);
    return desk;
  }

  #decide(seq: number, event: DeskEvent | { readonly kind: 'epoch' | 'barrier' }): readonly DeskCommand[] {
    if (event.kind === 'deskSignal') return this.#signal(seq, event.number, event.ts);
    if (event.kind === 'deskResend') {
      const order = this.orders.get(event.id);
      if (order?.status !== 'sent') return [];
      this.orders.set(order.id, { ...order, ts: event.ts, seq });
      return [submit(order.id, order.quantity, event.ts, order.replaces)];
    }
    if (event.kind === 'deskReport') {
      const order = this.orders.get(event.id);
      if (order === undefined) return [];
      for (const { id, quantity } of event.executions) {
        if (this.executions.has(id)) continue;
        this.executions.add(id);
        this.position += quantity;
      }
      const over = order.status !== 'sent' && order.status !== 'open';
      if (!over) this.orders.set(order.id, { ...order, status: event.status });
    }
    return [];
  }

  #signal(seq: number, number: number, ts: number): readonly DeskCommand[] {
    this.lastSignal = number;
    if (number % 7 === 6) {
      const order = this.orders.get(`S${number - 2}`);
      if (order === undefined) return [];
      this.orders.set(order.id, { ...order, cancel: true });
      return [{ kind: 'cancel', id: order.id }];
    }
    const before = `S${number - 1}`;
    const replaces = number % 5 === 4 && this.orders.has(before) ? before : undefined;
    const id = `S${number}`;
    this.orders.set(id, { id, quantity: 4, replaces, status: 'sent', ts, seq, cancel: false });
    return [submit(id, 4, ts, replaces)];
  }

  #mix(text: string): void {
    let hash = this.digest;
    for (let index = 0; index < text.length; index += 1)
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
    this.digest = hash >>> 0;
  }
}

function submit(id: string, quantity: number, ts: number, replaces: string | undefined): DeskCommand {
  return { kind: 'submit', id, quantity, ts, ...(replaces === undefined ? {} : { replaces }) };
}
