/**
 * The feature store: what was known when, live and for training, by one definition.
 *
 * @packageDocumentation
 */

export type { Columns } from './arrow.js';
export { type FeatureView, type FeatureViewSettings, featureView } from './feature-view.js';
export { type OfflineFeatures, type OfflineFeaturesOptions, offlineFeatures } from './offline-features.js';
export {
  type FeatureVector,
  type OnlineFeatures,
  type OnlineFeaturesOptions,
  onlineFeatures,
  type ReadStatus,
} from './online-features.js';
export { exportParquet } from './parquet.js';
export { type FeatureSink, recordFeatures } from './record-features.js';
export {
  type RedisFeaturesOptions,
  redisFeatures,
  type SharedFeatures,
  type SharedRow,
} from './redis-features.js';
export type { Label, TrainingSet } from './training-set.js';
