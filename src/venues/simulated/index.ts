export type { SimulatedLatency, SimulatedVenueOptions } from './options.js';
export { simulatedVenue } from './simulated-venue.js';
