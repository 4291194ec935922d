export type { LatencyModel } from '../../domain/latency-model.js';
export type { FaultKind, ScriptedFault, SimulatedFaults } from './fault-options.js';
export type { FeesOf } from './fees.js';
export type { SimulatedLatency } from './latency.js';
export type { SimulatedVenueOptions } from './options.js';
export type { ScheduledWord } from './scheduled-words.js';
export type { SelfTradePrevention } from './self-trade.js';
export { simulatedVenue } from './simulated-venue.js';
