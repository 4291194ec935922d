import { of, Subject, type Subscription } from 'rxjs';
import type { Driver, LoggedEvent } from '../../src/core/driver.js';
import { mintApproved } from '../../src/domain/approval.js';
import { clientOrderId } from '../../src/domain/brand.js';
import type { Command } from '../../src/domain/command.js';
import type { FaultEvent, FillReport, OutsideEvent, ReportEvent } from '../../src/domain/event.js';
import { type Instrument, type InstrumentSettings, instrument } from '../../src/domain/instrument.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { BookEvent, BookOrderEvent, MarketEvent } from '../../src/domain/market-event.js';
import type { Order } from '../../src/domain/order.js';
import type { Plain } from '../../src/domain/plain.js';
import { checkEvent } from '../../src/domain/wire.js';
import { type SimulatedVenueOptions, simulatedVenue } from '../../src/venues/simulated/index.js';
import { ManualClock } from './manual-clock.js';

/** A spot instrument whose ticks are cents and whose lots are thousandths; prices in tests are ticks. */
export const SPOT: InstrumentSettings = {
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.001',
  minQuantity: '0.002',
  fees: { maker: 0.0001, taker: 0.0004 },
};

export interface DeskOptions {
  readonly venue?: Partial<SimulatedVenueOptions>;
  readonly instruments?: readonly Instrument[];
  readonly clock?: ManualClock;
  readonly restored?: Plain;
}

/** A venue with both hands on it: the recording on one side, commands on the other, reports on paper. */
export class Desk {
  readonly clock: ManualClock;
  readonly instrument: Instrument;
  readonly venue: Driver;
  readonly commands: Subject<Command> = new Subject<Command>();
  readonly events: Subject<LoggedEvent> = new Subject<LoggedEvent>();
  readonly reports: ReportEvent[] = [];
  readonly faults: FaultEvent[] = [];
  /** Truths, interest, funding. */
  readonly others: OutsideEvent[] = [];
  /** `5 a1 accepted`: when it came, whose it is, and what it says. */
  readonly log: string[] = [];
  error: unknown;
  completed = false;
  readonly #subscription: Subscription;
  #seq = 0;

