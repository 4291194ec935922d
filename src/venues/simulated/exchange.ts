import { type ClientOrderId, type InstrumentId, instrumentId } from '../../domain/brand.js';
import { type Event, instrumentOf, type StateReport } from '../../domain/event.js';
import type { VenueCapabilities } from '../../domain/venue-capabilities.js';
import { NO_REQUEST_FAULTS, type RequestFaults } from './fault-plan.js';
import type { FinishedOrder } from './finished-orders.js';
import type { MarketRules } from './market-rules.js';
import { Registrar, type RegistrarSetup, type RegistrarState } from './registrar.js';
import type { ScheduledWord } from './scheduled-words.js';
import { type Truth, truthOf } from './truth-of.js';
import { VenueMarket, type VenueMarketState } from './venue-market.js';
import { executedOf, type OrderRequest, type VenueOrder, venueOrder } from './venue-order.js';
import type { OrderKey, VenueRequest } from './venue-request.js';

/** What an exchange is given. */
export interface ExchangeSetup extends RegistrarSetup {
  readonly market: MarketRules;
  readonly capabilities: Required<VenueCapabilities>;
  readonly schedule: readonly ScheduledWord[];
}

export type ExchangeState = {
  readonly markets: { readonly [instrument: string]: VenueMarketState };
  readonly registrar: RegistrarState;
};

/** The simulated venue itself, without its latencies: requests and market events in, reports out, at once. */
export class Exchange {
  readonly #markets = new Map<InstrumentId, VenueMarket>();
  readonly #registrar: Registrar;
  readonly #now: () => number;
  readonly #setup: ExchangeSetup;
  /** Executions when the account was last told of. */
  #told = 0;

  constructor(setup: ExchangeSetup) {
    this.#registrar = new Registrar(setup);
    this.#setup = setup;
    this.#now = setup.now;
    for (const listed of setup.instruments.list) {
      if (listed.definition.venue !== setup.venue) continue;
      this.#markets.set(listed.id, new VenueMarket(listed, this.#registrar, setup.market));
    }
  }

  /** The recording goes on. Events about other venues are left alone. */
  observe(event: Event): void {
    const instrument = instrumentOf(event);
    if (instrument !== undefined) this.#markets.get(instrument)?.take(event, this.#now());
  }

  handle(request: VenueRequest, faults: RequestFaults = NO_REQUEST_FAULTS): void {
    if (request.kind === 'submit') this.#submit(request.order, faults.reject);
    else if (request.kind === 'cancel') this.#cancel(request, request.reason, faults.lateFill);
    else if (request.kind === 'reconcile') this.#reconcile();
    else if (request.clientOrderId === undefined) this.#answerAll(request.instrument, request.requestTime);
    else this.#answer(request.instrument, request.clientOrderId, request.requestTime);
  }

