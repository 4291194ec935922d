import { compose } from '../../src/core/compose.js';
import type { Core, RunningCore } from '../../src/core/core.js';
import type { Frame, Request } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { clientOrderId } from '../../src/domain/brand.js';
import type { Event, StateReport, TruthEvent } from '../../src/domain/event.js';
import type { Proposal, Side } from '../../src/domain/order.js';
import type { Plain } from '../../src/domain/plain.js';
import {
  books,
  type LedgerFields,
  type LookUpFields,
  type LookUpOptions,
  ledger,
  lookUps,
  type ReconciliationOptions,
  reconciliation,
} from '../../src/operators/index.js';
import { Desk, LINEAR, SPOT } from './desk.js';

type Asking = Frame & LedgerFields & LookUpFields;

interface Seen {
  readonly orders: Map<string, readonly [status: string, remaining: number]>;
}

/** A ledger with the stages behind it that ask venues. Timers come due as time goes by; what is asked is on paper. */
export class AskingDesk {
  readonly says: Desk = new Desk([LINEAR, SPOT]);
  /** `250 ask a`: when, and what. */
  readonly log: string[] = [];
  /** When the timers are due that were asked for. */
  readonly timers: number[] = [];
  now = 0;
  frame: Asking | undefined;
  readonly #core: Core<Asking>;
  #running: RunningCore<Asking>;
  readonly #timers = new Map<string, number>();
  #seq = 0;
  /** Live views last for their pass: what is asked of them later is copied by a stage. */
  readonly #seen: Seen = { orders: new Map() };

  constructor(options: LookUpOptions = {}, reconciling?: ReconciliationOptions) {
    this.#core = compose(
      { instruments: [LINEAR, SPOT] },
      books(),
      ledger({ reportingCurrency: 'USDT' }),
      lookUps(options),
      reconciliation(reconciling ?? {}),
      pure('seen', (frame: Asking) => this.#see(frame), 0),
    );
    this.#running = this.#core.start();
    if (reconciling === undefined) {
      this.take({ kind: 'barrier', id: 'start' });
      this.truth('one').truth('two').news();
    }
  }

  /** One event and whatever is derived from it. */
  take(event: Event): this {
    this.#pass(++this.#seq, 0, event);
    return this;
  }

  /** Time goes by. */
  at(ts: number): this {
    for (;;) {
      const due = [...this.#timers].filter(([, each]) => each <= ts).sort(([, a], [, b]) => a - b)[0];
      if (due === undefined) break;
      const [name, time] = due;
      this.#timers.delete(name);
      this.now = time;
      this.take({ kind: 'timer', name, due: time });
    }
    this.now = ts;
    return this;
  }

  submit(id: string, side: Side = 'buy', quantity = 10, index = 0, terms: Partial<Proposal> = {}): this {
    const { order } = this.says.submitted(id, side, quantity, { index });
    return this.take({ kind: 'submitted', order: { ...order, ...terms, requestTime: this.now } });
  }

  say(id: string, type: StateReport['type'], more: Partial<StateReport> = {}, index = 0): this {
    return this.take({ ...this.says.state(id, type, index), venueTime: this.now, ...more });
  }

  /** The answer to a look-up that was asked just now. */
  answer(id: string, type: StateReport['type'], more: Partial<StateReport> = {}): this {
    return this.say(id, type, { answers: this.now, ...more });
  }

  fill(id: string, quantity: number): this {
    return this.take(this.says.filled(id, quantity, 100));
  }

  link(state: 'up' | 'down', venue = 'one', channel: 'orders' | 'market' | 'account' = 'orders'): this {
    return this.take({ kind: 'link', venueTime: this.now, venue, channel, state, reason: '' });
  }

  epoch(): this {
    this.#timers.clear();
    return this.take({ kind: 'epoch', epoch: 2, leader: 'b' });
  }

  truth(venue: string, more: Partial<TruthEvent> = {}): this {
    const nothing = { orders: [], fills: [], positions: [], balances: [] } as const;
    return this.take({ kind: 'truth', venue, venueTime: this.now, coversClosed: false, ...nothing, ...more });
  }

  /** Where an order stands by the ledger, and what of it may still trade. */
  order(id: string): readonly [status: string | undefined, remaining: number | undefined] {
    const { orders } = this.#seen;
    return orders.get(id) ?? [undefined, undefined];
  }

  /** What the configuration of a stage is told from another's by. */
  fingerprint(stage: string): string | undefined {
    return this.#core.parts.find(({ name }) => name === stage)?.fingerprint;
  }

  news(): readonly string[] {
    return this.log.splice(0);
  }

  /** Goes on from a snapshot taken now, in a process of its own. */
  restart(): this {
    this.take({ kind: 'barrier', id: 'now' });
    const states = structuredClone(this.frame?.snapshot) as Record<string, Plain>;
    this.#running = this.#core.start({ restored: states });
    return this;
  }

  #pass(seq: number, sub: number, event: Event): void {
    const { context } = this.#running;
    const frame = this.#running.pass(seq, sub, this.now, event);
    this.frame = frame;
    for (const request of frame.requests) this.#note(request);
    for (let next = context.takeDerived(), nth = sub; next !== undefined; next = context.takeDerived()) {
      if (next.kind === 'lookedUp') this.log.push(`${this.now} ${next.outcome} ${next.clientOrderId}`);
      if (next.kind === 'fault') this.log.push(`${this.now} ${next.component} ${next.code}`);
      this.#pass(seq, ++nth, next);
    }
  }

  #see({ event, ledger: view }: Frame & LedgerFields): number {
    const id =
      event.kind === 'submitted'
        ? event.order.clientOrderId
        : 'clientOrderId' in event
          ? event.clientOrderId
          : undefined;
    const ids = new Set([...this.#seen.orders.keys(), ...(id === undefined ? [] : [id])]);
    for (const each of ids) {
      const record = view.order(clientOrderId(each));
      if (record !== undefined) this.#seen.orders.set(each, [record.status, record.remaining]);
    }
    return view.openOrderCount;
  }

  #note(request: Request): void {
    if (request.kind === 'timer') {
      this.#timers.set(request.name, request.due);
      this.timers.push(request.due);
    } else if (request.kind === 'ask') {
      if (request.requestTime !== this.now) throw new Error('a look-up is of the time at which it is asked');
      this.log.push(`${this.now} ask ${request.clientOrderId}`);
    } else if (request.kind === 'reconcile') this.log.push(`${this.now} reconcile ${request.venue}`);
    else if (request.kind === 'cancel') this.log.push(`${this.now} cancel ${request.clientOrderId}`);
  }
}
