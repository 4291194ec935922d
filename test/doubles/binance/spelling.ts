import { formatDecimal, quotient } from '../../../src/domain/decimal.js';
import type { ListedInstrument } from '../../../src/domain/instrument-table.js';
import { type DoubleFill, type DoubleOrder, isLimited, type OrderTerms } from '../market/double-order.js';
import type { MatchingMarket, Refusal } from '../market/matching-market.js';

type Row = Readonly<Record<string, unknown>>;

/** Which of the venue's markets a double speaks for. */
export type DoubleKind = 'spot' | 'usdm' | 'coinm';

export const REFUSALS: Readonly<Record<Refusal, readonly [code: number, msg: string]>> = {
  balance: [-2010, 'Account has insufficient balance for requested action.'],
  price: [-1013, 'Filter failure: PRICE_FILTER'],
  quantity: [-1013, 'Filter failure: LOT_SIZE'],
  notional: [-1013, 'Filter failure: NOTIONAL'],
  postOnly: [-2010, 'Order would immediately match and take.'],
  noLiquidity: [-2010, 'Order book liquidity is less than LOT_SIZE filter minimum quantity.'],
  symbol: [-1121, 'Invalid symbol.'],
  wouldTrigger: [-2010, 'Stop price would trigger immediately.'],
};

const status = (order: DoubleOrder): string =>
  order.status === 'open'
    ? order.filled > 0
      ? 'PARTIALLY_FILLED'
      : 'NEW'
    : { filled: 'FILLED', canceled: canceled(order), expired: 'EXPIRED', rejected: 'REJECTED' }[order.status];

/** The rest of an immediate order is expired, as the venue has it. */
const canceled = ({ timeInForce, type }: DoubleOrder): string =>
  timeInForce === 'IOC' || !isLimited({ type }) ? 'EXPIRED' : 'CANCELED';

/** The venue's names of kinds of orders. */
export const TYPES: Readonly<Record<string, OrderTerms['type']>> = {
  LIMIT: 'limit',
  LIMIT_MAKER: 'limit',
  MARKET: 'market',
  STOP_LOSS: 'stop',
  STOP_LOSS_LIMIT: 'stopLimit',
};
const nameOf = ({ type, postOnly }: DoubleOrder): string =>
  ({
    limit: postOnly ? 'LIMIT_MAKER' : 'LIMIT',
    market: 'MARKET',
    stop: 'STOP_LOSS',
    stopLimit: 'STOP_LOSS_LIMIT',
  })[type];

