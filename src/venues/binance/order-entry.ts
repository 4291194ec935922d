import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Order } from '../../domain/order.js';
import { type Fields, listField, objectField } from '../../streams/readers/fields.js';
import { VenueAnswerError } from '../ccxt/tapped-exchange.js';
import { classify } from '../driver/classify.js';
import {
  acknowledged,
  type CancelAllOutcome,
  type CanceledOrder,
  type Outcome,
  refused,
} from '../driver/outcome.js';
import type { OrderKey, VenuePort } from '../driver/venue-adapter.js';
import type { ApiSocket } from './api-socket.js';
import { BINANCE_ERRORS, failureOf, outcomeOfError, replaceOutcomeOfError } from './errors.js';
import type { KnownOrders } from './known-orders.js';
import type { BinanceSettings } from './options.js';
import { canceledOrder, orderParameters } from './order-words.js';
import type { RestClient } from './rest-client.js';
import type { VenueSocket } from './venue-socket.js';

/** Of an order: one unit of both limits. */
const ORDER_COST = { weight: 1, orders: 1 };
const CANCEL_COST = { weight: 1 };
/** Milliseconds that a new order may wait for room in the rate limit. */
const PATIENCE = 1_000;

/** Ways of requests about orders. */
export interface OrderWays {
  readonly rest: RestClient;
  readonly api: ApiSocket;
  /** Requests by WebSocket; absent without keys. */
  readonly requests: VenueSocket | undefined;
}

/** The venue's names of one request, by WebSocket and by REST. */
interface Named {
  readonly method: string;
  readonly verb: 'POST' | 'DELETE';
  readonly path: string;
}

const PLACE: Named = { method: 'order.place', verb: 'POST', path: 'order' };
const REPLACE: Named = { method: 'order.cancelReplace', verb: 'POST', path: 'order/cancelReplace' };
const CANCEL: Named = { method: 'order.cancel', verb: 'DELETE', path: 'order' };

/** Orders and cancels of Binance, by WebSocket or by REST, each with one of three outcomes. */
export class OrderEntry {
  readonly #settings: BinanceSettings;
  readonly #port: VenuePort;
  readonly #ways: OrderWays;
  readonly #known: KnownOrders;

  constructor(settings: BinanceSettings, port: VenuePort, ways: OrderWays, known: KnownOrders) {
    this.#settings = settings;
    this.#port = port;
    this.#ways = ways;
    this.#known = known;
  }

  submit(order: Order, listed: ListedInstrument): Promise<Outcome> {
    return this.#send(order, PLACE, {}, listed, outcomeOfError, (answer) => answer);
  }

  /**
   * Spot: the venue cancels the one order and, if that went well, takes the other. Where only the first went well the one is
   * canceled, as its stream tells, and the other refused.
   */
  replace(order: Order, listed: ListedInstrument): Promise<Outcome> {
    const more = { cancelReplaceMode: 'STOP_ON_FAILURE', cancelOrigClientOrderId: order.replaces ?? '' };
    return this.#send(order, REPLACE, more, listed, replaceOutcomeOfError, (answer) =>
      objectField(answer['newOrderResponse'], 'newOrderResponse'),
    );
  }

  async cancel({ clientOrderId }: OrderKey, { definition, quantities }: ListedInstrument): Promise<Outcome> {
    const parameters = { symbol: definition.symbol, origClientOrderId: clientOrderId };
    try {
      const answer = await this.#ask(CANCEL, { kind: 'cancel', cost: CANCEL_COST, parameters });
      const { executedQty, transactTime, updateTime } = answer;
      const filled = quantities.tryParse(executedQty as string);
      return acknowledged(timeOf(transactTime ?? updateTime), Number.isNaN(filled) ? undefined : filled);
    } catch (error) {
      return outcomeOfError(error);
    }
  }

  /** By REST, whatever way orders go: of futures there is no other. */
  async cancelAll(listed: ListedInstrument): Promise<CancelAllOutcome> {
    const spot = this.#settings.market === 'spot';
    try {
      const answer = await this.#ways.rest.ask({
        ...{ kind: 'cancel', cost: CANCEL_COST, method: 'DELETE', signed: true },
        path: spot ? 'openOrders' : 'allOpenOrders',
        parameters: { symbol: listed.definition.symbol },
      });
      // Of futures the private stream tells what was canceled.
      return { ...acknowledged(0), canceled: spot ? canceledOrders(answer, listed) : [] };
    } catch (error) {
      if (error instanceof VenueAnswerError && classify(BINANCE_ERRORS, failureOf(error)) === 'not-found')
        return { ...acknowledged(0), canceled: [] };
      const outcome = outcomeOfError(error);
      return outcome.kind === 'acknowledged' ? { ...outcome, canceled: [] } : outcome;
    }
  }

  async #send(
    order: Order,
    named: Named,
    more: Readonly<Record<string, string>>,
    listed: ListedInstrument,
    failed: (error: unknown) => Outcome,
    placed: (answer: Fields) => Fields,
  ): Promise<Outcome> {
    const { market, recvWindow } = this.#settings;
    const left = order.requestTime + recvWindow - this.#port.now();
    if (left <= 0) return refused('rejected', 'not sent: the request has expired');
    if (order.group !== undefined)
      return refused('rejected', 'not sent: orders of a group are not sent to Binance');
    if (order.display !== undefined && market !== 'spot')
      return refused('rejected', 'not sent: Binance shows orders for futures in full');
    if (order.type === 'stopLimit' && order.postOnly)
      return refused('rejected', 'not sent: Binance has no stop that is post-only');
    const parameters = {
      ...orderParameters(order, listed, market),
      ...more,
      timestamp: this.#ways.rest.venueTime(order.requestTime),
    };
    const patience = Math.min(left, PATIENCE);
    try {
      const answer = await this.#ask(named, { kind: 'submit', cost: ORDER_COST, parameters, patience });
      const { orderId, transactTime, updateTime } = placed(answer);
      this.#known.add(orderId, order.clientOrderId);
      return acknowledged(timeOf(transactTime ?? updateTime));
    } catch (error) {
      return failed(error);
    }
  }

  async #ask(
    { method, verb, path }: Named,
    common: Pick<Parameters<ApiSocket['ask']>[1], 'kind' | 'cost' | 'parameters' | 'patience'>,
  ): Promise<Fields> {
    const { rest, api, requests } = this.#ways;
    const answer =
      this.#settings.orderEntry === 'websocket' && requests !== undefined
        ? await api.ask(requests, { ...common, method })
        : await rest.ask({ ...common, method: verb, path, signed: true });
    return answer as Fields;
  }
}

/** What the venue names as canceled; lists of orders hold theirs one level deeper. */
function canceledOrders(answer: unknown, listed: ListedInstrument): readonly CanceledOrder[] {
  return listField(answer, 'openOrders').flatMap((row) => {
    const { orderReports } = objectField(row, 'openOrders');
    const reports = Array.isArray(orderReports) ? (orderReports as readonly unknown[]) : [row];
    return reports.map((each) => canceledOrder(objectField(each, 'openOrders'), listed));
  });
}

function timeOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;
}
