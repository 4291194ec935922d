export type { SimulatedInstrumentSettings, SimulationSettings } from './settings.js';
export { simulateMarket } from './simulate-market.js';
