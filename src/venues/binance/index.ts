export { type CredentialSource, type Credentials, keysFromEnvironment } from '../driver/secrets.js';
export type { VenueDriver } from '../driver/venue-driver.js';
export { binance } from './binance.js';
export { type BinanceInstrumentsOptions, binanceInstruments } from './instruments.js';
export {
  type BinanceEndpoints,
  type BinanceMarket,
  type BinanceOptions,
  binanceCapabilities,
} from './options.js';
