// @ts-check
import { compose } from 'millrace';
import {
  agents,
  bestNetPrice,
  bookImbalance,
  books,
  confidenceWeighted,
  dispatch,
  ema,
  features,
  ledger,
  maxDailyLoss,
  maxPosition,
  maxVenueExposure,
  meanReversion,
  microprice,
  momentum,
  realisedVolatility,
  risk,
  rsi,
  signal,
  signals,
  sizing,
  trendFollowing,
  zScore,
} from 'millrace/operators';

const trend = signal({
  name: 'trend',
  horizon: '10s',
  evaluate: (/** @type {any} */ { features: { fast, slow, volatility }, mid }) => {
    if (Number.isNaN(slow) || Number.isNaN(volatility)) return undefined;
    const strength = Math.min(1, Math.abs(fast - slow) / (4 * volatility * mid + 1e-9));
    return strength < 0.25 ? undefined : { direction: fast > slow ? 1 : -1, strength, confidence: 0.6 };
  },
});

const pressure = signal({
  name: 'pressure',
  horizon: '2s',
  evaluate: (/** @type {any} */ { features: { imbalance } }) =>
    Math.abs(imbalance) > 0.8
      ? { direction: imbalance > 0 ? 1 : -1, strength: Math.abs(imbalance), confidence: 0.4 }
      : undefined,
});

/** A whole desk, books to dispatch. @param {readonly import('millrace').Instrument[]} instruments */
export const desk = (instruments) => /** @type {any} */ (compose)({ name: 'desk', instruments }, ...parts());

/** The stages of the desk, for those who put more behind them. */
export const parts = () => [
  books(),
  ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
  features({
    fast: ema({ period: 10, every: '1s' }),
    slow: ema({ period: 50, every: '1s' }),
    volatility: realisedVolatility({ window: 60, every: '1s' }),
    stretch: zScore({ window: 60, every: '1s' }),
    momentum: momentum({ lookback: 30, every: '1s' }),
    strength: rsi({ period: 14, every: '1s' }),
    imbalance: bookImbalance({ levels: 5 }),
    lean: microprice(),
  }),
  signals(/** @type {any} */ ([trend, pressure])),
  agents(
    /** @type {any} */ ([
      trendFollowing({ asset: 'BTC', signal: 'trend', targetVolatility: 0.001 }),
      trendFollowing({ name: 'pressure', asset: 'BTC', signal: 'pressure', targetVolatility: 0.001 }),
      meanReversion({ asset: 'BTC' }),
      meanReversion({ name: 'patient', asset: 'BTC', enter: 3 }),
    ]),
  ),
  confidenceWeighted({ hysteresis: 0.2 }),
  sizing({ budget: 100_000, minimumTrade: 0.1 }),
  bestNetPrice(),
  risk([maxPosition({ limit: 5 }), maxVenueExposure({ limit: 500_000 }), maxDailyLoss({ limit: 200_000 })]),
  dispatch({ desk: 'bench' }),
];
