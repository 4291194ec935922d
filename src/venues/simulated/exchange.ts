import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import { type Event, instrumentOf } from '../../domain/event.js';
import { NO_REQUEST_FAULTS, type RequestFaults } from './fault-plan.js';
import { Registrar, type RegistrarSetup, type RegistrarState } from './registrar.js';
import type { SelfTradePrevention } from './self-trade.js';
import { VenueMarket, type VenueMarketState } from './venue-market.js';
import { type OrderRequest, venueOrder } from './venue-order.js';

/** A request that has arrived at the venue. */
export type VenueRequest =
  | { readonly kind: 'submit'; readonly order: OrderRequest }
  | ({ readonly kind: 'cancel'; readonly reason: string } & OrderKey)
  | {
      readonly kind: 'ask';
      readonly instrument: InstrumentId;
      /** Without it: whatever the venue knows of the instrument. */
      readonly clientOrderId?: ClientOrderId;
    };

type OrderKey = { readonly instrument: InstrumentId; readonly clientOrderId: ClientOrderId };

/** What an exchange is given. */
export interface ExchangeSetup extends RegistrarSetup {
  readonly selfTradePrevention: SelfTradePrevention;
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

  constructor(setup: ExchangeSetup) {
    this.#registrar = new Registrar(setup);
    this.#now = setup.now;
    for (const listed of setup.instruments.list) {
      if (listed.definition.venue !== setup.venue) continue;
      this.#markets.set(listed.id, new VenueMarket(listed, this.#registrar, setup.selfTradePrevention));
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
    else if (request.clientOrderId === undefined) this.#answerAll(request.instrument);
    else this.#answer(request.instrument, request.clientOrderId);
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
  }

  #submit(order: OrderRequest, busy: boolean): void {
    const { instrument, clientOrderId } = order;
    const market = this.#markets.get(instrument);
    if (this.#registrar.finished.find(clientOrderId) !== undefined || this.#resting(clientOrderId)) {
      // What is known of the first order of this id stays as it is.
      this.#registrar.say(instrument, clientOrderId, 'rejected', 'duplicate client order id');
    } else if (busy) {
      this.#registrar.refuse(venueOrder(order), 'the venue is busy');
    } else if (market === undefined) {
      this.#registrar.refuse(venueOrder(order), `unknown instrument ${instrument}`);
    } else market.submit(order, this.#now());
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
  #answer(instrument: InstrumentId, clientOrderId: ClientOrderId): void {
    const registrar = this.#registrar;
    const order = this.#markets.get(instrument)?.find(clientOrderId);
    const ended = registrar.finished.find(clientOrderId);
    if (order !== undefined) {
      registrar.say(instrument, clientOrderId, 'accepted', 'resting');
      registrar.repeat(order.fills);
    } else if (ended === undefined) registrar.say(instrument, clientOrderId, 'rejected', 'not found');
    else {
      registrar.repeat(ended.fills);
      if (ended.type !== 'filled') registrar.say(instrument, clientOrderId, ended.type, ended.reason);
    }
  }

  /** All of our orders that rest in an instrument, with their fills; and the fills of those that ended. */
  #answerAll(instrument: InstrumentId): void {
    for (const { clientOrderId } of this.#markets.get(instrument)?.resting() ?? []) {
      this.#answer(instrument, clientOrderId);
    }
    for (const ended of this.#registrar.finished.all()) {
      if (ended.instrument === instrument) this.#registrar.repeat(ended.fills);
    }
  }

  #resting(id: ClientOrderId): boolean {
    for (const market of this.#markets.values()) if (market.find(id) !== undefined) return true;
    return false;
  }
}