/** With the eight decimals that spot writes. */
export function eight(listed: ListedInstrument, side: 'prices' | 'quantities', units: number): string {
  const text = listed[side].format(units);
  const [whole = '0', fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(8, '0')}`;
}

/** Spells a market's orders, fills and levels as the venue does. */
export class Spelling {
  readonly #market: MatchingMarket;
  readonly #kind: DoubleKind;

  constructor(market: MatchingMarket, kind: DoubleKind) {
    this.#market = market;
    this.#kind = kind;
  }

  /** An order as answers tell it. */
  order(order: DoubleOrder): Row {
    const listed = this.#market.listed(order.symbol);
    const worth = this.#worth(order);
    const average = order.filled === 0 ? '0' : formatDecimal(quotient(worth, this.#size(order)));
    return {
      symbol: order.symbol,
      orderId: order.id,
      orderListId: -1,
      clientOrderId: order.clientOrderId,
      transactTime: order.updated,
      time: order.created,
      updateTime: order.updated,
      price: eight(listed, 'prices', order.price),
      origQty: eight(listed, 'quantities', order.quantity),
      executedQty: eight(listed, 'quantities', order.filled),
      ...(this.#kind === 'spot'
        ? { cummulativeQuoteQty: formatDecimal(worth) }
        : { avgPrice: average, cumQuote: formatDecimal(worth), positionSide: 'BOTH' }),
      status: status(order),
      timeInForce: order.timeInForce,
      type: nameOf(order),
      ...(order.stopPrice === undefined ? {} : { stopPrice: eight(listed, 'prices', order.stopPrice) }),
      side: order.side.toUpperCase(),
      isWorking: true,
      selfTradePreventionMode: 'NONE',
    };
  }

  /** A row of an account's trades. */
  trade(order: DoubleOrder, fill: DoubleFill): Row {
    const listed = this.#market.listed(order.symbol);
    const buys = order.side === 'buy';
    const maker = fill.liquidity === 'maker';
    return {
      symbol: order.symbol,
      id: fill.tradeId,
      orderId: order.id,
      price: eight(listed, 'prices', fill.price),
      qty: eight(listed, 'quantities', fill.quantity),
      commission: formatDecimal(fill.fee),
      commissionAsset: fill.feeCurrency,
      time: fill.time,
      ...(this.#kind === 'spot'
        ? { isBuyer: buys, isMaker: maker, isBestMatch: true }
        : { buyer: buys, maker, side: order.side.toUpperCase(), positionSide: 'BOTH', realizedPnl: '0' }),
    };
  }

  /** A word of the private stream. */
  report(order: DoubleOrder, what: string, now: number, fill?: DoubleFill, cancelId?: string): Row {
    const listed = this.#market.listed(order.symbol);
    const filled = fill === undefined ? order.filled : this.#filledUpTo(order, fill);
    const own = {
      s: order.symbol,
      c: cancelId ?? order.clientOrderId,
      S: order.side.toUpperCase(),
      o: nameOf(order),
      f: order.timeInForce,
      q: eight(listed, 'quantities', order.quantity),
      p: eight(listed, 'prices', order.price),
      x: what,
      X:
        fill === undefined || filled === order.filled
          ? status(order)
          : filled === order.quantity
            ? 'FILLED'
            : 'PARTIALLY_FILLED',
      i: order.id,
      l: eight(listed, 'quantities', fill?.quantity ?? 0),
      z: eight(listed, 'quantities', filled),
      L: eight(listed, 'prices', fill?.price ?? 0),
      n: fill === undefined ? '0' : formatDecimal(fill.fee),
      N: fill?.feeCurrency ?? null,
      T: fill?.time ?? order.updated,
      t: fill?.tradeId ?? -1,
      m: fill?.liquidity === 'maker',
    };
    if (this.#kind !== 'spot')
      return {
        e: 'ORDER_TRADE_UPDATE',
        E: now,
        T: own.T,
        o: { ...own, ap: '0', sp: '0', R: order.reduceOnly === true, ps: 'BOTH' },
      };
    return {
      e: 'executionReport',
      E: now,
      ...own,
      P: eight(listed, 'prices', order.stopPrice ?? 0),
      F: '0.00000000',
      g: -1,
      C: cancelId === undefined ? '' : order.clientOrderId,
      r: 'NONE',
      I: order.id * 2,
      w: order.status === 'open',
      M: false,
      O: order.created,
      Z: formatDecimal(this.#worth(order)),
      Y: '0.00000000',
      Q: '0.00000000',
      V: 'NONE',
    };
  }

  /** A symbol of `exchangeInfo`. */
  symbol(name: string): Row {
    const { definition, quantities, prices } = this.#market.listed(name);
    const step = definition.orderStep;
    const lot = { minQty: definition.minQuantity, maxQty: '9000.00000000', stepSize: step };
    const filters: Row[] = [
      {
        filterType: 'PRICE_FILTER',
        minPrice: definition.tick,
        maxPrice: '1000000.00',
        tickSize: definition.tick,
      },
      { filterType: 'LOT_SIZE', ...lot },
    ];
    if (this.#kind === 'spot') {
      filters.push({ filterType: 'NOTIONAL', minNotional: definition.minNotional, applyMinToMarket: true });
      return {
        symbol: name,
        status: 'TRADING',
        baseAsset: definition.base,
        baseAssetPrecision: quantities.decimals,
        quoteAsset: definition.quote,
        quotePrecision: 8,
        filters,
      };
    }
    filters.push({ filterType: 'MIN_NOTIONAL', notional: definition.minNotional });
    return {
      symbol: name,
      pair: name,
      contractType: 'PERPETUAL',
      status: 'TRADING',
      baseAsset: definition.base,
      quoteAsset: definition.quote,
      marginAsset: definition.settle,
      pricePrecision: prices.decimals,
      quantityPrecision: quantities.decimals,
      filters,
    };
  }

  #worth(order: DoubleOrder): ReturnType<MatchingMarket['valueOf']> {
    return order.fills.reduce(
      (sum, { price, quantity }) => sum.plus(this.#market.valueOf(order.symbol, price, quantity)),
      this.#market.valueOf(order.symbol, 0, 0),
    );
  }

  #size(order: DoubleOrder): ReturnType<MatchingMarket['valueOf']> {
    const { prices } = this.#market.listed(order.symbol);
    return this.#market.valueOf(order.symbol, prices.nearest(1), order.filled);
  }

  #filledUpTo(order: DoubleOrder, last: DoubleFill): number {
    let lots = 0;
    for (const fill of order.fills) {
      lots += fill.quantity;
      if (fill === last) break;
    }
    return lots;
  }
}
