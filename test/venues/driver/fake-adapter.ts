import { BehaviorSubject, Subject, type Subscription } from 'rxjs';
import type { LoggedEvent } from '../../../src/core/driver.js';
import { mintApproved } from '../../../src/domain/approval.js';
import { clientOrderId } from '../../../src/domain/brand.js';
import type { Command } from '../../../src/domain/command.js';
import type { OutsideEvent } from '../../../src/domain/event.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import { InstrumentTable, type ListedInstrument } from '../../../src/domain/instrument-table.js';
import type { Order } from '../../../src/domain/order.js';
import { checkEvent } from '../../../src/domain/wire.js';
import { spot } from '../../../src/testing/index.js';
import {
  type CancelAllOutcome,
  type Finding,
  type Outcome,
  type VenueAdapter,
  type VenueDriver,
  type VenueDriverOptions,
  type VenuePort,
  type VenueTruth,
  venueDriver,
} from '../../../src/venues/driver/index.js';
import { ManualClock } from '../manual-clock.js';

export const X: Instrument = spot({ venue: 'x' });

/** An adapter in a test's hands, and the driver around it, under a clock that stands still. */
export class Bench {
  readonly clock: ManualClock = new ManualClock(1_000_000);
  readonly commands: Subject<Command> = new Subject<Command>();
  readonly log: Subject<LoggedEvent> = new Subject<LoggedEvent>();
  readonly leading: BehaviorSubject<boolean>;
  readonly events: OutsideEvent[] = [];
  readonly driver: VenueDriver;
  /** What reached the adapter. */
  readonly calls: string[] = [];
  /** Answers to come, by what is asked; without one the promise never settles. */
  readonly answers: {
    submit: (Outcome | Promise<Outcome>)[];
    cancel: (Outcome | Promise<Outcome>)[];
    lookUp: Finding[];
    truth: (VenueTruth | undefined)[];
    cancelAll: (CancelAllOutcome | Promise<CancelAllOutcome>)[];
  } = { submit: [], cancel: [], lookUp: [], truth: [], cancelAll: [] };
  closes = 0;
  port: VenuePort | undefined;
  /** Whether the venue has one request that cancels all on an instrument. */
  readonly cancelsAll: boolean;
  readonly #subscription: Subscription;

  constructor(options: Partial<VenueDriverOptions> = {}, leads: boolean = true, cancelsAll: boolean = false) {
    this.cancelsAll = cancelsAll;
    this.leading = new BehaviorSubject(leads);
    this.driver = venueDriver({
      venue: 'x',
      capabilities: { clientOrderIdLength: 20, clientOrderIdAlphabet: 'a-z0-9-' },
      adapter: (port) => this.#adapter(port),
      random: () => 0,
      ...options,
    });
    this.#subscription = this.driver
      .connect({
        commands$: this.commands,
        events$: this.log,
        clock: this.clock,
        rank: 2,
        instruments: new InstrumentTable([X]),
        leading$: this.leading,
        restored: undefined,
      })
      .subscribe((event) => void this.events.push(checkEvent(event)));
  }

  /** `accepted`, `link orders up`, `fault clock notice`: what was said since the last call. */
  async news(): Promise<readonly string[]> {
    await new Promise((resolve) => setImmediate(resolve));
    return this.events.splice(0).map((event) => {
      if (event.kind === 'report')
        return event.type === 'fill'
          ? `${event.clientOrderId} fill ${event.quantity}`
          : [`${event.clientOrderId} ${event.type}`, event.reason].filter((text) => text !== '').join(': ');
      if (event.kind === 'link') return `link ${event.channel} ${event.state}`;
      if (event.kind === 'fault') return `fault ${event.code} ${event.severity}`;
      return event.kind;
    });
  }

  up(): this {
    this.port?.link('account', 'up', '');
    this.port?.link('orders', 'up', '');
    return this;
  }

  order(id: string, more: Partial<Order> = {}): Order {
    return {
      instrument: X.id,
      side: 'buy',
      type: 'limit',
      timeInForce: 'GTC',
      price: 100,
      quantity: 10,
      reduceOnly: false,
      postOnly: false,
      attribution: [],
      arrivalMid: Number.NaN,
      clientOrderId: clientOrderId(id),
      venue: 'x',
      requestTime: this.clock.now(),
      ...more,
    };
  }

  submit(id: string, more: Partial<Order> = {}): this {
    const order = this.order(id, more);
    this.commands.next({ kind: 'submit', approved: mintApproved(order), order });
    return this;
  }

  cancel(id: string): this {
    this.commands.next({
      kind: 'cancel',
      venue: 'x',
      instrument: X.id,
      clientOrderId: clientOrderId(id),
      requestTime: this.clock.now(),
      reason: '',
    });
    return this;
  }

  fill(id: string, executionId: string, quantity: number): void {
    this.port?.say({
      kind: 'report',
      type: 'fill',
      venue: 'x',
      instrument: X.id,
      clientOrderId: clientOrderId(id),
      venueTime: this.clock.now(),
      executionId,
      side: 'buy',
      price: 100,
      quantity,
      liquidity: 'maker',
      fee: '0',
      feeCurrency: 'USD',
    });
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  #adapter(port: VenuePort): VenueAdapter {
    this.port = port;
    const next = <T>(line: (T | Promise<T>)[]): Promise<T> => {
      const answer = line.shift();
      return answer === undefined ? new Promise<T>(() => {}) : Promise.resolve(answer);
    };
    return {
      open: () => void this.calls.push('open'),
      submit: ({ clientOrderId: id }) => {
        this.calls.push(`submit ${id}`);
        return next(this.answers.submit);
      },
      cancel: ({ clientOrderId: id }) => {
        this.calls.push(`cancel ${id}`);
        return next(this.answers.cancel);
      },
      ...(this.cancelsAll
        ? {
            cancelAll: ({ id }: ListedInstrument) => {
              this.calls.push(`cancelAll ${id}`);
              return next(this.answers.cancelAll);
            },
          }
        : {}),
      lookUp: ({ clientOrderId: id }) => {
        this.calls.push(`lookUp ${id}`);
        return next(this.answers.lookUp);
      },
      reconcile: (since) => {
        this.calls.push(`reconcile ${since}`);
        return next(this.answers.truth);
      },
      requestBook: ({ id }) => void this.calls.push(`book ${id}`),
      resynchroniseClock: async () => void this.calls.push('clock'),
      leads: (leading) => void this.calls.push(leading ? 'leads' : 'follows'),
      close: async () => {
        this.closes++;
      },
    };
  }
}
