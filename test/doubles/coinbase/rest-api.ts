import { formatDecimal } from '../../../src/domain/decimal.js';
import type { DoubleOrder, OrderTerms } from '../market/double-order.js';
import type { MatchingMarket, Refusal } from '../market/matching-market.js';
import { numberOf, orderIdOf, REFUSALS, restFill, restOrder, restProduct, termsOf } from './spelling.js';

type Fields = Readonly<Record<string, unknown>>;

/** What a request is about; faults are asked for by it. */
export type Operation =
  | 'products'
  | 'time'
  | 'submit'
  | 'cancel'
  | 'order'
  | 'orders'
  | 'fills'
  | 'accounts'
  | 'other';

/** A request as the double takes it. */
export interface RestRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Fields;
}

export type RestAnswer = readonly [status: number, body: unknown];

const BASE = '/api/v3/brokerage';

/** Which operation a request asks for, and whether it needs a token. */
export function operationOf(method: string, path: string): readonly [Operation, isPrivate: boolean] {
  const route = `${method} ${path.startsWith(BASE) ? path.slice(BASE.length) : path}`;
  if (route === 'POST /orders') return ['submit', true];
  if (route === 'POST /orders/batch_cancel') return ['cancel', true];
  if (route === 'GET /orders/historical/batch') return ['orders', true];
  if (route === 'GET /orders/historical/fills') return ['fills', true];
  if (route.startsWith('GET /orders/historical/')) return ['order', true];
  if (route === 'GET /accounts') return ['accounts', true];
  if (route === 'GET /time') return ['time', false];
  if (route === 'GET /market/products' || route.startsWith('GET /market/products/'))
    return ['products', false];
  return ['other', path.startsWith(BASE)];
}

/** Coinbase Advanced's REST interface over a market, for one account. */
export class RestApi {
  readonly #market: MatchingMarket;
  readonly #owner: string;
  /** Milliseconds until an execution shows in `historical/fills`: the venue's history lags behind its channels. */
  fillsLag: number = 0;
  /** Rows of a page, at most. */
  pageSize: number = 250;
  /** Whether an order may come for a product that does not trade. */
  cancelOnly: boolean = false;

  constructor(market: MatchingMarket, owner: string) {
    this.#market = market;
    this.#owner = owner;
  }

  answer(operation: Operation, request: RestRequest): RestAnswer {
    this.#market.expire();
    if (operation === 'time') {
      const now = this.#market.now();
      const seconds = String(Math.floor(now / 1_000));
      return [200, { iso: new Date(now).toISOString(), epochSeconds: seconds, epochMillis: String(now) }];
    }
    if (operation === 'products') return this.#products(request);
    if (operation === 'submit') return this.#submit(request.body);
    if (operation === 'cancel') return this.#cancel(request.body);
    if (operation === 'order') return this.#order(request.path);
    if (operation === 'orders') return this.#orders(request.query);
    if (operation === 'fills') return this.#fills(request.query);
    if (operation === 'accounts') return this.#accounts();
    return other(request);
  }

  #products({ path, query }: RestRequest): RestAnswer {
    const spell = (symbol: string): Fields =>
      restProduct(this.#market.listed(symbol), this.#market.book(symbol).best('bid'));
    const [, one] = /\/products\/([^/]+)$/.exec(path) ?? [];
    if (one !== undefined) {
      return this.#market.has(one)
        ? [200, spell(one)]
        : [404, { error: 'NOT_FOUND', error_details: 'valid product_id is required', message: 'not found' }];
    }
    const type = query.get('product_type');
    const products = type === null || type === 'SPOT' ? this.#market.symbols.map(spell) : [];
    return [200, { products, num_products: products.length }];
  }

  #submit(body: Fields): RestAnswer {
    const { product_id: product, client_order_id: id } = body;
    const configuration = { order_configuration: body['order_configuration'] };
    const taken = this.#mine().find(({ clientOrderId }) => clientOrderId === id);
    // An id that was taken answers for the order that has it, whatever became of that.
    if (taken !== undefined) return [200, { ...placed(taken), ...configuration }];
    if (typeof product !== 'string' || !this.#market.has(product)) return refused('symbol', configuration);
    if (this.cancelOnly) return refusedAs('ORDER_ENTRY_DISABLED', configuration);
    const terms = termsOf(body, this.#market.listed(product));
    if (terms === undefined) {
      const message = 'order_configuration is not one that is supported';
      return [400, { error: 'INVALID_ARGUMENT', error_details: message, message }];
    }
    if (typeof terms === 'string') return refused(terms, configuration);
    const outcome = this.#market.place(terms as OrderTerms, this.#owner);
    if ('refusal' in outcome) return refused(outcome.refusal, configuration);
    return [200, { ...placed(outcome.order), ...configuration }];
  }

  #cancel(body: Fields): RestAnswer {
    const ids = Array.isArray(body['order_ids']) ? (body['order_ids'] as readonly unknown[]) : [];
    if (ids.length === 0 || ids.length > 100) {
      const message = 'order_ids must hold 1 to 100 ids';
      return [400, { error: 'INVALID_ARGUMENT', error_details: message, message }];
    }
    const results = ids.map((orderId) => {
      const order = this.#market.order(numberOf(orderId));
      const known = order !== undefined && order.owner === this.#owner;
      const success = known && this.#market.cancel(order.id);
      const failure = success ? 'UNKNOWN_CANCEL_FAILURE_REASON' : 'UNKNOWN_CANCEL_ORDER';
      return { success, failure_reason: failure, order_id: orderId };
    });
    return [200, { results }];
  }

