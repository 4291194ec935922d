import type { BookView } from '../../books/book-view.js';
import type { InstrumentId } from '../../domain/brand.js';
import { integerAtLeast, knownKeys, nonEmptyName, refuse } from '../../domain/check.js';
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
  /**
   * When a bar closed: the name under which `bars` made it, and '' for a bar event from outside. Its prices and volume
   * are `NaN` otherwise.
   */
  readonly barName: string;
  /** Unix milliseconds at which it began; `ts` is when it was known. */
  readonly barStart: number;
  readonly barOpen: number;
  readonly barHigh: number;
  readonly barLow: number;
  readonly barClose: number;
  readonly barVolume: number;
  /** The funding rate as a share of the notional and when it is due, when the event is one; else `NaN`. */
  readonly fundingRate: number;
  readonly fundingTime: number;
  /** Units of quantity in one lot: books count in lots. */
  readonly lotSize: number;
  /** The live book, if one is kept; valid during the update only. */
  readonly book: BookView | undefined;
  /** The standing market of another instrument: `NaN` while it is unknown. */
  market(instrument: InstrumentId, price: 'bid' | 'ask' | 'mid'): number;
}

/**
 * A number computed from events one by one, at a cost that does not grow with its window.
 *
 * The feature itself is a description without state, shared by all instruments; there is one state for each instrument
 * and `update` alone changes it. What `restore` makes of `save` goes on to the bit.
 */
export interface Feature<State = unknown> {
  readonly name?: string;
  /** Samples needed before the first number: changes of a price, trades, bars or intervals, as the feature takes them. */
  readonly warmUp: number;
  /** What its values are counted in. */
  readonly unit?: string;
  /** Where its formula comes from. */
  readonly source?: string;
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

/** What a feature of one's own is made of. */
export interface FeatureSettings<State extends Plain> {
  /** Kind and parameters, such as `gap(lookback=3)`: equal ones must compute the same. */
  readonly fingerprint: string;
  /** @default 1 */
  readonly warmUp?: number;
  readonly unit?: string;
  readonly source?: string;
  /** A fresh state: plain data, which is what makes it saved, restored and mirrored. */
  init(): State;
  /** The value after this event; it may change the state in place. */
  update(state: State, input: FeatureInput): number;
}

/**
 * A feature of one's own: its state is plain data, therefore saving and restoring come by themselves.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * feature({
 *   fingerprint: 'widest()',
 *   unit: 'price',
 *   init: () => ({ widest: 0 }),
 *   update: (state, { bid, ask }) => {
 *     if (ask - bid > state.widest) state.widest = ask - bid;
 *     return state.widest;
 *   },
 * });
 */
export function feature<State extends Plain>(settings: FeatureSettings<State>): Feature<State> {
  knownKeys('feature', settings, ['fingerprint', 'warmUp', 'unit', 'source', 'init', 'update']);
  const { init, update, unit, source } = settings;
  const print = nonEmptyName('feature.fingerprint', settings.fingerprint);
  if (typeof init !== 'function') refuse(`feature ${print}.init`, 'a function that makes a state', init);
  if (typeof update !== 'function')
    refuse(`feature ${print}.update`, 'a function of a state and an input', update);
  return {
    fingerprint: print,
    warmUp: integerAtLeast(`feature ${print}.warmUp`, settings.warmUp ?? 1, 1),
    ...(unit !== undefined && { unit }),
    ...(source !== undefined && { source }),
    init: () => init(),
    update: (state, input) => update(state, input),
    save: (state) => copyOf(state),
    restore: (saved) => copyOf(saved) as State,
  };
}

function copyOf(value: Plain): Plain {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Float64Array || value instanceof Uint8Array) return value.slice();
  if (Array.isArray(value)) return value.map(copyOf);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, copyOf(item)]));
}
