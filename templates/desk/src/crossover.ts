import type { Frame } from 'millrace';
import { type Agent, agent, type FeatureFields } from 'millrace/operators';

/** Long while the fast average is above the slow one, flat while it is below. */
export const crossover: Agent<Frame & FeatureFields<'fast' | 'slow'>> = agent({
  name: 'crossover',
  decide: ({ features: { fast, slow } }: Frame & FeatureFields<'fast' | 'slow'>) => {
    if (fast > slow) return { of: { asset: 'BTC' }, exposure: 1, confidence: 1 };
    if (fast < slow) return { of: { asset: 'BTC' }, exposure: 0, confidence: 1 };
    return undefined; // an average that is not warm is NaN: no opinion
  },
});
