import { decimal, formatDecimal } from '../../domain/decimal.js';
import { InputError } from '../../domain/errors.js';
import type { AccountEvent, FillReport, TrueOrder, TruePosition } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { countField, type Fields, listField, objectField, textField } from '../../streams/readers/fields.js';
import { classify } from '../driver/classify.js';
import { amountField, nameField } from '../driver/execution-fields.js';
import { type Finding, refused, unknown, type VenueTruth } from '../driver/outcome.js';
import type { OrderKey, VenuePort } from '../driver/venue-adapter.js';
import { BINANCE_ERRORS, failureOf } from './errors.js';
import type { FundingPayments } from './funding-payments.js';
import type { KnownOrders } from './known-orders.js';
import type { BinanceMarket } from './options.js';
import { type ToldOrder, toldFill, toldOrder } from './order-words.js';
import type { RestClient, RestRequest } from './rest-client.js';

type Asked = Omit<RestRequest, 'kind' | 'method' | 'signed'>;

/** Rows that the venue gives at once. */
const PAGE = 1_000;
/** Pages of fills in one answer: more than that and something is wrong. */
const MOST_PAGES = 100;

interface Weights {
  readonly order: number;
  readonly openOrders: number;
  readonly trades: number;
  readonly account: number;
}

const WEIGHTS: Readonly<Record<'spot' | 'futures', Weights>> = {
  spot: { order: 4, openOrders: 6, trades: 20, account: 20 },
  futures: { order: 1, openOrders: 1, trades: 5, account: 5 },
};

/** What the venue tells of our account when it is asked, by REST. */
export class Account {
  readonly #port: VenuePort;
  readonly #rest: RestClient;
  readonly #market: BinanceMarket;
  readonly #known: KnownOrders;
  readonly #listed: readonly ListedInstrument[];
  readonly #weights: Weights;
  readonly #funding: FundingPayments | undefined;

  constructor(
    port: VenuePort,
    rest: RestClient,
    market: BinanceMarket,
    known: KnownOrders,
    listed: readonly ListedInstrument[],
    funding?: FundingPayments,
  ) {
    this.#funding = funding;
    this.#port = port;
    this.#rest = rest;
    this.#market = market;
    this.#known = known;
    this.#listed = listed;
    this.#weights = WEIGHTS[market === 'spot' ? 'spot' : 'futures'];
  }

  async lookUp({ clientOrderId }: OrderKey, listed: ListedInstrument): Promise<Finding> {
    // That the venue took this request, signed with this time, is what makes "not found" final in time.
    const asked = this.#port.now();
    try {
      const order = await this.#order(listed, { origClientOrderId: clientOrderId });
      const fills = order.filled === 0 ? [] : await this.#fills(listed, { orderId: order.orderId });
      const { status, filled, averagePrice, venueTime } = order;
      return {
        kind: 'found',
        status,
        filled,
        fills,
        reason: '',
        venueTime: venueTime === 0 ? asked : venueTime,
        ...(averagePrice === undefined ? {} : { averagePrice }),
      };
    } catch (error) {
      const failure = failureOf(error);
      const means = classify(BINANCE_ERRORS, failure);
      if (means === 'not-found') return { kind: 'notFound', venueTime: asked };
      this.#learn(error);
      return unknown(failure.text);
    }
  }

