import type { Calendar } from '../../domain/calendar.js';
import { knownKeys, numberAtLeast, oneOf, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import type { Plain } from '../../domain/plain.js';
import { typicalPrice } from './bar-feature.js';
import { type Feature, type FeatureInput, fingerprint } from './feature.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { readBars } from './price-series.js';
import { windowSize } from './window-size.js';

/** What a volume-weighted average takes in. */
export interface VwapSource {
  /** Trades, or the typical price of bars with their volume. @default 'trade' */
  readonly of?: 'trade' | 'bar';
  /** With `of: 'bar'`: the bars of that name. @default bar events from outside */
  readonly bars?: string;
}

/** The session of {@link sessionVwap}, and when it begins. */
export interface SessionVwapOptions extends VwapSource {
  /**
   * Length of a session in event time, or the calendar of an exchange: then a trading day is a session, whatever halts lie
   * within it, and what prints outside of one does not count.
   *
   * @default '1d'
   */
  readonly session?: Duration | Calendar;
  /** With a length: milliseconds after the Unix epoch at which sessions begin, 52_200_000 is 14:30 UTC. @default 0 */
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

/** The session that a time lies in: when it began and what it is called; `undefined` between two. */
type SessionAt = (time: number) => { readonly open: number; readonly tradingDay: string } | undefined;

/** Reads `session` and `startsAt`. @throws ConfigurationError when either is out of range */
function sessionsOf({ session = '1d', startsAt }: SessionVwapOptions): {
  readonly at: SessionAt;
  readonly parameters: Record<string, number | string>;
} {
  if (typeof session === 'object') {
    if (typeof session?.sessionOf !== 'function')
      refuse('sessionVwap.session', "a duration such as '1d', or a calendar", session);
    if (startsAt !== undefined)
      refuse('sessionVwap.startsAt', 'absent with a calendar, which says it', startsAt);
    return { at: (time) => session.sessionOf(time), parameters: { session: session.fingerprint } };
  }
  const length = milliseconds('sessionVwap.session', session);
  const offset = numberAtLeast('sessionVwap.startsAt', startsAt ?? 0, 0);
  const latest = { open: Number.NaN, tradingDay: '' };
  return {
    at: (time) => {
      latest.open = Math.floor((time - offset) / length) * length + offset;
      return latest;
    },
    parameters: { session: length, startsAt: offset },
  };
}

class Session {
  start: number = Number.NEGATIVE_INFINITY;
  tradingDay = '';
  volume = 0;
  /** The average so far: it moves by the share of each print, so that no large sum of turnover is kept. */
  average: number = Number.NaN;

  /** Whether a time lies in this session or a later one, which then begins. */
  reaches(at: SessionAt, time: number): boolean {
    const session = Number.isFinite(time) ? at(time) : undefined;
    if (session === undefined) return false;
    const { open, tradingDay } = session;
    if (open === this.start || (tradingDay !== '' && tradingDay === this.tradingDay)) return true;
    if (!(open > this.start)) return false;
    this.start = open;
    this.tradingDay = tradingDay;
    this.volume = 0;
    this.average = Number.NaN;
    return true;
  }

  add(price: number, quantity: number): void {
    this.volume += quantity;
    this.average = Number.isNaN(this.average)
      ? price
      : this.average + (price - this.average) * (quantity / this.volume);
  }
}

/**
 * Volume-weighted average price since the session began, in units of the price; `NaN` before its first trade. Sessions
 * are intervals of event time, or the trading days of a calendar with its holidays, early closes and changes of the clock.
 *
 * ```
 * time   --15:58--16:30--17:00--17:01--    cmeEquityIndex()
 * trade  --a--------------------b------
 * value  --a------a------NaN----b------    it stands until the next session begins
 * ```
 *
 * A bar counts for the session in which it began. One calendar is for all instruments that are asked: instruments of
 * exchanges with other hours have a feature of their own.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * sessionVwap({ session: '1d', startsAt: 52_200_000 }); // from 14:30 UTC on
 * sessionVwap({ session: cmeEquityIndex({ holidays: ['2023-12-25'] }) });
 */
export function sessionVwap(options: SessionVwapOptions = {}): Feature<Session> {
  knownKeys('sessionVwap', options, ['session', 'startsAt', 'of', 'bars']);
  const { at, parameters: sessions } = sessionsOf(options);
  const { print, parameters } = source('sessionVwap', options);
  const ofBars = parameters['of'] === 'bar';
  return {
    warmUp: 1,
    unit: 'price',
    source: 'sum of price times quantity over sum of quantity',
    fingerprint: fingerprint('sessionVwap', { ...sessions, ...parameters }),
    init: () => new Session(),
    update: (state, input) => {
      // Time alone ends a session of trades; one of bars ends with the next bar, since its own last comes after its end.
      const inSession = !ofBars && state.reaches(at, input.ts);
      print(input, (price, quantity) => {
        const within = ofBars ? state.reaches(at, input.barStart) : inSession;
        if (within && counts(price, quantity) && quantity > 0) state.add(price, quantity);
      });
      return state.average;
    },
    save: ({ start, tradingDay, volume, average }) => ({ start, tradingDay, volume, average }),
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
  const window = windowSize('rollingVwap.window', options.window, 1);
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
