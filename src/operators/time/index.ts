export { type AlignedFields, aligned } from './aligned.js';
export { type AsOf, type AsOfOptions, asOf } from './as-of.js';
export type { AsOfPrices } from './as-of-join.js';
export { type ClockSkewFields, type ClockSkewOptions, clockSkew } from './clock-skew.js';
export { type SessionFields, type SessionsOptions, sessions } from './sessions.js';
export { type StalenessFields, staleness } from './staleness.js';
