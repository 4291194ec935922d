import type { Core } from '../../src/core/core.js';
import { compose, type Frame, type Instrument, instrument } from '../../src/index.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  type CommandFields,
  confidenceWeighted,
  dispatch,
  ema,
  type FeatureFields,
  features,
  type LedgerFields,
  ledger,
  maxDailyLoss,
  maxPosition,
  risk,
  sizing,
} from '../../src/operators/index.js';

export const BTC: Instrument = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.00001',
});

/** Long while the fast average is above the slow one, flat while it is below. */
const crossover = agent({
  name: 'crossover',
  decide: ({ features: { fast, slow } }: Frame & FeatureFields<'fast' | 'slow'>) => {
    if (fast > slow) return { of: { asset: 'BTC' }, exposure: 1, confidence: 1 };
    if (fast < slow) return { of: { asset: 'BTC' }, exposure: 0, confidence: 1 };
    return undefined; // Not warm yet: it has no opinion.
  },
});

export const desk: Core<Frame & LedgerFields & CommandFields> = compose(
  { instruments: [BTC] },
  books(),
  ledger({ reportingCurrency: 'USDT' }),
  features({ fast: ema({ period: 2 }), slow: ema({ period: 4 }) }),
  agents([crossover]),
  confidenceWeighted(),
  sizing({ budget: 20_000 }),
  bestNetPrice(),
  risk([maxPosition({ limit: 1 }), maxDailyLoss({ limit: 1_000 })]),
  dispatch(),
);
