import { integerAtLeast, knownKeys, numberAtLeast, positiveNumber, refuse } from '../../domain/check.js';
import type { Instrument } from '../../domain/instrument.js';
import { defaultInstruments } from './default-instruments.js';
import { LONGEST_LAG } from './efficient-price.js';

/** One instrument of a simulated market, and how its venue behaves. */
export interface SimulatedInstrumentSettings {
  readonly definition: Instrument;
  /** Market events a second, on average; more when prices move. @default 30 */
  readonly eventsPerSecond?: number;
  /** How far the venue runs behind the asset's price, in milliseconds. @default 0 */
  readonly lag?: number;
  /** From the venue's time to ours, in milliseconds. @default 5 */
  readonly delay?: number;
  /** Lasting difference from the asset's price, in basis points. @default 0 */
  readonly basis?: number;
  /** Passing difference from the asset's price (deviation), in basis points. @default 0.8 */
  readonly noise?: number;
  /** Typical distance from best bid to best ask, in basis points. @default 1 */
  readonly spread?: number;
  /** Levels of a side of the book, at least. @default 12 */
  readonly levels?: number;
  /** Typical worth of a level, in the quote currency. @default 20,000 */
  readonly levelNotional?: number;
}

/** What a simulated market is made of. Everything has a default: three venues of bitcoin, one hour. */
export interface SimulationSettings {
  /** The same seed gives the same events to the bit. @default 1 */
  readonly seed?: number;
  /** Unix time of the first event, in milliseconds. @default 2026-03-02T14:30:00Z */
  readonly start?: number;
  /** Simulated time, in milliseconds. @default 3,600,000 (an hour) */
  readonly duration?: number;
  /** @default BTC-USDT at binance, BTC-USD at coinbase, a micro bitcoin future at cme */
  readonly instruments?: readonly SimulatedInstrumentSettings[];
  /** Price of each asset at the start, in its quote currency (a stablecoin counts as its dollar). @default BTC 60,000, ETH 3,000, SOL 150 */
  readonly prices?: Readonly<Record<string, number>>;
  /** Events in a batch. @default 1,024 */
  readonly batchSize?: number;
}

/** {@link SimulationSettings} with every default filled in. */
export interface Simulation {
  readonly seed: number;
  readonly start: number;
  readonly duration: number;
  readonly instruments: readonly Required<SimulatedInstrumentSettings>[];
  readonly prices: Readonly<Record<string, number>>;
  readonly batchSize: number;
}

const KEYS = ['seed', 'start', 'duration', 'instruments', 'prices', 'batchSize'];
const INSTRUMENT_KEYS = [
  'definition',
  'eventsPerSecond',
  'lag',
  'delay',
  'basis',
  'noise',
  'spread',
  'levels',
  'levelNotional',
];
const START = Date.UTC(2026, 2, 2, 14, 30);
const PRICES = { BTC: 60_000, ETH: 3_000, SOL: 150 };

/** Checks the settings and fills in the defaults. @throws ConfigurationError naming the setting */
export function simulation(settings: SimulationSettings): Simulation {
  const at = 'simulateMarket';
  knownKeys(at, settings, KEYS);
  const start = numberAtLeast(`${at}.start`, settings.start ?? START, 0, 1e13);
  const given = settings.instruments ?? defaultInstruments(start);
  if (!Array.isArray(given) || given.length === 0) refuse(`${at}.instruments`, 'at least one', given);
  const prices: Record<string, number> = { ...PRICES, ...settings.prices };
  const seen = new Set<string>();
  for (const { definition } of given) {
    if (seen.has(definition.id)) refuse(`${at}.instruments`, 'each named once', definition.id);
    seen.add(definition.id);
    positiveNumber(`${at}.prices.${definition.base}`, prices[definition.base]);
    if (definition.expiry !== undefined) {
      numberAtLeast(`${at}.instruments ${definition.id}.expiry`, definition.expiry, start);
    }
  }
  return {
    seed: integerAtLeast(`${at}.seed`, settings.seed ?? 1, 0),
    start,
    duration: positiveNumber(`${at}.duration`, settings.duration ?? 3_600_000),
    instruments: given.map(behaviour),
    prices,
    batchSize: integerAtLeast(`${at}.batchSize`, settings.batchSize ?? 1_024, 1),
  };
}

function behaviour(settings: SimulatedInstrumentSettings): Required<SimulatedInstrumentSettings> {
  const at = `simulateMarket.instruments ${settings.definition.id}`;
  knownKeys(at, settings, INSTRUMENT_KEYS);
  return {
    definition: settings.definition,
    eventsPerSecond: positiveNumber(`${at}.eventsPerSecond`, settings.eventsPerSecond ?? 30),
    lag: numberAtLeast(`${at}.lag`, settings.lag ?? 0, 0, LONGEST_LAG),
    delay: numberAtLeast(`${at}.delay`, settings.delay ?? 5, 0, 10_000),
    basis: numberAtLeast(`${at}.basis`, settings.basis ?? 0, -1_000, 1_000),
    noise: numberAtLeast(`${at}.noise`, settings.noise ?? 0.8, 0, 100),
    spread: positiveNumber(`${at}.spread`, settings.spread ?? 1),
    levels: integerAtLeast(`${at}.levels`, settings.levels ?? 12, 1),
    levelNotional: positiveNumber(`${at}.levelNotional`, settings.levelNotional ?? 20_000),
  };
}
