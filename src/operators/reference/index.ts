export type { RollAdjustment } from './continuous-price.js';
export type { PriceBands } from './price-bands.js';
export { type ReferenceFields, reference, type TradingPhase } from './reference.js';
export { type RollFields, type RollOptions, type RollsFields, roll, rolls } from './roll.js';
export type { RollRule } from './roll-rule.js';
export type { Rolled } from './roll-state.js';
