import type { Frame, Instrument } from 'millrace';
import { type Agent, agent, type FeatureFields } from 'millrace/operators';

/** Long while the fast average of one market is above the slow one, flat while it is below. */
export const crossover = (market: Instrument): Agent<Frame & FeatureFields<'fast' | 'slow'>> =>
  agent({
    name: 'crossover',
    hears: [market.id], // features are kept by instrument: averages of several in turn would cross with every tick
    decide: ({ features: { fast, slow } }: Frame & FeatureFields<'fast' | 'slow'>) => {
      if (fast > slow) return { of: { asset: 'BTC' }, exposure: 1, confidence: 1 };
      if (fast < slow) return { of: { asset: 'BTC' }, exposure: 0, confidence: 1 };
      return undefined; // an average that is not warm is NaN: no opinion
    },
  });
