import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import type { BookSide, BookView } from '../../src/books/index.js';
import { Grid } from '../../src/domain/grid.js';
import type { BookEvent, BookOrderEvent } from '../../src/domain/market-event.js';
import { delta, orderEvent, snapshot } from './events.js';

/** The lines of a gzipped recording, one after the other. */
export function* linesOf(path: string): Generator<string> {
  const text = gunzipSync(readFileSync(path)).toString('utf8');
  let start = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
    yield text.slice(start, end);
    start = end + 1;
  }
  if (start < text.length) yield text.slice(start);
}

/** The grids on which a recording's prices and quantities lie. */
export class Grids {
  readonly price: Grid;
  readonly lot: Grid;

  constructor(tick: string, lot: string) {
    this.price = new Grid(tick);
    this.lot = new Grid(lot);
  }

  levels(pairs: readonly (readonly [string, string])[]): number[] {
    return pairs.flatMap(([price, quantity]) => [this.price.parse(price), this.lot.parse(quantity)]);
  }

  /** `side,price,quantity` of every level, best first, decimals without trailing zeros. */
  spell(book: BookView, extra: (side: BookSide, price: number) => string = () => ''): string {
    let text = '';
    for (const side of ['bid', 'ask'] as const) {
      for (let level = 0; level < book.depth(side); level++) {
        const price = book.priceAt(side, level);
        const quantity = plain(this.lot.format(book.quantityAt(side, level)));
        text += `${side === 'bid' ? 'b' : 'a'},${plain(this.price.format(price))},${quantity}${extra(side, price)}\n`;
      }
    }
    return text;
  }
}

/** A decimal without trailing zeros. */
export const plain = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

interface BinanceDepth {
  readonly lastUpdateId?: number;
  readonly bids: [string, string][];
  readonly asks: [string, string][];
  readonly data?: {
    readonly U: number;
    readonly u: number;
    readonly pu?: number;
    readonly b: [string, string][];
    readonly a: [string, string][];
  };
}

/** A depth message or REST snapshot of Binance as a book event; `undefined` for anything else. */
export function binanceDepth(json: string, grids: Grids): BookEvent | undefined {
  if (json.startsWith('{"stream"') && !json.includes('@depth')) return undefined;
  const { data, lastUpdateId, bids, asks } = JSON.parse(json) as BinanceDepth;
  if (data !== undefined) {
    return delta(grids.levels(data.b), grids.levels(data.a), {
      first: data.U,
      last: data.u,
      previous: data.pu ?? -1,
    });
  }
  return lastUpdateId === undefined
    ? undefined
    : snapshot(grids.levels(bids), grids.levels(asks), lastUpdateId);
}

/** Ticks and lots of the E-mini S&P 500. */
export const gridsOfEs: Grids = new Grids('0.25', '1');

export const ticksOfEs = (price: string): number => gridsOfEs.price.parse(price);

const ACTIONS: Readonly<Record<string, BookOrderEvent['action']>> = {
  A: 'add',
  C: 'cancel',
  M: 'modify',
  R: 'clear',
  T: 'trade',
  F: 'fill',
};
const SIDES: Readonly<Record<string, BookOrderEvent['side']>> = { B: 'bid', A: 'ask', N: 'none' };
const LAST = 128;
const SNAPSHOT = 32;

/** The rows of a Databento MBO file, each with the time of its event in nanoseconds. */
export function* ordersOf(file: string): Generator<{ readonly ns: bigint; readonly event: BookOrderEvent }> {
  for (const line of linesOf(file)) {
    const [, ns, , action = '', side = '', price = '', size, , id = '', flag] = line.split(',');
    if (ns === 'ts_event_ns') continue;
    const flags = Number(flag);
    const event = orderEvent(ACTIONS[action] as BookOrderEvent['action'], id, {
      side: SIDES[side] as BookOrderEvent['side'],
      price: price === '' ? 0 : ticksOfEs(price),
      quantity: Number(size),
      snapshot: (flags & SNAPSHOT) !== 0,
      last: (flags & LAST) !== 0,
    });
    yield { ns: BigInt(ns as string), event };
  }
}