  save(): ExchangeState {
    const markets = [...this.#markets].sort(([one], [two]) => (one < two ? -1 : 1));
    return {
      markets: Object.fromEntries(markets.map(([id, market]) => [id, market.save()])),
      registrar: this.#registrar.save(),
    };
  }

  restore(state: ExchangeState): void {
    for (const [id, market] of this.#markets) {
      const saved = state.markets[id];
      if (saved !== undefined) market.restore(saved);
    }
    this.#registrar.restore(state.registrar);
    this.#told = this.#registrar.executions;
  }

  /** What the schedule has at a place, now that its time has come. */
  speak(place: number): void {
    const word = this.#setup.schedule[place];
    const registrar = this.#registrar;
    if (word === undefined) return;
    if (word.kind === 'interest') registrar.payInterest(place, word.currency, word.amount);
    else if (word.kind === 'funding')
      registrar.announceFunding(instrumentId(word.instrument), word.rate, word.at);
    else registrar.amend(word, this.#allResting());
  }

  #submit(order: OrderRequest, busy: boolean): void {
    const { instrument, clientOrderId, requestTime, replaces } = order;
    const { requestExpiry, idempotent, nativeReplace } = this.#setup.capabilities;
    const registrar = this.#registrar;
    const market = this.#markets.get(instrument);
    if (registrar.finished.find(clientOrderId) !== undefined || this.#resting(clientOrderId)) {
      // What is known of the first order of this id stays as it is.
      if (idempotent) this.#answer(instrument, clientOrderId);
      else registrar.say(instrument, clientOrderId, 'rejected', 'duplicate client order id');
    } else if (requestExpiry > 0 && this.#now() > requestTime + requestExpiry) {
      registrar.refuse(venueOrder(order), 'the request has expired');
    } else if (busy) {
      registrar.refuse(venueOrder(order), 'the venue is busy');
    } else if (market === undefined) {
      registrar.refuse(venueOrder(order), `unknown instrument ${instrument}`);
    } else if (replaces !== null && nativeReplace) this.#replace(market, order, replaces);
    else market.submit(order, this.#now());
  }

  /** One order takes the place of another, or nothing changes. */
  #replace(market: VenueMarket, order: OrderRequest, replaced: ClientOrderId): void {
    const registrar = this.#registrar;
    const reason =
      market.find(replaced) === undefined
        ? `order ${replaced}, which it is to replace, is not in the book`
        : market.refuses(order, this.#now());
    if (reason !== '') {
      registrar.refuseReplacement(venueOrder(order), reason);
      return;
    }
    registrar.finish(
      market.withdraw(replaced) as VenueOrder,
      'canceled',
      `replaced by ${order.clientOrderId}`,
    );
    registrar.say(order.instrument, order.clientOrderId, 'replaced', `in the place of ${replaced}`);
    market.submit(order, this.#now());
  }

  #cancel({ instrument, clientOrderId }: OrderKey, reason: string, lateFill: boolean): void {
    const order = this.#markets.get(instrument)?.withdraw(clientOrderId);
    if (order !== undefined) {
      if (lateFill) this.#registrar.cancelThenFill(order, reason);
      else this.#registrar.finish(order, 'canceled', reason);
      return;
    }
    const ended = this.#registrar.finished.find(clientOrderId)?.type;
    const why = ended === undefined ? 'not found' : `already ${ended}`;
    this.#registrar.say(instrument, clientOrderId, 'cancelRejected', why);
  }

  /** Repeats an order's fills and says where it stands. */
  #answer(instrument: InstrumentId, clientOrderId: ClientOrderId, answers?: number): void {
    const registrar = this.#registrar;
    const order = this.#markets.get(instrument)?.find(clientOrderId);
    const ended = registrar.finished.find(clientOrderId);
    const say = (type: StateReport['type'], reason: string, filled?: number) =>
      registrar.say(instrument, clientOrderId, type, reason, filled, answers);
    if (order !== undefined) {
      registrar.repeat(order.fills);
      say('accepted', 'resting', executedOf(order));
    } else if (ended === undefined) say('notFound', 'not found');
    else {
      registrar.repeat(ended.fills);
      if (ended.type !== 'filled') say(ended.type, ended.reason, filledOf(ended));
    }
  }

  /** All of our orders that rest in an instrument, with their fills; and the fills of those that ended. */
  #answerAll(instrument: InstrumentId, answers?: number): void {
    for (const { clientOrderId } of this.#markets.get(instrument)?.resting() ?? []) {
      this.#answer(instrument, clientOrderId, answers);
    }
    for (const ended of this.#registrar.finished.all()) {
      if (ended.instrument === instrument) this.#registrar.repeat(ended.fills);
    }
  }

  #reconcile(): void {
    const registrar = this.#registrar;
    const positions = [...this.#markets.keys()].map((instrument) => ({
      instrument,
      quantity: registrar.position(instrument),
      averagePrice: registrar.account?.averagePrice(instrument) ?? '0',
    }));
    registrar.tell(
      truthOf(
        this.#setup.venue,
        this.#now(),
        this.#allResting(),
        [...registrar.finished.all()],
        positions,
        this.#balances(),
      ),
    );
  }

  /** What the account holds; nothing where none is kept. */
  #balances(): Truth['balances'] {
    const { instruments } = this.#setup;
    const listedOf = (id: InstrumentId) => instruments.at(instruments.indexOf(id));
    return this.#registrar.account?.tell(this.#allResting(), listedOf) ?? [];
  }

  /** Tells what the account holds when fills have changed it since the last time. */
  tellAccount(): void {
    const { account, executions } = this.#registrar;
    if (account === undefined || executions === this.#told) return;
    this.#told = executions;
    const { venue } = this.#setup;
    this.#setup.report({ kind: 'account', venue, venueTime: this.#now(), balances: this.#balances() });
  }

  #allResting(): readonly VenueOrder[] {
    return [...this.#markets.values()].flatMap((market) => market.resting());
  }

  #resting(id: ClientOrderId): boolean {
    for (const market of this.#markets.values()) if (market.find(id) !== undefined) return true;
    return false;
  }
}

const filledOf = ({ fills }: FinishedOrder): number => fills.reduce((sum, { quantity }) => sum + quantity, 0);
