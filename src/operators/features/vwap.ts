import { integerAtLeast, knownKeys, numberAtLeast, oneOf } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Plain } from '../../domain/plain.js';
import { typicalPrice } from './bar-feature.js';
import { type Feature, type FeatureInput, fingerprint } from './feature.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { readBars } from './price-series.js';

/** What a volume-weighted average takes in. */
export interface VwapSource {
  /** Trades, or the typical price of bars with their volume. @default 'trade' */
  readonly of?: 'trade' | 'bar';
  /** With `of: 'bar'`: the bars of that name. @default bar events from outside */
  readonly bars?: string;
}

/** The session of {@link sessionVwap}, and when it begins. */
export interface SessionVwapOptions extends VwapSource {
  /** Length of a session in event time. @default '1d' */
  readonly session?: Duration;
  /** Milliseconds after the Unix epoch at which sessions begin: 52_200_000 is 14:30 UTC. @default 0 */
  readonly startsAt?: number;
}

/** The window of {@link rollingVwap}, in trades or bars. */
export interface RollingVwapOptions extends VwapSource {
  /** Trades or bars that count. */
  readonly window: number;
}

/** Tells the price and the quantity of what happened, if it counts. */
type Print = (input: FeatureInput, take: (price: number, quantity: number) => void) => void;

function source(
  kind: string,
  options: VwapSource,
): { readonly print: Print; readonly parameters: Record<string, string> } {
  const of = oneOf(`${kind}.of`, options.of ?? 'trade', ['trade', 'bar']);
  const bars = readBars(kind, options);
  const parameters = { of, ...(bars !== '' && { bars }) };
  if (of === 'trade')
    return { parameters, print: (input, take) => take(input.tradePrice, input.tradeQuantity) };
  return {
    parameters,
    print: (input, take) => {
      if (input.kind === 'bar' && input.barName === bars) take(typicalPrice(input), input.barVolume);
    },
  };
}

const counts = (price: number, quantity: number): boolean =>
  Number.isFinite(price) && Number.isFinite(quantity) && quantity >= 0;

class Session {
  start: number = Number.NaN;
  volume = 0;
  /** The average so far: it moves by the share of each print, so that no large sum of turnover is kept. */
  average: number = Number.NaN;
}

/**
 * Volume-weighted average price since the session began, in units of the price; `NaN` before its first trade. Sessions
 * are intervals of event time.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * sessionVwap({ session: '1d', startsAt: 52_200_000 }); // from 14:30 UTC on
 */
export function sessionVwap(options: SessionVwapOptions = {}): Feature<Session> {
  knownKeys('sessionVwap', options, ['session', 'startsAt', 'of', 'bars']);
  const session = milliseconds('sessionVwap.session', options.session ?? '1d');
  const startsAt = numberAtLeast('sessionVwap.startsAt', options.startsAt ?? 0, 0);
  const { print, parameters } = source('sessionVwap', options);
  return {
    warmUp: 1,
    unit: 'price',
    source: 'sum of price times quantity over sum of quantity',
    fingerprint: fingerprint('sessionVwap', { session, startsAt, ...parameters }),
    init: () => new Session(),
    update: (state, input) => {
      const start = Math.floor((input.ts - startsAt) / session) * session + startsAt;
      if (start !== state.start) {
        state.start = start;
        state.volume = 0;
        state.average = Number.NaN;
      }
      print(input, (price, quantity) => {
        if (!counts(price, quantity) || quantity === 0) return;
        state.volume += quantity;
        state.average = Number.isNaN(state.average)
          ? price
          : state.average + (price - state.average) * (quantity / state.volume);
      });
      return state.average;
    },
    save: ({ start, volume, average }) => ({ start, volume, average }),
    restore: (saved) => Object.assign(new Session(), saved),
  };
}

class Prints {
  readonly turnover: RollingSum;
  readonly volume: RollingSum;

  constructor(window: number) {
    this.turnover = new RollingSum(window);
    this.volume = new RollingSum(window);
  }
}

/**
 * Volume-weighted average price of the last `window` trades or bars, in units of the price; `NaN` when they had no volume.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * rollingVwap({ window: 500 });
 */
export function rollingVwap(options: RollingVwapOptions): Feature<Prints> {
  knownKeys('rollingVwap', options, ['window', 'of', 'bars']);
  const window = integerAtLeast('rollingVwap.window', options.window, 1);
  const { print, parameters } = source('rollingVwap', options);
  return {
    warmUp: window,
    unit: 'price',
    source: 'sum of price times quantity over sum of quantity',
    fingerprint: fingerprint('rollingVwap', { window, ...parameters }),
    init: () => new Prints(window),
    update: ({ turnover, volume }, input) => {
      print(input, (price, quantity) => {
        if (!counts(price, quantity)) return;
        turnover.push(price * quantity);
        volume.push(quantity);
      });
      const value = turnover.full ? turnover.sum / volume.sum : Number.NaN;
      return Number.isFinite(value) ? value + 0 : Number.NaN;
    },
    save: ({ turnover, volume }) => ({ turnover: turnover.save(), volume: volume.save() }),
    restore: (saved) => {
      const { turnover, volume } = saved as { readonly turnover: Plain; readonly volume: Plain };
      const prints = new Prints(window);
      prints.turnover.load(turnover);
      prints.volume.load(volume);
      return prints;
    },
  };
}
