import { stateHash } from '../core/canonical.js';
import { integerAtLeast, knownKeys, nonEmptyName, refuse } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import { ConfigurationError } from '../domain/errors.js';

/** What a view is made of. */
export interface FeatureViewSettings<N extends string> {
  readonly name: string;
  /** Counted up by hand when the same fingerprints begin to mean something else, such as another feed. */
  readonly version: number;
  /** The features in their order, as `features(...)` takes them: only their fingerprints are read. */
  readonly features: Readonly<Record<N, { readonly fingerprint: string }>>;
  /** How long after its event time a row is good for; older ones are no answer, live or in training. */
  readonly ttl: Duration;
}

/** The one definition of a set of features: the live path and the training path both go by it. */
export interface FeatureView<N extends string = string> {
  readonly name: string;
  readonly version: number;
  /** Names of the columns, in order. */
  readonly columns: readonly N[];
  /** SHA-256 of name, version, and the columns with their parameters. */
  readonly fingerprint: string;
  /** Milliseconds. */
  readonly ttl: number;
}

/** Names that the stores need for themselves. */
const TAKEN = ['instrument', 'event_time', 'known_time'];

/**
 * Defines a set of features for the stores. Its fingerprint covers name, version, and the names, order and parameters of
 * the features: a store or a model made with another one is refused.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const set = { fast: ema({ period: 20 }), spread: spread() };
 * const view = featureView({ name: 'quotes', version: 1, features: set, ttl: '10s' });
 * // features(set) in the pipeline, onlineFeatures(view) beside it
 */
export function featureView<const N extends string>(settings: FeatureViewSettings<N>): FeatureView<N> {
  knownKeys('featureView', settings, ['name', 'version', 'features', 'ttl']);
  const name = nonEmptyName('featureView.name', settings.name);
  const version = integerAtLeast('featureView.version', settings.version, 1);
  const ttl = milliseconds('featureView.ttl', settings.ttl);
  const columns = Object.keys(settings.features) as N[];
  if (columns.length === 0) refuse('featureView.features', 'at least one feature', settings.features);
  const prints = columns.map((column) => {
    if (TAKEN.includes(column))
      throw new ConfigurationError(`featureView.features: "${column}" is a column of the store itself`);
    return [
      column,
      nonEmptyName(`featureView.features.${column}.fingerprint`, settings.features[column]?.fingerprint),
    ];
  });
  return { name, version, columns, ttl, fingerprint: stateHash({ name, version, columns: prints }) };
}

/** How messages call a view. */
export const called = ({ name, version, fingerprint }: FeatureView): string =>
  `view ${name} version ${version} (${fingerprint.slice(0, 12)})`;
