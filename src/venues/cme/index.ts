/**
 * CME through a broker's FIX gateway.
 *
 * @packageDocumentation
 */
export { cmeCapabilities } from './capabilities.js';
export { type CmeVenue, cmeVenue } from './cme-venue.js';
export { cqgGateway, type Gateway, standardGateway, ttGateway } from './gateway.js';
export type { SessionOperation } from './gateway-session.js';
export type { CmeOptions, CmeSession } from './options.js';
