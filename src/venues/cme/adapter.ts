import type { LoggedEvent } from '../../core/driver.js';
import { type ClientOrderId, clientOrderId } from '../../domain/brand.js';
import type { FillReport, StateReport, TrueOrder } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order, Side } from '../../domain/order.js';
import {
  acknowledged,
  type Finding,
  NotSentError,
  type OrderKey,
  type Outcome,
  refused,
  unknown,
  type VenueAdapter,
  type VenuePort,
  type VenueTruth,
} from '../driver/index.js';
import { type Field, type FixMessage, TAG } from '../fix/index.js';
import { definitionFault, definitionRequest } from './definitions.js';
import { type Execution, executionFacts, lotsOf, readExecution, statusOf, timeOf } from './execution.js';
import { feeOf } from './fees.js';
import { InstrumentNames } from './gateway.js';
import { GatewaySession } from './gateway-session.js';
import type { KnownOrders } from './known-orders.js';
import { MarketData } from './market-data.js';
import { MassStatus, massStatusRequest } from './mass-status.js';
import type { CheckedSession, CmeSettings } from './options.js';
import { cancelRequest, newOrder, type OrderMarks, replacement, statusRequest } from './order-messages.js';
import { Requests } from './requests.js';

/** What the adapter is given beside the kit's port. */
export interface CmeSurroundings {
  readonly known: KnownOrders;
  readonly clock: { now(): number; schedule(at: number, rank: number, action: () => void): () => void };
  readonly rank: number;
}

/** Orders asked for at once when the venue is asked for all of them. */
const MOST_ASKED = 1_000;
const UNKNOWN_ORDER = '5';
/** States (tag 39) of an order that rests. */
const ALIVE: ReadonlySet<string> = new Set(['0', '1', '5', '6', '9', 'A', 'D', 'E']);
const SIDES: Readonly<Record<string, Side>> = { '1': 'buy', '2': 'sell' };

/** CME through a broker's FIX gateway: sessions for orders, for drop copy and for market data. */
export class CmeAdapter implements VenueAdapter {
  readonly #settings: CmeSettings;
  readonly #port: VenuePort;
  readonly #known: KnownOrders;
  readonly #names: InstrumentNames<ListedInstrument>;
  readonly #requests = new Requests();
  readonly #market: MarketData;
  readonly #sessions: readonly GatewaySession[];
  readonly #orders: GatewaySession;
  readonly #data: GatewaySession | undefined;
  readonly #marks = new Map<ListedInstrument, OrderMarks>();
  /** Makes ids of cancels and questions differ that are of one millisecond. */
  #cancels = 0;
  #mass: MassStatus | undefined;
  /** The venue's time, as its latest message has it. */
  #venueTime = 0;

