import type { Subscriber } from 'rxjs';
import type { Cancel } from '../../core/clock.js';
import type { DriverContext, LoggedEvent } from '../../core/driver.js';
import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { AskCommand, Command, SubmitCommand } from '../../domain/command.js';
import { show } from '../../domain/errors.js';
import type { FaultEvent, OutsideEvent, ReportEvent, StateReport } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { LinkEvent } from '../../domain/market-event.js';
import type { Order } from '../../domain/order.js';
import { clientOrderIdFault } from '../../domain/venue-capabilities.js';
import type { BackOff } from './back-off.js';
import { checkApproval } from './check-approval.js';
import type { DriverSettings } from './driver-options.js';
import { HandOver } from './hand-over.js';
import type { Finding, Outcome, Refused } from './outcome.js';
import { RequestQueue } from './request-queue.js';
import { SaidWords } from './said-words.js';
import type { OrderKey, VenueAdapter, VenuePort, VenueWord } from './venue-adapter.js';

type Channel = LinkEvent['channel'];
type Asked = 'submit' | 'cancel';

/** An order that may be alive at the venue, in lots. */
interface Sent {
  readonly instrument: InstrumentId;
  readonly quantity: number;
  filled: number;
}

const CHANNELS: readonly Channel[] = ['market', 'orders', 'account'];
/** Fills are asked for again over so long: a venue may list one later than the next. */
const OVERLAP = 60_000;
/** A follower asks for a lost book after so long. */
const BOOK_REST = 1_000;
/** A clock that was set is not set again at once. */
const CLOCK_REST = 5_000;

/** One run of a venue's driver. */
export class VenueSession {
  closed: Promise<void> = Promise.resolve();
  readonly #settings: DriverSettings;
  readonly #context: DriverContext;
  readonly #output: Subscriber<OutsideEvent>;
  readonly #adapter: VenueAdapter;
  readonly #requests: RequestQueue;
  readonly #throttling: BackOff;
  readonly #said = new SaidWords();
  readonly #timers = new Set<Cancel>();
  readonly #links: Partial<Record<Channel, Pick<LinkEvent, 'state' | 'reason'>>> = {};
  /** Orders that were sent and have not ended, for questions about an instrument as a whole. */
  readonly #open = new Map<ClientOrderId, Sent>();
  #leading: boolean | undefined;
  #handOver: HandOver | undefined;
  #reconciling = false;
  #reconcileAgain = false;
  /** Fills up to here (venue's clock) were told by a truth. */
  #knownUntil: number;
  #keyRefused = '';
  #clockSetAt = Number.NEGATIVE_INFINITY;
  #over = false;