  async reconcile(since: number): Promise<VenueTruth | undefined> {
    const venueTime = this.#rest.venueTime();
    try {
      const orders: TrueOrder[] = [];
      const fills: FillReport[] = [];
      for (const listed of this.#listed) {
        orders.push(...(await this.#openOrders(listed)));
        fills.push(...(await this.#fills(listed, { startTime: Math.floor(since) })));
      }
      await this.#funding?.catchUp(since);
      fills.sort((one, two) => one.venueTime - two.venueTime);
      const spot = this.#market === 'spot';
      const balances = spot ? await this.#spotBalances() : await this.#futuresBalances();
      const positions = spot ? [] : await this.#positions();
      // Orders that have ended are in no list of the venue's that is complete.
      return { venueTime, coversClosed: false, orders, fills, positions, balances };
    } catch (error) {
      this.#learn(error);
      this.#port.fault('reconcile', failureOf(error).text);
      return undefined;
    }
  }

  /** What a failure says of the rate, the clock and the key. */
  #learn(error: unknown): void {
    const failure = failureOf(error);
    const means = classify(BINANCE_ERRORS, failure);
    if (means === 'throttled' || means === 'clock' || means === 'dead-key')
      this.#port.learn(refused(means, failure.text, 0, failure.retryAfter));
  }

  async #order(
    listed: ListedInstrument,
    named: { readonly origClientOrderId: string } | { readonly orderId: string },
  ): Promise<ToldOrder> {
    const parameters = { symbol: listed.definition.symbol, ...named };
    const answer = await this.#ask({ cost: { weight: this.#weights.order }, path: 'order', parameters });
    const order = toldOrder(objectField(answer, 'order'), listed);
    this.#known.add(order.orderId, order.clientOrderId);
    return order;
  }

  async #openOrders(listed: ListedInstrument): Promise<readonly TrueOrder[]> {
    const parameters = { symbol: listed.definition.symbol };
    const cost = { weight: this.#weights.openOrders };
    const answer = await this.#ask({ cost, path: 'openOrders', parameters });
    return listField(answer, 'openOrders').map((row) => {
      const { orderId, clientOrderId, status, filled } = toldOrder(objectField(row, 'openOrders'), listed);
      this.#known.add(orderId, clientOrderId);
      return { clientOrderId, instrument: listed.id, status, filled };
    });
  }

  async #fills(
    listed: ListedInstrument,
    which: { readonly orderId: string } | { readonly startTime: number },
  ): Promise<readonly FillReport[]> {
    const fills: FillReport[] = [];
    const path = this.#market === 'spot' ? 'myTrades' : 'userTrades';
    let from: { readonly orderId: string } | { readonly startTime: number } | { readonly fromId: number } =
      which;
    for (let page = 0; page < MOST_PAGES; page++) {
      const parameters = { symbol: listed.definition.symbol, limit: PAGE, ...from };
      const cost = { weight: this.#weights.trades };
      const rows = listField(await this.#ask({ cost, path, parameters }), path);
      for (const row of rows) {
        const fields = objectField(row, path);
        const id =
          this.#known.find(fields['orderId']) ??
          (await this.#order(listed, { orderId: String(fields['orderId']) })).clientOrderId;
        fills.push(toldFill(fields, listed, this.#port.venue, id));
      }
      if (rows.length < PAGE || 'orderId' in which) return fills;
      from = { fromId: countField(objectField(rows.at(-1), path)['id'], 'id') + 1 };
    }
    // A part of a history is none: what is missing would pass for what never was.
    throw new InputError(`${path}: more than ${MOST_PAGES * PAGE} executions since the last reconciliation`);
  }

  async #spotBalances(): Promise<AccountEvent['balances']> {
    const cost = { weight: this.#weights.account };
    const answer = await this.#ask({ cost, path: 'account', parameters: { omitZeroBalances: true } });
    return listField(objectField(answer, 'account')['balances'], 'balances').map((row) => {
      const fields = objectField(row, 'balances');
      return {
        currency: nameField(fields['asset'], 'asset'),
        free: amountField(textField(fields['free'], 'free'), 'free'),
        locked: amountField(textField(fields['locked'], 'locked'), 'locked'),
      };
    });
  }

  async #futuresBalances(): Promise<AccountEvent['balances']> {
    const answer = await this.#ask({ cost: { weight: this.#weights.account }, path: 'v3/balance' });
    return listField(answer, 'balance').map((row) => {
      const fields = objectField(row, 'balance');
      const free = decimal(textField(fields['availableBalance'], 'availableBalance'));
      const rest = decimal(textField(fields['balance'], 'balance')).minus(free);
      return {
        currency: textField(fields['asset'], 'asset'),
        free: formatDecimal(free),
        locked: formatDecimal(rest.lt(0) ? decimal(0) : rest),
      };
    });
  }

  async #positions(): Promise<readonly TruePosition[]> {
    const answer = await this.#ask({ cost: { weight: this.#weights.account }, path: 'v3/positionRisk' });
    const rows = listField(answer, 'positionRisk').map((row) => objectField(row, 'positionRisk'));
    return this.#listed.map((listed) => {
      const own = rows.filter(({ symbol }) => symbol === listed.definition.symbol);
      const quantity = own.reduce((sum, fields) => sum + signedLots(listed, fields), 0);
      const averagePrice = own.length === 1 ? formatDecimal(decimal(entryPrice(own[0] as Fields))) : '0';
      return { instrument: listed.id, quantity, averagePrice };
    });
  }

  #ask(asked: Asked): Promise<unknown> {
    return this.#rest.ask({ ...asked, kind: 'lookUp', method: 'GET', signed: true });
  }
}

function signedLots(listed: ListedInstrument, fields: Fields): number {
  return listed.quantities.parse(textField(fields['positionAmt'], 'positionAmt'), 'positionAmt');
}

function entryPrice(fields: Fields): string {
  return textField(fields['entryPrice'], 'entryPrice');
}
