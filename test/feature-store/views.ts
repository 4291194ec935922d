import { type FeatureView, featureView } from '../../src/feature-store/index.js';

/** A view of two columns. */
export const VIEW: FeatureView<'a' | 'b'> = featureView({
  name: 'test',
  version: 1,
  features: { a: { fingerprint: 'a()' }, b: { fingerprint: 'b()' } },
  ttl: 50,
});

/** The same but for a parameter of one feature. */
export const OTHER_VIEW: FeatureView<'a' | 'b'> = featureView({
  name: 'test',
  version: 1,
  features: { a: { fingerprint: 'a()' }, b: { fingerprint: 'b(period=2)' } },
  ttl: 50,
});