  constructor(settings: DriverSettings, context: DriverContext, output: Subscriber<OutsideEvent>) {
    this.#settings = settings;
    this.#context = context;
    this.#output = output;
    this.#knownUntil = context.clock.now() - settings.history;
    const timing = {
      now: () => context.clock.now(),
      after: (delay: number, action: () => void) => this.#after(delay, action),
    };
    this.#requests = new RequestQueue(timing, settings.budget());
    this.#throttling = settings.backOff();
    const port: VenuePort = {
      ...timing,
      venue: settings.venue,
      instruments: context.instruments,
      listed: context.instruments.list.filter(({ definition }) => definition.venue === settings.venue),
      random: settings.random,
      requests: this.#requests,
      redaction: settings.redaction,
      say: (word) => this.#say(word),
      link: (channel, state, reason) => this.#link(channel, state, reason),
      learn: (refusal) => this.#learn(refusal),
      fault: (code, message, severity) => this.#fault(code, message, severity),
    };
    this.#adapter = settings.adapter(port);
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

  #take(command: Command): void {
    if (command.kind === 'timer') return;
    if (command.kind === 'submit') {
      if (command.order.venue === this.#settings.venue) this.#submit(command);
      return;
    }
    if (command.venue !== this.#settings.venue) return;
    if (command.kind === 'reconcile') this.#reconcile();
    else if (command.kind === 'ask') this.#ask(command);
    else this.#cancel(command);
  }

  #submit(command: SubmitCommand): void {
    const { order } = command;
    const unapproved = checkApproval(command);
    if (unapproved !== '') {
      this.#fault('unapproved', unapproved, 'halt');
      return;
    }
    const listed = this.#context.instruments.find(order.instrument);
    const refusal = this.#refusal(order, listed);
    if (refusal !== '' || listed === undefined) {
      this.#state(order, 'rejected', `not sent: ${refusal}`);
      return;
    }
    this.#open.set(order.clientOrderId, {
      instrument: order.instrument,
      quantity: order.quantity,
      filled: 0,
    });
    const native = order.replaces !== undefined && this.#settings.capabilities.nativeReplace;
    this.#await(
      'submit',
      order,
      () =>
        native && this.#adapter.replace !== undefined
          ? this.#adapter.replace(order, listed)
          : this.#adapter.submit(order, listed),
      (outcome) => {
        if (outcome.kind === 'acknowledged')
          this.#state(order, native ? 'replaced' : 'accepted', '', { venueTime: outcome.venueTime });
        else if (outcome.kind === 'unknown') this.#state(order, 'unknown', outcome.reason);
        // There is an order of this id: what became of it is asked, not guessed.
        else if (outcome.error === 'duplicate-id') this.#state(order, 'unknown', outcome.reason);
        else if (outcome.error === 'not-found' && !native) this.#state(order, 'unknown', outcome.reason);
        else this.#state(order, native ? 'replaceRejected' : 'rejected', outcome.reason, outcome);
      },
    );
  }

  /** Why an order is not sent, or an empty string. */
  #refusal(order: Order, listed: ListedInstrument | undefined): string {
    const { venue, capabilities } = this.#settings;
    if (listed === undefined || listed.definition.venue !== venue)
      return `${venue} does not trade ${order.instrument}`;
    const { type, price, quantity } = order;
    if (!Number.isSafeInteger(quantity) || quantity <= 0)
      return `quantity must be a whole number of lots above 0, not ${quantity}`;
    if (
      !Number.isSafeInteger(price) ||
      (type === 'limit' && price <= 0 && listed.definition.kind !== 'spread')
    )
      return `price must be a whole number of ticks above 0, not ${price}`;
    const fault = clientOrderIdFault(order.clientOrderId, capabilities);
    if (fault !== undefined) {
      const message = `client order id ${show(order.clientOrderId)} ${fault}, which is all that ${venue} takes`;
      this.#fault('client-order-id', message);
      return message;
    }
    if (!capabilities.orderTypes.includes(order.type)) return `${venue} takes no ${order.type} orders here`;
    if (!capabilities.timesInForce.includes(order.timeInForce))
      return `${venue} takes no ${order.timeInForce} orders here`;
    if (this.#keyRefused !== '') return `the venue refuses our key: ${this.#keyRefused}`;
    if (this.#links.orders?.state !== 'up') return 'the order channel is down';
    return '';
  }

  #cancel(command: OrderKey): void {
    const listed = this.#context.instruments.find(command.instrument);
    if (listed === undefined || this.#links.orders?.state !== 'up') {
      const why = listed === undefined ? `nobody knows ${command.instrument}` : 'the order channel is down';
      this.#state(command, 'cancelRejected', `not sent: ${why}`);
      return;
    }
    this.#await(
      'cancel',
      command,
      () => this.#adapter.cancel(command, listed),
      (outcome) => {
        if (outcome.kind === 'unknown') this.#state(command, 'unknown', outcome.reason);
        else if (outcome.kind === 'refused') this.#state(command, 'cancelRejected', outcome.reason, outcome);
        else if (!this.#fillsToCome(command, outcome.filled))
          this.#state(command, 'canceled', 'canceled by us', outcome);
      },
    );
  }

  /** Fills of a canceled order that are still under way on the stream: it tells of the cancel behind them. */
  #fillsToCome({ clientOrderId }: OrderKey, filled: number | undefined): boolean {
    const told = this.#open.get(clientOrderId)?.filled ?? filled ?? 0;
    return this.#links.account?.state === 'up' && (filled ?? 0) > told;
  }

  /** Runs a request with a time-out of our own. What comes after it is told all the same, but a second doubt is not. */
  #await(
    asked: Asked,
    key: OrderKey,
    request: () => Promise<Outcome>,
    settle: (outcome: Outcome) => void,
  ): void {
    const { timeout } = this.#settings;
    let late = false;
    const stop = this.#after(timeout, () => {
      late = true;
      if (this.#isSettled(asked, key)) return;
      this.#state(key, 'unknown', `no word about the ${asked} in ${timeout} ms`);
    });
    settled(request, (outcome) => {
      stop();
      // A doubt that the venue's own word has settled meanwhile is none.
      if (this.#over || (outcome.kind === 'unknown' && (late || this.#isSettled(asked, key)))) return;
      if (outcome.kind === 'refused') this.#learn(outcome);
      else if (outcome.kind === 'acknowledged') this.#throttling.reset();
      settle(outcome);
    });
  }

  #isSettled(asked: Asked, { clientOrderId }: OrderKey): boolean {
    return SETTLED_BY[asked].some((type) => this.#said.knows(type, clientOrderId));
  }

  /** What a refusal says of more than its request. */
  #learn({ error, reason, retryAfter }: Refused): void {
    if (error === 'throttled') {
      const wait = retryAfter ?? this.#throttling.next();
      this.#requests.pause(wait);
      this.#fault('throttled', `${reason}; nothing is sent for ${Math.round(wait)} ms`);
    } else if (error === 'dead-key') {
      if (this.#keyRefused === '') this.#fault('dead-key', reason, 'halt');
      this.#keyRefused = reason;
    } else if (error === 'clock') {
      const now = this.#context.clock.now();
      if (now - this.#clockSetAt < CLOCK_REST) return;
      this.#clockSetAt = now;
      this.#fault('clock', `${reason}; the clock is set anew`);
      void this.#adapter
        .resynchroniseClock?.()
        .catch((error: unknown) => this.#fault('clock', messageOf(error)));
    }
  }

  #ask(command: AskCommand): void {
    const { what, instrument, clientOrderId, requestTime } = command;
    const listed = this.#context.instruments.find(instrument);
    if (listed === undefined) return;
    if (what === 'book') this.#adapter.requestBook(listed);
    else if (clientOrderId !== undefined) this.#lookUp({ clientOrderId, instrument }, listed, requestTime);
    else
      for (const [id, open] of [...this.#open])
        if (open.instrument === instrument)
          this.#lookUp({ clientOrderId: id, instrument }, listed, requestTime);
  }

  #lookUp(key: OrderKey, listed: ListedInstrument, requestTime: number | undefined): void {
    this.#adapter.lookUp(key, listed).then(
      (finding) => this.#found(key, finding, requestTime),
      // Nothing is said: the core asks again.
      (error: unknown) => this.#fault('look-up', messageOf(error)),
    );
  }

  #found(key: OrderKey, finding: Finding, requestTime: number | undefined): void {
    if (this.#over || finding.kind === 'unknown') return;
    const answers = requestTime === undefined ? {} : { answers: requestTime };
    const { venueTime } = finding;
    if (finding.kind === 'notFound') {
      this.#state(key, 'notFound', 'not found', { venueTime, ...answers });
      return;
    }
    for (const fill of finding.fills) this.#say(fill);
    const { status, filled, averagePrice, reason } = finding;
    const told = { venueTime, filled, ...(averagePrice === undefined ? {} : { averagePrice }), ...answers };
    // A filled order is accepted with all of its lots filled.
    const type = status === 'partiallyFilled' || status === 'filled' ? 'accepted' : status;
    this.#state(key, type, reason, told);
  }

  #reconcile(): void {
    if (this.#reconciling) {
      this.#reconcileAgain = true;
      return;
    }
    this.#reconciling = true;
    this.#reconcileAgain = false;
    this.#adapter
      .reconcile(Math.max(0, this.#knownUntil - OVERLAP))
      .then((truth) => {
        if (truth === undefined || this.#over) return;
        for (const fill of truth.fills) this.#say(fill);
        this.#knownUntil = truth.venueTime;
        this.#emit({ kind: 'truth', venue: this.#settings.venue, ...truth });
      })
      .catch((error: unknown) => this.#fault('reconcile', messageOf(error)))
      .finally(() => {
        this.#reconciling = false;
        if (this.#reconcileAgain && !this.#over) this.#reconcile();
      });
  }

  #say(word: VenueWord): void {
    if (this.#over) return;
    if (word.kind === 'report') {
      if (!this.#said.isNews(word)) return;
      this.#count(word);
    }
    this.#handOver?.take(word);
    this.#emit(word);
  }

  #count(report: ReportEvent): void {
    const sent = this.#open.get(report.clientOrderId);
    if (sent === undefined) return;
    if (report.type === 'fill') sent.filled += report.quantity;
    if (ENDED.has(report.type) || sent.filled >= sent.quantity) this.#open.delete(report.clientOrderId);
  }

  #state(
    { clientOrderId, instrument }: OrderKey,
    type: StateReport['type'],
    reason: string,
    told: Partial<Pick<StateReport, 'venueTime' | 'filled' | 'averagePrice' | 'answers'>> = {},
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
    if (channel !== 'market' && state === 'up' && this.#leading === true) this.#reconcile();
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
    if (this.#links.orders?.state === 'up') this.#reconcile();
  }

  #requestBook(instrument: InstrumentId): void {
    const listed = this.#context.instruments.find(instrument);
    if (listed !== undefined && listed.definition.venue === this.#settings.venue && !this.#over)
      this.#adapter.requestBook(listed);
  }

  #watch({ event }: LoggedEvent): void {
    this.#handOver?.follow(event);
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
    this.#requests.close();
    for (const cancel of [...this.#timers]) cancel();
    this.closed = this.#adapter.close().catch(() => {});
  }
}

/** Words of the venue after which an answer is not missed. */
const SETTLED_BY: Readonly<Record<Asked, readonly StateReport['type'][]>> = {
  submit: ['accepted', 'rejected', 'replaced', 'canceled', 'expired'],
  cancel: ['canceled', 'expired', 'rejected'],
};
const ENDED: ReadonlySet<string> = new Set(['canceled', 'expired', 'rejected']);

/** Whatever a request does, it comes to an outcome: what throws is unknown. */
function settled(request: () => Promise<Outcome>, settle: (outcome: Outcome) => void): void {
  let pending: Promise<Outcome>;
  try {
    pending = request();
  } catch (error) {
    pending = Promise.reject(error);
  }
  void pending
    .catch((error: unknown): Outcome => ({ kind: 'unknown', reason: messageOf(error) }))
    .then(settle);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
