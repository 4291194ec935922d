// @ts-check
import { InstrumentTable, instrument } from 'millrace';
import { INSTRUMENTS } from './columns.js';

const definitions = Array.from({ length: INSTRUMENTS }, (_, index) =>
  instrument({
    venue: `venue${index & 1}`,
    symbol: `A${index >> 1}USD`,
    kind: 'spot',
    base: `A${index >> 1}`,
    quote: 'USD',
    tick: '0.01',
    lot: '1',
  }),
);
const ids = definitions.map(({ id }) => id);

export const table = new InstrumentTable(definitions);

/**
 * What a decoder makes of one row.
 *
 * @param {import('./columns.js').Columns} columns
 * @param {number} row
 */
export function quoteOf(columns, row) {
  return {
    kind: /** @type {const} */ ('quote'),
    instrument: /** @type {any} */ (ids[/** @type {number} */ (columns.instrument[row])]),
    venueTime: /** @type {number} */ (columns.ts[row]),
    bidPrice: /** @type {number} */ (columns.bid[row]),
    bidQuantity: /** @type {number} */ (columns.bidLots[row]),
    askPrice: /** @type {number} */ (columns.ask[row]),
    askQuantity: /** @type {number} */ (columns.askLots[row]),
    updateId: -1,
  };
}
