export {
  type CredentialSource,
  type Credentials,
  keysFromEnvironment,
  type VenueDriver,
} from '../driver/index.js';
export { coinbase } from './coinbase.js';
export { COINBASE_CAPABILITIES, type CoinbaseOptions, type CoinbaseUrls } from './coinbase-options.js';
export { type CoinbaseInstrumentOptions, coinbaseInstruments } from './instruments.js';
