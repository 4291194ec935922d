import type { Frame } from 'millrace';
import {
  type FeatureFields,
  type FeatureSet,
  type MarketFields,
  type SignalDefinition,
  type SignalSettings,
  signal,
} from 'millrace/operators';

/** What a frame has for an alpha: the market and the features that it asked for. */
export type AlphaFrame<N extends string> = Frame & MarketFields & FeatureFields<N>;

/** A signal with the features that it reads: `features({ ...alpha.features })` goes before `signals([alpha.signal])`. */
export interface Alpha<N extends string> {
  readonly features: FeatureSet<N>;
  readonly signal: SignalDefinition<AlphaFrame<N>>;
}

/** Makes an alpha whose words carry what they rest on: the fingerprints of its features. */
export function alpha<const N extends string>(
  features: FeatureSet<N>,
  settings: Omit<SignalSettings<AlphaFrame<N>>, 'features'>,
): Alpha<N> {
  const prints = (Object.keys(features) as N[]).map((name) => `${name}=${features[name].fingerprint}`);
  return { features, signal: signal({ ...settings, features: prints.join(';') }) };
}
