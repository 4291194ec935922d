import { BehaviorSubject, Subject, type Subscription } from 'rxjs';
import type { LoggedEvent } from '../../../src/core/driver.js';
import { mintApproved } from '../../../src/domain/approval.js';
import { clientOrderId } from '../../../src/domain/brand.js';
import type { Command } from '../../../src/domain/command.js';
import type { OutsideEvent, ReportEvent } from '../../../src/domain/event.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import { InstrumentTable } from '../../../src/domain/instrument-table.js';
import type { Order } from '../../../src/domain/order.js';
import { checkEvent } from '../../../src/domain/wire.js';
import { liveClock } from '../../../src/streams/clocks/live-clock.js';
import type { VenueUnderTest } from './venue-under-test.js';

/** A driver with both hands on it: commands on one side, what it says on the other. Time is the wall's. */
export class Wire {
  readonly events: OutsideEvent[] = [];
  readonly commands: Subject<Command> = new Subject<Command>();
  readonly log: Subject<LoggedEvent> = new Subject<LoggedEvent>();
  readonly leading: BehaviorSubject<boolean>;
  readonly driver: ReturnType<VenueUnderTest['driver']>;
  readonly #clock = liveClock();
  readonly #instrument: Instrument;
  readonly #subscription: Subscription;
  readonly #stopClock: () => void;
  readonly #waiting = new Set<() => void>();
  #seq = 0;
  error: unknown;

  constructor(driver: ReturnType<VenueUnderTest['driver']>, instrument: Instrument, leads: boolean = true) {
    this.driver = driver;
    this.#instrument = instrument;
    this.leading = new BehaviorSubject(leads);
    this.#stopClock = this.#clock.start({ startAt: 0, skip: 0, offerRecorded() {}, ended() {}, failed() {} });
    this.#subscription = driver
      .connect({
        commands$: this.commands,
        events$: this.log,
        clock: this.#clock,
        rank: 2,
        instruments: new InstrumentTable([instrument]),
        leading$: this.leading,
        restored: undefined,
      })
      .subscribe({
        next: (event) => {
          checkEvent(event);
          this.events.push(event);
          this.log.next({ seq: ++this.#seq, sub: 0, ts: this.#clock.now(), event });
          for (const look of [...this.#waiting]) look();
        },
        error: (error: unknown) => {
          this.error = error;
          for (const look of [...this.#waiting]) look();
        },
      });
  }

  now(): number {
    return this.#clock.now();
  }

  get reports(): readonly ReportEvent[] {
    return this.events.filter((event) => event.kind === 'report');
  }

  /** `accepted`, `fill 3@100`: what was said of an order. */
  said(id: string): readonly string[] {
    return this.reports
      .filter((report) => report.clientOrderId === id)
      .map((report) => (report.type === 'fill' ? `fill ${report.quantity}@${report.price}` : report.type));
  }

  /** Waits until something is so; fails with what was said instead. */
  async until(what: string, isSo: (wire: this) => boolean, patience: number = 8_000): Promise<void> {
    if (isSo(this)) return;
    await new Promise<void>((resolve, reject) => {
      const end = (action: () => void): void => {
        clearTimeout(timer);
        clearInterval(poll);
        this.#waiting.delete(look);
        action();
      };
      const look = (): void => {
        if (this.error !== undefined) end(() => reject(this.error));
        else if (isSo(this)) end(resolve);
      };
      const timer = setTimeout(
        () => end(() => reject(new Error(`waited in vain for ${what}; said: ${this.#tail()}`))),
        patience,
      );
      // What a double knows changes without a word.
      const poll = setInterval(look, 20);
      this.#waiting.add(look);
    });
  }

  /** Waits for the links that orders need. */
  async connected(): Promise<void> {
    await this.until('links of orders and account', ({ events }) => {
      const state = (channel: string) =>
        events.findLast((event) => event.kind === 'link' && event.channel === channel);
      return ['orders', 'account'].every((channel) => {
        const last = state(channel);
        return last?.kind === 'link' && last.state === 'up';
      });
    });
    await this.until('the first truth', ({ events }) => events.some(({ kind }) => kind === 'truth'));
  }

  order(id: string, fields: Partial<Order> = {}): Order {
    return {
      instrument: this.#instrument.id,
      side: 'buy',
      type: 'limit',
      timeInForce: 'GTC',
      price: 1,
      quantity: 1,
      reduceOnly: false,
      postOnly: false,
      attribution: [],
      arrivalMid: Number.NaN,
      clientOrderId: clientOrderId(id),
      venue: this.#instrument.venue,
      requestTime: this.now(),
      ...fields,
    };
  }

  submit(id: string, fields: Partial<Order> = {}): Order {
    const order = this.order(id, fields);
    this.commands.next({ kind: 'submit', approved: mintApproved(order), order });
    return order;
  }

  cancel(id: string): void {
    this.commands.next({
      kind: 'cancel',
      venue: this.#instrument.venue,
      instrument: this.#instrument.id,
      clientOrderId: clientOrderId(id),
      requestTime: this.now(),
      reason: 'changed its mind',
    });
  }

  /** Looks an order up, as `lookUps` does; returns the time that the answer repeats. */
  ask(id: string): number {
    const requestTime = this.now();
    this.commands.next({
      kind: 'ask',
      what: 'order',
      venue: this.#instrument.venue,
      instrument: this.#instrument.id,
      clientOrderId: clientOrderId(id),
      requestTime,
    });
    return requestTime;
  }

  askForBook(): void {
    const { venue, id: instrument } = this.#instrument;
    this.commands.next({ kind: 'ask', what: 'book', venue, instrument });
  }

  reconcile(): void {
    this.commands.next({ kind: 'reconcile', venue: this.#instrument.venue, requestTime: this.now() });
  }

  async close(): Promise<void> {
    this.#subscription.unsubscribe();
    this.#stopClock();
    await this.driver.closed?.();
  }

  #tail(): string {
    return this.events
      .slice(-12)
      .map((event) =>
        event.kind === 'report'
          ? `${event.type} ${event.clientOrderId}`
          : event.kind === 'fault'
            ? `fault ${event.code}: ${event.message}`
            : event.kind === 'link'
              ? `link ${event.channel} ${event.state} (${event.reason})`
              : event.kind,
      )
      .join(', ');
  }
}
