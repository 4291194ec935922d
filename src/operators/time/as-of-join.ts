import type { Frame } from '../../core/frame.js';
import type { Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import { PriceHistory } from './price-history.js';

/** Best prices of an instrument as of a time, in plain numbers; `NaN` while unknown or stale. */
export interface AsOfPrices {
  readonly bid: number;
  readonly ask: number;
  readonly mid: number;
  /** Time of these prices, by the clock of the join (Unix milliseconds); `NaN` when unknown. */
  readonly at: number;
}

export const UNKNOWN_PRICES: AsOfPrices = Object.freeze({
  bid: Number.NaN,
  ask: Number.NaN,
  mid: Number.NaN,
  at: Number.NaN,
});

type JoinFrame = Frame & MarketFields;

/** One as-of join. On known time the present markets are the answer; on event time it keeps a history. */
export class AsOfJoin {
  readonly instrument: number;
  readonly other: number;
  readonly #staleAfter: number;
  readonly #history: PriceHistory | undefined;

  constructor(instrument: number, other: number, byEvent: boolean, staleAfter: number, memory: number) {
    this.instrument = instrument;
    this.other = other;
    this.#staleAfter = staleAfter;
    this.#history = byEvent ? new PriceHistory(memory) : undefined;
  }

  /** Takes note of a frame of the other instrument. */
  learn(frame: JoinFrame): void {
    if (this.#history === undefined) return;
    const { event } = frame;
    switch (event.kind) {
      case 'quote':
      case 'book':
      case 'bookOrder':
        this.#row(this.#history, event.venueTime, frame);
        break;
      case 'sync':
        // A lost market is unknown from its newest row on.
        if (event.state === 'unsynced') this.#row(this.#history, 0, frame);
        break;
      default:
    }
  }

  /** The answer for a frame; `last` itself when it is the same again. */
  answer(frame: JoinFrame, last: AsOfPrices): AsOfPrices {
    if (this.#history !== undefined) return this.#past(this.#history, frame, last);
    const { markets, ts } = frame;
    const at = markets.updatedAt(this.other);
    if (!markets.synced(this.other) || ts - at > this.#staleAfter) return UNKNOWN_PRICES;
    return same(last, markets.bid(this.other), markets.ask(this.other), at);
  }

  save(): Plain {
    return this.#history?.save() ?? null;
  }

  restore(saved: Plain): void {
    if (saved !== null) this.#history?.restore(saved);
  }

  #row(history: PriceHistory, venueTime: number, { synced, bid, ask, markets }: JoinFrame): void {
    if (!synced) {
      const time = history.latest > venueTime ? history.latest : venueTime;
      if (time > 0 && !history.endsUnknown) history.add(time, Number.NaN, Number.NaN);
      return;
    }
    // Of the prices, not of the message: one that the market knew better must not carry them to its own, earlier time.
    const time = markets.pricedAt(this.other);
    if (time > 0 && !history.has(time, bid, ask)) history.add(time, bid, ask);
  }

  #past(history: PriceHistory, { event }: JoinFrame, last: AsOfPrices): AsOfPrices {
    const time = 'venueTime' in event ? event.venueTime : 0;
    if (!(time > 0)) return UNKNOWN_PRICES;
    const place = history.find(time);
    if (place < 0) return UNKNOWN_PRICES;
    const at = history.time(place);
    const bid = history.bid(place);
    if (time - at > this.#staleAfter || Number.isNaN(bid)) return UNKNOWN_PRICES;
    return same(last, bid, history.ask(place), at);
  }
}

function same(last: AsOfPrices, bid: number, ask: number, at: number): AsOfPrices {
  if (last.bid === bid && last.ask === ask && last.at === at) return last;
  return { bid, ask, mid: (bid + ask) / 2, at };
}
