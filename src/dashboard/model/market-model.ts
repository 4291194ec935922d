import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { LinkEvent } from '../../domain/market-event.js';
import type { DashboardFrame } from '../dashboard-frame.js';
import type { DepthOverview } from '../overview.js';
import type { Candle, DashboardView, MarketPart } from '../view.js';
import { Candles } from './candles.js';
import { known } from './known.js';

/** Channels that are remembered; there are three of each venue. */
const MOST_CHANNELS = 300;

/** Prices, bars and links: of every event of market data a few numbers are stored, and nothing is made. */
export class MarketModel {
  readonly candles: Candles;
  readonly #table: InstrumentTable;
  readonly #bids: Float64Array;
  readonly #asks: Float64Array;
  readonly #bidQuantities: Float64Array;
  readonly #askQuantities: Float64Array;
  readonly #lasts: Float64Array;
  readonly #heardAt: Float64Array;
  readonly #synced: Uint8Array;
  readonly #links = new Map<string, LinkEvent & { readonly since: number }>();

  constructor(table: InstrumentTable, candle: number, candles: number) {
    this.#table = table;
    const numbers = (): Float64Array => new Float64Array(table.size).fill(Number.NaN);
    this.#bids = numbers();
    this.#asks = numbers();
    this.#bidQuantities = numbers();
    this.#askQuantities = numbers();
    this.#lasts = numbers();
    this.#heardAt = numbers();
    this.#synced = new Uint8Array(table.size);
    this.candles = new Candles(table.size, candle, candles);
  }

  /** `undefined` for an index that the page was not told of. */
  idOf(index: number): string | undefined {
    return this.#table.list[index]?.id;
  }

  /** An event of market data. */
  data(frame: DashboardFrame): void {
    this.#heardAt[frame.instrument] = frame.ts;
    this.prices(frame);
  }

  /** What any frame about an instrument says of its market; a chain without books says nothing. */
  prices(frame: DashboardFrame): void {
    const { instrument: index, bid, ask } = frame;
    if (bid === undefined || ask === undefined) return;
    this.#bids[index] = bid;
    this.#asks[index] = ask;
    this.#bidQuantities[index] = frame.bidQuantity as number;
    this.#askQuantities[index] = frame.askQuantity as number;
    this.#lasts[index] = frame.lastPrice as number;
    this.#synced[index] = frame.synced ? 1 : 0;
    this.candles.observe(index, frame.ts, (bid + ask) / 2);
  }

  link(event: LinkEvent, ts: number): void {
    const key = `${event.venue}\n${event.channel}`;
    if (this.#links.size >= MOST_CHANNELS && !this.#links.has(key)) return;
    this.#links.set(key, { ...event, since: ts });
    if (event.channel !== 'market' || event.state === 'up') return;
    // The books of this venue are empty from here on, and no frame of theirs says so.
    for (const { index, definition } of this.#table.list)
      if (definition.venue === event.venue) this.#lose(index);
  }

  view(depth: readonly DepthOverview[]): MarketPart[] {
    const levels = new Map(depth.map((each) => [each.index, each]));
    return this.#table.list.map(({ index, definition, prices, quantities }) => {
      const bid = this.#bids[index] as number;
      const ask = this.#asks[index] as number;
      const { bids = [], asks = [] } = levels.get(index) ?? {};
      return {
        id: definition.id,
        venue: definition.venue,
        symbol: definition.symbol,
        quote: definition.quote,
        unit: unitOf(definition),
        priceDecimals: prices.decimals,
        quantityDecimals: quantities.decimals,
        bid: known(bid),
        ask: known(ask),
        bidQuantity: known(this.#bidQuantities[index]),
        askQuantity: known(this.#askQuantities[index]),
        last: known(this.#lasts[index]),
        spread: known(((ask - bid) / ((ask + bid) / 2)) * 10_000),
        synced: this.#synced[index] === 1,
        heardAt: known(this.#heardAt[index]),
        bids: ladder(bids, bid, this.#bidQuantities[index] as number, (price) => price < bid),
        asks: ladder(asks, ask, this.#askQuantities[index] as number, (price) => price > ask),
        candle: this.candles.current(index),
      };
    });
  }

  history(): Record<string, readonly Candle[]> {
    return Object.fromEntries(this.#table.list.map(({ id, index }) => [id, this.candles.all(index)]));
  }

  venues(
    exposures: readonly { readonly venue: string; readonly exposure: number }[],
  ): DashboardView['venues'] {
    const names = new Set([...this.#table.venues, ...[...this.#links.values()].map(({ venue }) => venue)]);
    return [...names].map((venue) => ({
      venue,
      exposure: known(exposures.find((each) => each.venue === venue)?.exposure),
      channels: [...this.#links.values()]
        .filter((link) => link.venue === venue)
        .map(({ channel, state, reason, since }) => ({ channel, state, reason, since })),
    }));
  }

  #lose(index: number): void {
    this.#synced[index] = 0;
    for (const numbers of [this.#bids, this.#asks, this.#bidQuantities, this.#askQuantities])
      numbers[index] = Number.NaN;
  }
}

/** What quantities of an instrument are counted in. */
export const unitOf = ({
  kind,
  base,
  multiplier,
  inverse,
}: InstrumentTable['list'][number]['definition']): string =>
  kind === 'spot' || (!inverse && multiplier === '1') ? base : 'contracts';

/** Levels were drawn up a moment ago, the best price is of now: what the market has passed since is left out. */
function ladder(
  flat: readonly number[],
  best: number,
  quantity: number,
  isBehind: (price: number) => boolean,
): readonly number[] {
  if (flat.length === 0 || !Number.isFinite(best)) return [];
  let from = 0;
  while (from < flat.length && !isBehind(flat[from] as number)) from += 2;
  return [best, quantity, ...flat.slice(from)];
}
