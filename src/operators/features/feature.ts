import type { BookView } from '../../books/book-view.js';
import type { EventKind } from '../../domain/event.js';
import type { Plain } from '../../domain/plain.js';

/**
 * What a feature sees of an event: plain prices and quantities (not ticks and lots), `NaN` where unknown.
 *
 * One object is filled again for every event: a feature reads it and keeps numbers, never the object.
 */
export interface FeatureInput {
  /** Unix milliseconds of the event; never goes back. */
  readonly ts: number;
  readonly kind: EventKind;
  /** The standing market after the event. */
  readonly mid: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidQuantity: number;
  readonly askQuantity: number;
  /** The trade, when the event is one; else `NaN`. */
  readonly tradePrice: number;
  readonly tradeQuantity: number;
  /** 1: the buyer took, -1: the seller took, 0: the venue does not say. */
  readonly tradeSign: number;
  /** Closing price, when the event is a bar; else `NaN`. */
  readonly barClose: number;
  /** The live book, if one is kept; valid during the update only. */
  readonly book: BookView | undefined;
}

/**
 * A number computed from events one by one, at a cost that does not grow with its window.
 *
 * The feature itself is a description without state, shared by all instruments; there is one state for each instrument
 * and `update` alone changes it. What `restore` makes of `save` goes on to the bit.
 */
export interface Feature<State = unknown> {
  readonly name?: string;
  /** Samples needed before the first number. */
  readonly warmUp: number;
  /** Kind and parameters in one line: equal fingerprints compute the same. */
  readonly fingerprint: string;
  init(): State;
  /** The value after this event: `NaN` until warm, and while what it rests on is unknown. */
  update(state: State, input: FeatureInput): number;
  save(state: State): Plain;
  restore(saved: Plain): State;
}

/** Spells a kind and its parameters: `ema(every=1000,of=mid,period=20)`. */
export function fingerprint(kind: string, parameters: Readonly<Record<string, number | string>>): string {
  const spelled = Object.keys(parameters)
    .sort()
    .map((name) => `${name}=${parameters[name]}`);
  return `${kind}(${spelled.join(',')})`;
}
