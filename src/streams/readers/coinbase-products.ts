import { ConfigurationError, InputError } from '../../domain/errors.js';
import { type Instrument, instrument } from '../../domain/instrument.js';
import { type Fields, listField, objectField, textField } from './fields.js';
import { COINBASE_FEES } from './instrument-defaults.js';

/**
 * Definitions of the spot products in an answer of `/market/products`, as far as they are asked for.
 *
 * @throws InputError when the answer defines a product badly
 */
export function coinbaseProducts(body: Fields, names: readonly string[]): Instrument[] {
  if (body['products'] === undefined) return [];
  const found: Instrument[] = [];
  for (const item of listField(body['products'], 'products')) {
    const product = objectField(item, 'products');
    const symbol = textField(product['product_id'], 'product_id');
    if (!names.includes(symbol) || product['product_type'] !== 'SPOT') continue;
    try {
      found.push(
        instrument({
          venue: 'coinbase',
          symbol,
          kind: 'spot',
          base: textField(product['base_currency_id'], 'base_currency_id'),
          quote: textField(product['quote_currency_id'], 'quote_currency_id'),
          tick: textField(product['price_increment'] ?? product['quote_increment'], 'price_increment'),
          lot: textField(product['base_increment'], 'base_increment'),
          minQuantity: textField(product['base_min_size'], 'base_min_size'),
          minNotional: textField(product['quote_min_size'], 'quote_min_size'),
          fees: COINBASE_FEES,
        }),
      );
    } catch (error) {
      if (error instanceof ConfigurationError) throw new InputError(`products: ${error.message}`);
      throw error;
    }
  }
  return found;
}
