import { describe, expect, it } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { binanceSymbols } from '../../src/streams/readers/binance-symbols.js';

/** A symbol as `exchangeInfo` says it. */
const symbol = (precision: unknown, lot: { minQty: string; maxQty: string; stepSize: string }): object => ({
  symbol: 'BTCUSDT',
  baseAsset: 'BTC',
  quoteAsset: 'USDT',
  contractType: 'PERPETUAL',
  baseAssetPrecision: precision,
  filters: [
    { filterType: 'PRICE_FILTER', tickSize: '0.01000000' },
    { filterType: 'LOT_SIZE', ...lot },
    { filterType: 'MIN_NOTIONAL', minNotional: '10.00000000' },
  ],
});
const BTC = { minQty: '0.00002000', maxQty: '9000.00000000', stepSize: '0.00001000' };

const read = (said: object, market: 'spot' | 'usdm' = 'spot'): Instrument | undefined =>
  binanceSymbols({ symbols: [said] }, 'binance', market, ['BTC-USDT', 'BTC-USDT-PERP'])[0];

describe('definitions of Binance symbols', () => {
  it('takes the grid of the base asset as the lot of spot, and the step as that of orders', () => {
    expect(read(symbol(8, BTC))).toMatchObject({
      lot: '0.00000001',
      orderStep: '0.00001000',
      minQuantity: '0.00002000',
      tick: '0.01000000',
    });
  });

  it.each([
    ['its quantities could pass 2^53 lots', 8, { ...BTC, maxQty: '90072.00000000' }],
    ['the grid is coarser than the step', 4, BTC],
    ['nobody says the precision', undefined, BTC],
    ['the precision is damaged', 2.5, BTC],
    ['nobody can read the greatest quantity', 8, { ...BTC, maxQty: 'many' }],
  ])('takes the step where %s', (_, precision, lot) => {
    expect(read(symbol(precision, lot))).toMatchObject({ lot: '0.00001000', orderStep: '0.00001000' });
  });

  it('takes the finer grid up to that bound', () => {
    expect(read(symbol(8, { ...BTC, maxQty: '90071.00000000' }))?.lot).toBe('0.00000001');
  });

  it('takes the step for contracts, whatever the precision of their assets', () => {
    expect(read(symbol(8, BTC), 'usdm')).toMatchObject({ lot: '0.00001000', orderStep: '0.00001000' });
  });

  it('refuses a step of 0 by name', () => {
    const bad = symbol(8, { ...BTC, stepSize: '0.00000000' });
    expect(() => read(bad)).toThrow(InputError);
    expect(() => read(bad)).toThrow(/symbols: instrument BTCUSDT\.(orderStep|lot) must be a positive/);
  });
});
