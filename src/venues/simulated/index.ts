export type { FaultKind, ScriptedFault, SimulatedFaults } from './fault-options.js';
export type { FeesOf, FeeTier } from './fees.js';
export type { LatencyModel, SimulatedLatency } from './latency.js';
export type { MarketRulesOptions, PriceBands } from './market-rules.js';
export type { SimulatedVenueOptions } from './options.js';
export type { QueueModel } from './queue-model.js';
export type { ScheduledWord } from './scheduled-words.js';
export type { SelfTradePrevention } from './self-trade.js';
export { simulatedVenue } from './simulated-venue.js';
