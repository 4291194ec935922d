export type { BackOffOptions } from '../driver/back-off.js';
export type { RateLimit, ReservedShares } from '../driver/rate-budget.js';
export type { VenueDriver } from '../driver/venue-driver.js';
export { gateway } from './gateway.js';
export type { GatewayOptions } from './options.js';