  constructor(settings: CmeSettings, port: VenuePort, { known, clock, rank }: CmeSurroundings) {
    this.#settings = settings;
    this.#port = port;
    this.#known = known;
    this.#names = new InstrumentNames(settings.gateway, port.listed);
    this.#market = new MarketData(
      this.#names,
      (word) => port.say(word),
      (code, message) => port.fault(code, message),
    );
    const { gateway, selfMatchPreventionId: prevention, account } = settings;
    for (const listed of port.listed)
      this.#marks.set(listed, {
        version: gateway.session.version,
        account,
        instrument: this.#names.fieldsOf(listed),
        more: [
          ...gateway.orderFields,
          ...(prevention === undefined ? [] : [[TAG.SelfMatchPreventionID, prevention] as const]),
        ],
      });
    const make = (
      session: CheckedSession,
      more: { up(): void; down(reason: string): void; message(message: FixMessage): void },
    ): GatewaySession =>
      new GatewaySession(session, {
        ...more,
        clock,
        rank,
        seed: Math.floor(port.random() * 2 ** 31),
        waitsForDisk: settings.recorded$ !== undefined,
        mayResend: (message, now) => this.#mayResend(message, now),
        alert: (code, text, halt) => port.fault(`fix-${code}`, text, halt ? 'halt' : 'notice'),
      });
    this.#orders = make(settings.orders, {
      up: () => {
        port.link('orders', 'up', 'logged on');
        port.link('account', 'up', 'logged on');
        if (settings.market === undefined) this.#define(this.#orders);
      },
      down: (reason) => {
        port.link('orders', 'down', reason);
        port.link('account', 'down', reason);
        this.#requests.lost(reason);
        this.#mass?.giveUp();
      },
      message: (message) => this.#take(message),
    });
    const copy =
      settings.dropCopy &&
      make(settings.dropCopy, {
        up: () => {},
        // It is read besides: the session for orders brings the same reports.
        down: (reason) => port.fault('drop-copy', `the drop copy is gone: ${reason}`),
        message: (message) => {
          if (message.type === '8') this.#execution(message);
        },
      });
    this.#data =
      settings.market &&
      make(settings.market, {
        up: () => {
          port.link('market', 'up', 'logged on');
          this.#market.clear();
          for (const listed of port.listed) this.requestBook(listed);
          this.#define(this.#data as GatewaySession);
        },
        down: (reason) => port.link('market', 'down', reason),
        message: (message) => this.#take(message),
      });
    this.#sessions = [this.#orders, copy, this.#data].filter((session) => session !== undefined);
  }

  /** The session whose message is being handled: what is told now is told by it. */
  get recorder(): GatewaySession['recorder'] {
    for (const { recorder } of this.#sessions) if (recorder !== undefined) return recorder;
    return undefined;
  }

  logged(logged: LoggedEvent): void {
    this.#known.watch(logged.event);
    for (const session of this.#sessions) session.logged(logged);
  }

  durable(seq: number): void {
    for (const session of this.#sessions) session.durable(seq);
  }

  open(): void {
    for (const session of this.#sessions) session.open();
  }

  submit(order: Order, listed: ListedInstrument): Promise<Outcome> {
    return this.#request('submit', order.clientOrderId, order.clientOrderId, order, () =>
      newOrder(order, listed, this.#marksOf(listed)),
    );
  }

  replace(order: Order, listed: ListedInstrument): Promise<Outcome> {
    const filled = this.#known.find(order.replaces as string)?.counted ?? Number.NaN;
    // A guess could let more trade than was approved.
    if (Number.isNaN(filled))
      return Promise.resolve(
        refused('rejected', `not sent: how much of ${order.replaces} is filled is not known`),
      );
    return this.#request('replace', order.clientOrderId, order.clientOrderId, order, () =>
      replacement(order, filled, listed, this.#marksOf(listed)),
    );
  }

  cancel({ clientOrderId: id, instrument }: OrderKey, listed: ListedInstrument): Promise<Outcome> {
    const known = this.#known.find(id);
    // Of one run and of the next: two cancels must not share an id.
    const cancelId = `X${Math.floor(this.#port.now()).toString(36)}${(this.#cancels++).toString(36)}`;
    const quantity =
      known === undefined || known.quantity === Number.MAX_SAFE_INTEGER
        ? undefined
        : listed.quantities.format(known.quantity);
    const order = { clientOrderId: id, instrument, side: known?.side };
    return this.#request('cancel', cancelId, id, undefined, () =>
      cancelRequest(order, cancelId, quantity, this.#port.now(), this.#marksOf(listed)),
    );
  }

  async lookUp({ clientOrderId: id }: OrderKey, listed: ListedInstrument): Promise<Finding> {
    return this.#ask(id, listed, 'lookUp');
  }

  /** What the venue says of orders that may be alive. FIX tells no fills, positions or balances of earlier. */
  async reconcile(): Promise<VenueTruth | undefined> {
    if (this.#settings.gateway.massStatus) {
      const orders = await this.#askForAll();
      return orders && this.#truth(orders);
    }
    const asked = this.#known.all().slice(0, MOST_ASKED);
    const findings = await Promise.all(
      asked.map(async (order) => {
        const listed = this.#port.instruments.find(order.instrument);
        return { order, finding: listed && (await this.#ask(order.clientOrderId, listed, 'lookUp')) };
      }),
    );
    const orders: TrueOrder[] = [];
    let answers = 0;
    for (const { order, finding } of findings) {
      if (finding === undefined || finding.kind === 'unknown') continue;
      answers++;
      if (finding.kind === 'notFound') continue;
      const { clientOrderId: id, instrument } = order;
      orders.push({ clientOrderId: id, instrument, status: finding.status, filled: finding.filled });
    }
    if (asked.length > 0 && answers === 0) return undefined;
    return {
      venueTime: this.#venueTime,
      coversClosed: false,
      orders,
      fills: [],
      positions: [],
      balances: [],
    };
  }

  requestBook(listed: ListedInstrument): void {
    const session = this.#data;
    if (session === undefined) return;
    for (const fields of this.#market.subscribe(listed, `M${Math.floor(this.#port.now()).toString(36)}-`))
      session.send(fields);
  }

  async close(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  /** Sends a request, if there is room for it within the rate limit, and waits for the venue's word. */
  async #request(
    kind: 'submit' | 'cancel' | 'replace',
    id: string,
    about: ClientOrderId,
    order: Order | undefined,
    fields: () => readonly Field[],
  ): Promise<Outcome> {
    const send = (): Promise<Outcome> => {
      if (order !== undefined && this.#port.now() > order.requestTime + this.#settings.requestExpiry)
        return Promise.resolve(refused('rejected', 'not sent: it was decided too long ago'));
      if (order?.postOnly === true)
        return Promise.resolve(refused('rejected', 'not sent: the venue has no post-only orders'));
      if (order !== undefined) this.#known.add(order);
      const outcome = this.#requests.await(id, kind, about);
      try {
        const sequence = this.#orders.send(fields());
        if (sequence === undefined)
          this.#requests.settle(id, refused('rejected', 'not sent: the session for orders is down'));
        else this.#requests.sent(id, sequence);
      } catch (error) {
        this.#requests.settle(id, refused('rejected', `not sent: ${(error as Error).message}`));
      }
      return outcome;
    };
    try {
      return await this.#port.requests.run(
        kind === 'cancel' ? 'cancel' : 'submit',
        { orders: 1 },
        send,
        1_000,
      );
    } catch (error) {
      if (error instanceof NotSentError) return refused('throttled', error.message);
      throw error;
    }
  }

  #ask(id: ClientOrderId, listed: ListedInstrument, kind: 'lookUp'): Promise<Finding> {
    const { timeout } = this.#settings;
    const question = (): Promise<Finding> =>
      new Promise((resolve) => {
        const stop = this.#port.after(timeout, () => {
          this.#requests.answer(id, unknown(`no word about the look-up in ${timeout} ms`));
        });
        const first = this.#requests.ask(id, (finding) => {
          stop();
          resolve(finding);
        });
        if (!first) return;
        const order = { clientOrderId: id, side: this.#known.find(id)?.side };
        const sequence = this.#orders.send(statusRequest(order, this.#marksOf(listed)));
        if (sequence === undefined)
          this.#requests.answer(id, unknown('not sent: the session for orders is down'));
        else this.#requests.sent(id, sequence);
      });
    return this.#port.requests
      .run(kind, { orders: 1 }, question)
      .catch((error: unknown): Finding => unknown((error as Error).message));
  }

  #truth(orders: readonly TrueOrder[]): VenueTruth {
    return {
      venueTime: this.#venueTime,
      coversClosed: false,
      orders,
      fills: [],
      positions: [],
      balances: [],
    };
  }

  #askForAll(): Promise<readonly TrueOrder[] | undefined> {
    this.#mass?.giveUp();
    return new Promise((resolve) => {
      const stop = this.#port.after(this.#settings.timeout, () => this.#mass?.giveUp());
      const mass = new MassStatus(
        `S${Math.floor(this.#port.now()).toString(36)}${this.#cancels++}`,
        (orders) => {
          stop();
          if (this.#mass === mass) this.#mass = undefined;
          resolve(orders);
        },
      );
      this.#mass = mass;
      if (this.#orders.send(massStatusRequest(mass.id, this.#settings.account)) === undefined) mass.giveUp();
    });
  }

  #marksOf(listed: ListedInstrument): OrderMarks {
    return this.#marks.get(listed) as OrderMarks;
  }

  #define(session: GatewaySession): void {
    if (!this.#settings.definitions) return;
    for (const listed of this.#port.listed)
      session.send(definitionRequest(`D-${listed.id}`, this.#names.fieldsOf(listed)));
  }

  /** An order that was decided too long ago is gap-filled, and so is a question. */
  #mayResend(message: FixMessage, now: number): boolean {
    if (message.type !== 'D' && message.type !== 'F' && message.type !== 'G') return false;
    return now <= message.time(TAG.TransactTime) + this.#settings.requestExpiry;
  }

  #take(message: FixMessage): void {
    this.#venueTime = Math.max(this.#venueTime, message.time(TAG.SendingTime) || 0);
    switch (message.type) {
      case '8':
        this.#execution(message);
        return;
      case '9':
        this.#cancelRefused(message);
        return;
      case '3':
      case 'j':
        this.#requestRefused(message);
        return;
      case 'd': {
        const listed = this.#names.find((tag) => message.get(tag));
        const fault = listed && definitionFault(message, listed);
        if (fault !== undefined) this.#port.fault('definition', fault, 'halt');
        return;
      }
      default:
        this.#market.take(message);
    }
  }

  #execution(message: FixMessage): void {
    const execution = readExecution(message);
    const { kind, originalId } = execution;
    const own = execution.clientOrderId;
    const mass = message.get(TAG.MassStatusReqID);
    if (mass !== undefined) {
      const order = this.#known.find(own);
      const found = this.#names.find((tag) => message.get(tag));
      if (mass === this.#mass?.id) this.#mass.take(message, found, order?.base ?? 0);
      return;
    }
    // An execution without a number of its own is no news, whatever the gateway calls it.
    const question = kind === 'status' || message.get(TAG.ExecID) === '0';
    if (question && this.#answered(message, execution)) return;
    // What ends an order answers a cancel under the cancel's id, and names the order beside it.
    const ofCancel =
      this.#requests.find(own)?.kind === 'cancel' || (kind === 'canceled' && originalId !== undefined);
    const id = clientOrderId(
      ofCancel && originalId !== undefined && this.#known.find(own) === undefined ? originalId : own,
    );
    const known = this.#known.find(id);
    const listed =
      (known && this.#port.instruments.find(known.instrument)) ?? this.#names.find((tag) => message.get(tag));
    if (listed === undefined || id === '') {
      this.#port.fault('unknown-instrument', `a report of an order ${id} of no listed instrument: ${kind}`);
      return;
    }
    const told = kind === 'accepted' || kind === 'fill' || kind === 'replaced';
    if (told && ALIVE.has(message.get(TAG.OrdStatus) ?? '')) {
      const quantity = lotsOf(message, TAG.OrderQty, listed);
      const side = SIDES[message.get(TAG.Side) ?? ''];
      this.#known.learn(id, listed.id, side, quantity > 0 ? quantity : Number.MAX_SAFE_INTEGER);
    }
    this.#known.counted(id, lotsOf(message, TAG.CumQty, listed));
    const filled = this.#filledOf(message, listed, known?.base ?? 0);
    const base = {
      kind: 'report',
      venue: this.#settings.venue,
      instrument: listed.id,
      clientOrderId: id,
      venueTime: execution.venueTime,
    } as const;
    const state = (type: StateReport['type']): void =>
      this.#port.say({
        ...base,
        type,
        reason: execution.reason,
        ...(filled === undefined ? {} : { filled }),
      });
    const { venueTime } = execution;
    switch (kind) {
      case 'accepted':
        state('accepted');
        this.#requests.settle(id, acknowledged(venueTime));
        return;
      case 'fill': {
        const executionId = message.get(TAG.ExecID) ?? '';
        const facts = executionFacts(message, listed, known?.side, feeOf(this.#settings.commission));
        if (typeof facts === 'string' || executionId === '') {
          this.#port.fault('unreadable-fill', `execution ${executionId} of order ${id}: ${facts}`);
          // Its lots are told by their count: they are exposure until somebody explains them.
          state('accepted');
          return;
        }
        // Spelled out: spreading two objects into one costs more than reading the message.
        this.#port.say({
          kind: 'report',
          venue: this.#settings.venue,
          instrument: listed.id,
          clientOrderId: id,
          venueTime,
          type: 'fill',
          executionId,
          side: facts.side,
          price: facts.price,
          quantity: facts.quantity,
          liquidity: facts.liquidity,
          fee: facts.fee,
          feeCurrency: facts.feeCurrency,
        } satisfies FillReport);
        this.#requests.settle(id, acknowledged(venueTime));
        return;
      }
      case 'bust':
      case 'correction':
        this.#amended(message, execution, listed, id);
        return;
      case 'canceled':
      case 'expired': {
        // The drop copy, or a resend, repeats an end: it is no answer to a cancel that was sent since.
        const repeated = this.#known.hasEnded(id);
        state(kind);
        if (!repeated) this.#requests.settleCancels(id, acknowledged(venueTime, filled));
        return;
      }
      case 'rejected': {
        const replaces = this.#requests.find(id)?.kind === 'replace';
        if (!replaces) state('rejected');
        this.#requests.settle(id, refused('rejected', execution.reason, venueTime));
        return;
      }
      case 'replaced':
        this.#replaced(message, execution, listed, id);
        return;
      default:
        return;
    }
  }

  /** Lots of an order by the venue's count, less what the orders before it had. */
  #filledOf(message: FixMessage, listed: ListedInstrument, base: number): number | undefined {
    const filled = lotsOf(message, TAG.CumQty, listed) - base;
    return filled >= 0 ? filled : undefined;
  }

  #replaced(message: FixMessage, execution: Execution, listed: ListedInstrument, id: ClientOrderId): void {
    const counted = lotsOf(message, TAG.CumQty, listed);
    this.#known.counts(id, Number.isNaN(counted) ? Number.NaN : counted);
    const { venueTime, reason, originalId } = execution;
    const base = {
      kind: 'report',
      venue: this.#settings.venue,
      instrument: listed.id,
      venueTime,
      reason,
    } as const;
    this.#port.say({ ...base, clientOrderId: id, type: 'replaced' });
    // The order that it replaced is over.
    if (originalId !== undefined && originalId !== id)
      this.#port.say({
        ...base,
        clientOrderId: clientOrderId(originalId),
        type: 'canceled',
        reason: `replaced by ${id}`,
      });
    this.#requests.settle(id, acknowledged(venueTime));
  }

  #amended(message: FixMessage, execution: Execution, listed: ListedInstrument, id: ClientOrderId): void {
    const executionId = message.get(TAG.ExecRefID) ?? '';
    const { venueTime } = execution;
    const reason = execution.reason === '' ? 'amended by the venue' : execution.reason;
    const base = {
      kind: 'report',
      venue: this.#settings.venue,
      instrument: listed.id,
      clientOrderId: id,
      venueTime,
      executionId,
      reason,
    } as const;
    if (executionId === '') {
      this.#port.fault('unreadable-fill', `an amendment of an execution of order ${id} does not say which`);
      return;
    }
    if (execution.kind === 'bust') {
      this.#port.say({ ...base, type: 'bust' });
      return;
    }
    const facts = executionFacts(
      message,
      listed,
      this.#known.find(id)?.side,
      feeOf(this.#settings.commission),
    );
    if (typeof facts === 'string')
      this.#port.fault(
        'unreadable-fill',
        `the correction of execution ${executionId} of order ${id}: ${facts}`,
      );
    else this.#port.say({ ...base, type: 'correction', ...facts });
  }

  /** The answer to a look-up. @returns whether anybody had asked */
  #answered(message: FixMessage, { clientOrderId: id, reason }: Execution): boolean {
    const known = this.#known.find(id);
    const listed =
      (known && this.#port.instruments.find(known.instrument)) ?? this.#names.find((tag) => message.get(tag));
    const sent = message.time(TAG.SendingTime) || timeOf(message);
    if (message.get(TAG.OrdStatus) === '8' && message.get(TAG.OrdRejReason) === UNKNOWN_ORDER)
      return this.#requests.answer(id, { kind: 'notFound', venueTime: sent });
    if (listed !== undefined) this.#known.counted(clientOrderId(id), lotsOf(message, TAG.CumQty, listed));
    const filled =
      listed === undefined
        ? Number.NaN
        : (this.#filledOf(message, listed, known?.base ?? 0) ?? known?.filled ?? 0);
    const status = statusOf(message, filled);
    if (listed === undefined || status === undefined)
      return this.#requests.answer(id, unknown('the answer to the look-up says no state'));
    const averagePrice = message.get(TAG.AvgPx);
    return this.#requests.answer(id, {
      kind: 'found',
      status,
      filled,
      // The mean of a chain of orders is not that of its last.
      ...(filled > 0 && known?.base === 0 && isDecimal(averagePrice) ? { averagePrice } : {}),
      fills: [],
      reason,
      venueTime: sent,
    });
  }

  /** Message 9. */
  #cancelRefused(message: FixMessage): void {
    const id = message.get(TAG.ClOrdID) ?? '';
    const reason = message.get(TAG.Text) ?? `reason ${message.get(TAG.CxlRejReason) ?? 'not given'}`;
    const error = message.get(TAG.CxlRejReason) === '1' ? 'not-found' : 'rejected';
    if (!this.#requests.settle(id, refused(error, reason, timeOf(message)))) return;
  }

  /** A reject of the session, or of the business: it names a message by its number, or what was asked by its id. */
  #requestRefused(message: FixMessage): void {
    const number = message.integer(TAG.RefSeqNum);
    const id = message.get(TAG.BusinessRejectRefID) ?? this.#requests.ofNumber(number) ?? '';
    const about = `message ${number} of type ${message.get(TAG.RefMsgType) ?? '?'}`;
    const reason = `${about} is refused: ${message.get(TAG.Text) ?? `reason ${message.get(TAG.BusinessRejectReason) ?? message.get(TAG.SessionRejectReason) ?? 'not given'}`}`;
    const asked = this.#requests.answer(id, unknown(reason));
    if (!this.#requests.settle(id, refused('rejected', reason, timeOf(message))) && !asked)
      this.#port.fault('refused', reason);
  }
}

const isDecimal = (text: string | undefined): text is string =>
  text !== undefined && /^-?\d{1,20}(\.\d{1,20})?$/.test(text);
