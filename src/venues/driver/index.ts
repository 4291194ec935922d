export type { BackOffOptions } from './back-off.js';
export { BackOff } from './back-off.js';
export type { CanceledAll } from './cancel-all.js';
export { classify, type ErrorTable, type Failure, outcomeOf } from './classify.js';
export type { VenueDriverOptions } from './driver-options.js';
export {
  type Acknowledged,
  acknowledged,
  type CancelAllOutcome,
  type CanceledOrder,
  type ErrorClass,
  type Finding,
  type Outcome,
  type Refused,
  refused,
  type Unknown,
  unknown,
  type VenueTruth,
} from './outcome.js';
export {
  type Cost,
  RateBudget,
  type RateLimit,
  type RequestKind,
  type ReservedShares,
} from './rate-budget.js';
export { NotSentError, RequestQueue } from './request-queue.js';
export {
  type CredentialSource,
  type Credentials,
  checkCredentials,
  keysFromEnvironment,
  Redaction,
} from './secrets.js';
export type { OrderKey, VenueAdapter, VenuePort, VenueWord } from './venue-adapter.js';
export { type VenueDriver, venueDriver } from './venue-driver.js';
export { Watchdog } from './watchdog.js';
