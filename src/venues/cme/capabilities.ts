import type { VenueCapabilities } from '../../domain/venue-capabilities.js';

/**
 * What CME through a gateway can do, by the settings of {@link cmeVenue}: for `lookUps({ venues })` and
 * `dispatch({ venues })`.
 *
 * @example
 * lookUps({ venues: { cme: cmeCapabilities() } })
 */
export function cmeCapabilities({
  requestExpiry = 10_000,
  cancelOnDisconnect = false,
}: {
  readonly requestExpiry?: number;
  readonly cancelOnDisconnect?: boolean;
} = {}): VenueCapabilities {
  return {
    requestExpiry,
    nativeReplace: true,
    lookUpByClientOrderId: true,
    cancelOnDisconnect,
    clientOrderIdAlphabet: '!-~',
    clientOrderIdLength: 36,
    orderTypes: ['limit', 'market', 'stop', 'stopLimit'],
    timesInForce: ['GTC', 'IOC', 'FOK', 'GTD'],
  };
}