  #order(path: string): RestAnswer {
    const order = this.#market.order(numberOf(path.slice(path.lastIndexOf('/') + 1)));
    if (order === undefined || order.owner !== this.#owner) {
      const message = 'order with this orderID was not found';
      return [404, { error: 'NOT_FOUND', error_details: message, message }];
    }
    return [200, { order: this.#spell(order) }];
  }

  #orders(query: URLSearchParams): RestAnswer {
    const products = query.getAll('product_ids');
    const states = query.getAll('order_status');
    const since = timeOf(query.get('start_date'));
    const rows = this.#mine()
      .filter(({ symbol, created }) => {
        return (products.length === 0 || products.includes(symbol)) && !(created < since);
      })
      .map((order) => this.#spell(order))
      .filter(({ status }) => states.length === 0 || states.includes(String(status)))
      .reverse();
    const { page, cursor } = this.#page(rows, query);
    return [200, { orders: page, sequence: '0', has_next: cursor !== '', cursor }];
  }

  #fills(query: URLSearchParams): RestAnswer {
    const ids = query.getAll('order_ids');
    const products = query.getAll('product_ids');
    const since = timeOf(query.get('start_sequence_timestamp'));
    const seen = this.#market.now() - this.fillsLag;
    const rows = this.#mine()
      .flatMap((order) => order.fills.map((fill) => ({ order, fill })))
      .filter(({ order, fill }) => {
        if (ids.length > 0 && !ids.includes(orderIdOf(order.id))) return false;
        if (products.length > 0 && !products.includes(order.symbol)) return false;
        return fill.time <= seen && !(fill.time < since);
      })
      .sort((one, two) => two.fill.tradeId - one.fill.tradeId)
      .map(({ order, fill }) => restFill(order, fill, this.#market.listed(order.symbol)));
    const { page, cursor } = this.#page(rows, query);
    return [200, { fills: page, cursor }];
  }

  #accounts(): RestAnswer {
    const accounts = [...this.#market.wallets.all(this.#owner)].map(([currency, { free, locked }]) => ({
      uuid: `account-${currency}`,
      name: `${currency} wallet`,
      currency,
      available_balance: { value: formatDecimal(free), currency },
      default: false,
      active: true,
      type: currency === 'USD' ? 'ACCOUNT_TYPE_FIAT' : 'ACCOUNT_TYPE_CRYPTO',
      ready: true,
      hold: { value: formatDecimal(locked), currency },
      retail_portfolio_id: 'double',
    }));
    return [200, { accounts, has_next: false, cursor: '', size: accounts.length }];
  }

  #page<Row>(rows: readonly Row[], query: URLSearchParams): { page: readonly Row[]; cursor: string } {
    const from = Number(query.get('cursor') ?? 0);
    const size = Math.min(Number(query.get('limit') ?? this.pageSize), this.pageSize);
    return {
      page: rows.slice(from, from + size),
      cursor: from + size < rows.length ? String(from + size) : '',
    };
  }

  #mine(): readonly DoubleOrder[] {
    return this.#market.ordersOf(this.#owner);
  }

  #spell(order: DoubleOrder): Fields {
    return restOrder(order, this.#market.listed(order.symbol));
  }
}

function placed(order: DoubleOrder): Fields {
  const { symbol, side, clientOrderId } = order;
  const orderId = orderIdOf(order.id);
  return {
    success: true,
    failure_reason: 'UNKNOWN_FAILURE_REASON',
    order_id: orderId,
    success_response: {
      order_id: orderId,
      product_id: symbol,
      side: side.toUpperCase(),
      client_order_id: clientOrderId,
    },
  };
}

const refused = (refusal: Refusal, configuration: Fields): RestAnswer =>
  refusedAs(REFUSALS[refusal], configuration);

function refusedAs(error: string, configuration: Fields): RestAnswer {
  const response = {
    error,
    message: error.toLowerCase().replaceAll('_', ' '),
    error_details: '',
    preview_failure_reason: `PREVIEW_${error}`,
  };
  return [
    200,
    {
      success: false,
      failure_reason: 'UNKNOWN_FAILURE_REASON',
      order_id: '',
      error_response: response,
      ...configuration,
    },
  ];
}

const timeOf = (text: string | null): number => (text === null ? Number.NaN : Date.parse(text));

/** What clients ask for before they trade. */
function other({ method, path }: RestRequest): RestAnswer {
  if (method === 'GET' && path === '/v2/currencies')
    return [200, { data: [{ id: 'USD', name: 'US Dollar', min_size: '0.01' }] }];
  if (method === 'GET' && path === '/v2/currencies/crypto')
    return [200, { data: [{ asset_id: '1', code: 'BTC', name: 'Bitcoin', exponent: 8, type: 'crypto' }] }];
  if (method === 'GET' && path === '/v2/exchange-rates')
    return [200, { data: { currency: 'USD', rates: { BTC: '0.00001' } } }];
  if (method === 'GET' && path === '/api/v3/brokerage/transaction_summary') {
    const tier = { pricing_tier: 'Advanced 1', taker_fee_rate: '0.006', maker_fee_rate: '0.004' };
    return [200, { total_volume: 0, fee_tier: tier }];
  }
  return [404, { error: 'not_found', error_details: `no ${method} ${path}`, message: 'not found' }];
}
