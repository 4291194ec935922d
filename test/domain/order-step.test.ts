import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/domain/errors.js';
import { type InstrumentSettings, instrument } from '../../src/domain/instrument.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { checkEvent } from '../../src/domain/wire.js';

const SPOT: InstrumentSettings = {
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.00000001',
};

describe('the order step of an instrument', () => {
  test('is the lot unless stated, and the least quantity unless that is stated', () => {
    expect(instrument(SPOT)).toMatchObject({ orderStep: '0.00000001', minQuantity: '0.00000001' });
    expect(instrument({ ...SPOT, orderStep: '0.00001' })).toMatchObject({
      orderStep: '0.00001',
      minQuantity: '0.00001',
    });
    expect(instrument({ ...SPOT, orderStep: '0.00001', minQuantity: '0.002' }).minQuantity).toBe('0.002');
  });

  test('stands in the table in lots', () => {
    const table = new InstrumentTable([
      instrument({ ...SPOT, orderStep: '0.00001' }),
      instrument({ ...SPOT, id: 'coarse', lot: '0.5' }),
    ]);
    expect(table.list.map(({ orderStep }) => orderStep)).toEqual([1_000, 1]);
  });

  test.each(['0', '-0.00001', '0.000000015', '', 'x'])('refuses %j by name', (orderStep) => {
    expect(() => instrument({ ...SPOT, orderStep })).toThrow(ConfigurationError);
    expect(() => instrument({ ...SPOT, orderStep })).toThrow(
      `instrument BTCUSDT.orderStep must be a positive multiple of the lot 0.00000001, not "${orderStep}"`,
    );
  });

  test('is on the wire, and asked for there', () => {
    const definition = instrument({ ...SPOT, orderStep: '0.00001' });
    const event = { kind: 'instrument', venueTime: 0, definition };
    expect(checkEvent(event)).toEqual(event);
    const { orderStep: _, ...without } = definition;
    expect(() => checkEvent({ ...event, definition: without })).toThrow('instrument.definition.orderStep');
  });
});
