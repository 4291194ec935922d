import type { Subscriber } from 'rxjs';
import type { Cancel } from '../../core/clock.js';
import type { DriverContext, LoggedEvent } from '../../core/driver.js';
import type { InstrumentId } from '../../domain/brand.js';
import type { Command } from '../../domain/command.js';
import type { FaultEvent, OutsideEvent, StateReport } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { LinkEvent } from '../../domain/market-event.js';
import { CancelAll, type CanceledAll } from './cancel-all.js';
import type { DriverSettings } from './driver-options.js';
import { HandOver } from './hand-over.js';
import { Lessons } from './lessons.js';
import { OpenOrders } from './open-orders.js';
import { OrderRequests } from './order-requests.js';
import { refused, unknown } from './outcome.js';
import { Questions } from './questions.js';
import { RequestQueue } from './request-queue.js';
import { SaidWords } from './said-words.js';
import type { SessionPort, ToldState } from './session-port.js';
import type { OrderKey, VenueAdapter, VenuePort, VenueWord } from './venue-adapter.js';

type Channel = LinkEvent['channel'];

const CHANNELS: readonly Channel[] = ['market', 'orders', 'account'];
/** A follower asks for a lost book after so long. */
const BOOK_REST = 1_000;

/** One run of a venue's driver: its links, its place in a pair, and what its parts say. */
export class VenueSession {
  closed: Promise<void> = Promise.resolve();
  readonly #settings: DriverSettings;
  readonly #context: DriverContext;
  readonly #output: Subscriber<OutsideEvent>;
  readonly #listed: readonly ListedInstrument[];
  readonly #adapter: VenueAdapter;
  readonly #requests: RequestQueue;
  readonly #said = new SaidWords();
  readonly #open = new OpenOrders();
  readonly #timers = new Set<Cancel>();
  readonly #links: Partial<Record<Channel, Pick<LinkEvent, 'state' | 'reason'>>> = {};
  readonly #lessons: Lessons;
  readonly #questions: Questions;
  readonly #orders: OrderRequests;
  readonly #cancelAll: CancelAll;
  #leading: boolean | undefined;
  #handOver: HandOver | undefined;
  #over = false;
  #end: () => void = () => {};
  readonly #ending = new Promise<void>((resolve) => {
    this.#end = resolve;
  });

  constructor(settings: DriverSettings, context: DriverContext, output: Subscriber<OutsideEvent>) {
    this.#settings = settings;
    this.#context = context;
    this.#output = output;
    this.#listed = context.instruments.list.filter(({ definition }) => definition.venue === settings.venue);
    const timing = {
      now: () => context.clock.now(),
      after: (delay: number, action: () => void) => this.#after(delay, action),
    };
    this.#requests = new RequestQueue(timing, settings.budget());
    const voice = {
      say: (word: VenueWord) => this.#say(word),
      learn: (refusal: Parameters<VenuePort['learn']>[0]) => this.#lessons.learn(refusal),
      fault: (code: string, message: string, severity?: FaultEvent['severity']) =>
        this.#fault(code, message, severity),
    };
    const port: VenuePort = {
      ...timing,
      ...voice,
      venue: settings.venue,
      instruments: context.instruments,
      listed: this.#listed,
      random: settings.random,
      requests: this.#requests,
      redaction: settings.redaction,
      link: (channel, state, reason) => this.#link(channel, state, reason),
    };
    this.#adapter = settings.adapter(port);
    const shared: SessionPort = {
      ...voice,
      settings,
      context,
      adapter: this.#adapter,
      requests: this.#requests,
      said: this.#said,
      isOver: () => this.#over,
      isUp: (channel) => this.#links[channel]?.state === 'up',
      state: (key, type, reason, told) => this.#state(key, type, reason, told),
      emit: (event) => this.#emit(event),
      after: timing.after,
    };
    this.#lessons = new Lessons(shared);
    this.#questions = new Questions(shared, this.#open);
    this.#orders = new OrderRequests(shared, this.#open, this.#lessons);
    this.#cancelAll = new CancelAll(shared, this.#open, this.#questions, this.#orders);
  }

  open(): void {
    const { leading$, commands$, events$ } = this.#context;
    const output = this.#output;
    output.add(() => this.#close());
    output.add(leading$.subscribe((leading) => this.#lead(leading)));
    output.add(
      events$.subscribe({ next: (logged) => this.#watch(logged), complete: () => output.complete() }),
    );
    output.add(commands$.subscribe((command) => this.#take(command)));
    if (!this.#over) this.#adapter.open();
  }

  /** Cancels all that works on every instrument of this venue, or on those that are named. */
  cancelAll(instruments?: readonly InstrumentId[]): Promise<readonly CanceledAll[]> {
    const chosen = this.#listed.filter(({ id }) => instruments?.includes(id) ?? true);
    if (!this.#over && this.#leading === true) {
      const closed = this.#ending.then(() => {
        const outcome = unknown('the venue was closed meanwhile');
        return chosen.map(({ id }) => ({ instrument: id, outcome }));
      });
      return Promise.race([this.#cancelAll.cancel(chosen), closed]);
    }
    const outcome = refused(
      'rejected',
      `not sent: ${this.#over ? 'the venue is closed' : 'another member leads'}`,
    );
    return Promise.resolve(chosen.map(({ id }) => ({ instrument: id, outcome })));
  }

  #take(command: Command): void {
    if (command.kind === 'timer' || command.kind === 'consult') return;
    if (command.kind === 'submit') {
      if (command.order.venue === this.#settings.venue) this.#orders.submit(command);
      return;
    }
    if (command.venue !== this.#settings.venue) return;
    if (command.kind === 'reconcile') this.#questions.reconcile();
    else if (command.kind === 'ask') this.#questions.ask(command);
    else void this.#orders.cancel(command, this.#cancelAll);
  }

  #say(word: VenueWord): void {
    if (this.#over) return;
    if (word.kind === 'report') {
      if (!this.#said.isNews(word)) return;
      this.#open.hear(word);
    }
    this.#handOver?.take(word);
    this.#emit(word);
  }

  #state(
    { clientOrderId, instrument }: OrderKey,
    type: StateReport['type'],
    reason: string,
    told: ToldState = {},
  ): void {
    const { venueTime, filled, averagePrice, answers } = told;
    this.#say({
      kind: 'report',
      venue: this.#settings.venue,
      instrument,
      clientOrderId,
      venueTime: venueTime === undefined || venueTime === 0 ? this.#context.clock.now() : venueTime,
      type,
      reason: this.#settings.redaction.clean(reason),
      ...(filled === undefined ? {} : { filled }),
      ...(averagePrice === undefined ? {} : { averagePrice }),
      ...(answers === undefined ? {} : { answers }),
    });
  }

  #link(channel: Channel, state: LinkEvent['state'], reason: string): void {
    const known = this.#links[channel]?.state ?? 'down';
    const first = this.#links[channel] === undefined;
    if (this.#over || (known === state && !first)) return;
    const told = { state, reason: this.#settings.redaction.clean(reason) };
    this.#links[channel] = told;
    if (channel === 'market' && state === 'down') this.#handOver?.disconnected();
    this.#emit({
      kind: 'link',
      venueTime: this.#context.clock.now(),
      venue: this.#settings.venue,
      channel,
      ...told,
    });
    if (channel !== 'market' && state === 'up' && this.#leading === true) this.#questions.reconcile();
    if (channel === 'market' && state === 'up' && this.#handOver !== undefined)
      for (const { id } of this.#context.instruments.list) this.#requestBook(id);
  }

  #lead(leading: boolean): void {
    const before = this.#leading;
    this.#leading = leading;
    if (before === leading) return;
    if (!leading) {
      this.#handOver = new HandOver((instrument) => {
        this.#after(BOOK_REST, () => {
          if (this.#handOver !== undefined) this.#requestBook(instrument);
        });
      });
      for (const { id } of this.#context.instruments.list) if (before === true) this.#requestBook(id);
    } else if (before === false) this.#takeOver();
    this.#adapter.leads?.(leading);
  }

  /** Behind the epoch's mark: what is known here and not in the log. */
  #takeOver(): void {
    const { venue } = this.#settings;
    const kept = this.#handOver;
    this.#handOver = undefined;
    const venueTime = this.#context.clock.now();
    for (const channel of CHANNELS) {
      const told = this.#links[channel];
      if (told !== undefined) this.#emit({ kind: 'link', venueTime, venue, channel, ...told });
    }
    for (const listed of this.#context.instruments.list) {
      if (listed.definition.venue !== venue) continue;
      const book = kept?.book(listed);
      if (book !== undefined) this.#emit(book);
      else if (this.#links.market?.state === 'up') this.#adapter.requestBook(listed);
    }
    if (kept !== undefined) for (const event of kept.beyond()) this.#emit(event);
    if (this.#links.orders?.state === 'up') this.#questions.reconcile();
  }

  #requestBook(instrument: InstrumentId): void {
    const listed = this.#context.instruments.find(instrument);
    if (listed !== undefined && listed.definition.venue === this.#settings.venue && !this.#over)
      this.#adapter.requestBook(listed);
  }

  #watch({ event }: LoggedEvent): void {
    this.#handOver?.follow(event);
    if (this.#settings.cancelAllOnKill && this.#leading === true && this.#cancelAll.isKill(event))
      void this.#cancelAll.cancel(this.#listed);
  }

  #fault(code: string, message: string, severity: FaultEvent['severity'] = 'notice'): void {
    const { venue, redaction } = this.#settings;
    this.#emit({
      kind: 'fault',
      component: `venue:${venue}`,
      code,
      message: redaction.clean(message),
      severity,
    });
  }

  /** What a follower says is not heard; it is kept for the day that it leads. */
  #emit(event: OutsideEvent): void {
    if (!this.#over && this.#leading === true) this.#output.next(event);
  }

  #after(delay: number, action: () => void): Cancel {
    // An answer may come behind the end: a timer of its would hold the process open for nothing.
    if (this.#over) return () => {};
    const { clock, rank } = this.#context;
    const stop = clock.schedule(clock.now() + delay, rank, () => {
      this.#timers.delete(cancel);
      if (!this.#over) action();
    });
    const cancel: Cancel = () => {
      this.#timers.delete(cancel);
      stop();
    };
    this.#timers.add(cancel);
    return cancel;
  }

  #close(): void {
    if (this.#over) return;
    this.#over = true;
    this.#end();
    this.#requests.close();
    for (const cancel of [...this.#timers]) cancel();
    this.closed = this.#adapter.close().catch(() => {});
  }
}
