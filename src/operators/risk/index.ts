export { type MaxDailyLossOptions, maxDailyLoss } from './max-daily-loss.js';
export { type MaxPositionOptions, maxPosition } from './max-position.js';
export { type MaxVenueExposureOptions, maxVenueExposure } from './max-venue-exposure.js';
export { type RiskOptions, risk, type VerdictFields } from './risk.js';
export type { Breach, BreachAction, RiskRule, RiskView } from './rule.js';
export type { Restriction, TradingStatus } from './trading-state.js';