  constructor({ venue, instruments = [instrument(SPOT)], clock, restored }: DeskOptions = {}) {
    this.clock = clock ?? new ManualClock();
    this.instrument = instruments[0] as Instrument;
    this.venue = simulatedVenue({ venue: 'binance', ...venue });
    const output = this.venue.connect({
      commands$: this.commands,
      events$: this.events,
      clock: this.clock,
      rank: 2,
      instruments: new InstrumentTable(instruments),
      leading$: of(true),
      restored,
    });
    this.#subscription = output.subscribe({
      next: (event) => this.#note(event),
      error: (error: unknown) => {
        this.error = error;
      },
      complete: () => {
        this.completed = true;
      },
    });
  }

  close(): void {
    this.#subscription.unsubscribe();
  }

  market(event: MarketEvent): this {
    this.events.next({ seq: ++this.#seq, sub: 0, ts: this.clock.now(), event: checkEvent(event) });
    return this;
  }

  snapshot(bids: readonly number[], asks: readonly number[], last = 10): this {
    return this.#book('snapshot', bids, asks, last, last);
  }

  delta(id: number, bids: readonly number[], asks: readonly number[] = []): this {
    return this.#book('delta', bids, asks, id, id);
  }

  trade(price: number, quantity: number, aggressor: 'buy' | 'sell' | 'none' = 'none'): this {
    const common = { instrument: this.instrument.id, venueTime: this.clock.now(), tradeId: '' };
    return this.market({ kind: 'trade', ...common, price, quantity, aggressor });
  }

  quote(bidPrice: number, bidQuantity: number, askPrice: number, askQuantity: number): this {
    const common = { instrument: this.instrument.id, venueTime: this.clock.now(), updateId: -1 };
    return this.market({ kind: 'quote', ...common, bidPrice, bidQuantity, askPrice, askQuantity });
  }

  status(state: 'open' | 'closed' | 'halted' | 'auction' | 'preOpen'): this {
    return this.market({
      kind: 'status',
      instrument: this.instrument.id,
      venueTime: this.clock.now(),
      state,
    });
  }

  bookOrder(fields: Partial<BookOrderEvent> & Pick<BookOrderEvent, 'action'>): this {
    const blank = { orderId: '', side: 'none', price: 0, quantity: 0, snapshot: false, last: true } as const;
    const common = { instrument: this.instrument.id, venueTime: this.clock.now() };
    return this.market({ kind: 'bookOrder', ...common, ...blank, ...fields });
  }

  order(id: string, fields: Partial<Order> & Pick<Order, 'side' | 'quantity'>): Order {
    return {
      instrument: this.instrument.id,
      type: fields.price === undefined ? 'market' : 'limit',
      timeInForce: fields.price === undefined ? 'IOC' : 'GTC',
      price: 0,
      reduceOnly: false,
      postOnly: false,
      attribution: [],
      arrivalMid: Number.NaN,
      clientOrderId: clientOrderId(id),
      venue: this.instrument.venue,
      requestTime: this.clock.now(),
      ...fields,
    };
  }

  submit(id: string, fields: Partial<Order> & Pick<Order, 'side' | 'quantity'>): this {
    const order = this.order(id, fields);
    this.commands.next({ kind: 'submit', approved: mintApproved(order), order });
    return this;
  }

  cancel(id: string, venue: string = this.instrument.venue): this {
    const common = { venue, instrument: this.instrument.id, clientOrderId: clientOrderId(id) };
    this.commands.next({
      kind: 'cancel',
      ...common,
      requestTime: this.clock.now(),
      reason: 'changed its mind',
    });
    return this;
  }

  ask(id: string): this {
    const { venue, id: name } = this.instrument;
    this.commands.next({
      kind: 'ask',
      what: 'order',
      venue,
      instrument: name,
      clientOrderId: clientOrderId(id),
    });
    return this;
  }

  /** Asks for whatever the venue knows of the instrument. */
  askForAll(): this {
    const { venue, id: instrument } = this.instrument;
    this.commands.next({ kind: 'ask', what: 'order', venue, instrument });
    return this;
  }

  /** Asks the venue for its truth. */
  reconcile(): this {
    this.commands.next({
      kind: 'reconcile',
      venue: this.instrument.venue,
      requestTime: this.clock.now(),
    });
    return this;
  }

  at(time: number): this {
    this.clock.goTo(time);
    return this;
  }

  save(): Plain {
    return this.venue.save?.() ?? null;
  }

  /** What came since the last call. */
  news(): string[] {
    return this.log.splice(0);
  }

  fills(id: string): FillReport[] {
    return this.reports.filter(
      (report): report is FillReport => report.type === 'fill' && report.clientOrderId === id,
    );
  }

  #book(
    action: BookEvent['action'],
    bids: readonly number[],
    asks: readonly number[],
    first: number,
    last: number,
  ): this {
    const common = { instrument: this.instrument.id, venueTime: this.clock.now(), previous: -1 };
    return this.market({ kind: 'book', ...common, action, first, last, bids, asks });
  }

  #note(event: OutsideEvent): void {
    checkEvent(event);
    if (event.kind === 'fault') {
      this.faults.push(event);
      return;
    }
    if (event.kind === 'link') {
      this.log.push(`${this.clock.now()} link ${event.channel} ${event.state}`);
      return;
    }
    if (
      event.kind === 'truth' ||
      event.kind === 'interest' ||
      event.kind === 'funding' ||
      event.kind === 'account'
    ) {
      this.others.push(event);
      return;
    }
    if (event.kind !== 'report') throw new Error(`a ${event.kind} from a venue`);
    this.reports.push(event);
    const what =
      event.type === 'fill'
        ? `fill ${event.quantity}@${event.price} ${event.liquidity}`
        : [event.type, event.reason].filter((text) => text !== '').join(': ');
    this.log.push(`${this.clock.now()} ${event.clientOrderId} ${what}`);
  }
}
