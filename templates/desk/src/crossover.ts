import type { Frame } from 'millrace';
import { type Agent, agent, type FeatureFields } from 'millrace/operators';

/** Long while the fast average of the desk's first market is above the slow one, flat while it is below. */
export const crossover: Agent<Frame & FeatureFields<'fast' | 'slow'>> = agent({
  name: 'crossover',
  decide: ({ instrument, features: { fast, slow } }: Frame & FeatureFields<'fast' | 'slow'>) => {
    if (instrument !== 0) return undefined; // features are kept by instrument: it listens to the desk's first market only
    if (fast > slow) return { of: { asset: 'BTC' }, exposure: 1, confidence: 1 };
    if (fast < slow) return { of: { asset: 'BTC' }, exposure: 0, confidence: 1 };
    return undefined; // an average that is not warm is NaN: no opinion
  },
});
