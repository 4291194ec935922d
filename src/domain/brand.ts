declare const brand: unique symbol;

/** A nominal tag: two brands over the same primitive are not assignable to each other. */
export type Brand<Base, Name extends string> = Base & { readonly [brand]: Name };

/** Identifies an instrument, such as `BTC-USDT.SPOT@binance`. Nobody parses an id: look it up. */
export type InstrumentId = Brand<string, 'InstrumentId'>;

/** The id under which we know an order, a pure function of the desk and the place in the log it came from. */
export type ClientOrderId = Brand<string, 'ClientOrderId'>;

/**
 * Tags a string as an instrument id.
 *
 * @example
 * instrumentId('BTC-USDT.SPOT@binance');
 */
export const instrumentId = (raw: string): InstrumentId => raw as InstrumentId;

/**
 * Tags a string as a client order id.
 *
 * @example
 * clientOrderId('desk-1-42');
 */
export const clientOrderId = (raw: string): ClientOrderId => raw as ClientOrderId;
