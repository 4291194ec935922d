export { type CredentialSource, type Credentials, keysFromEnvironment } from '../driver/secrets.js';
export type { VenueDriver } from '../driver/venue-driver.js';
export { coinbase } from './coinbase.js';
export { type CoinbaseEndpoints, type CoinbaseOptions, coinbaseCapabilities } from './coinbase-options.js';
export { type CoinbaseInstrumentsOptions, coinbaseInstruments } from './instruments.js';
