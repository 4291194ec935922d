import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/domain/errors.js';
import { type Instrument, type InstrumentSettings, instrument } from '../../src/domain/instrument.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { checkEvent } from '../../src/domain/wire.js';

const spot: InstrumentSettings = {
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.00001',
};
const future: InstrumentSettings = { ...spot, kind: 'future', symbol: 'BTCZ6', expiry: 1_800_000_000_000 };

describe('an instrument', () => {
  test('has defaults for what is not said', () => {
    expect(instrument(spot)).toEqual({
      ...spot,
      id: 'BTC-USDT.SPOT@binance',
      settle: 'USDT',
      inverse: false,
      multiplier: '1',
      orderStep: '0.00001',
      minQuantity: '0.00001',
      minNotional: '0',
      fees: { maker: 0, taker: 0 },
      version: 1,
    });
  });

  test('settles an inverse contract in its base currency', () => {
    expect(instrument({ ...future, inverse: true }).settle).toBe('BTC');
  });

  test('is frozen, with its fees and bands', () => {
    const made = instrument({ ...spot, bands: { low: '1', high: '2' } });
    for (const part of [made, made.fees, made.bands]) expect(Object.isFrozen(part)).toBe(true);
  });
});

type Bad = [string, object, RegExp];
const bad: Bad[] = [
  ['an empty symbol', { symbol: '' }, /instrument\.symbol .*not ""/],
  ['a symbol with a space', { symbol: 'BTC USDT' }, /instrument\.symbol .*"BTC USDT"/],
  ['no venue', { venue: undefined }, /instrument BTCUSDT\.venue .*undefined/],
  [
    'an unknown kind',
    { kind: 'option' },
    /\.kind must be one of spot, perpetual, future, spread, not "option"/,
  ],
  ['a base that is no text', { base: 7 }, /\.base .*not 7/],
  ['an empty quote', { quote: '' }, /\.quote .*not ""/],
  ['an empty settlement currency', { settle: '' }, /\.settle .*not ""/],
  ['inverse that is no boolean', { inverse: 'yes' }, /\.inverse must be true or false, not "yes"/],
  ['an inverse spot', { inverse: true }, /\.inverse must be false for a spot instrument, not true/],
  ['a tick of zero', { tick: '0' }, /\.tick .*not "0"/],
  ['a tick that is a number', { tick: 0.01 }, /\.tick .*not 0\.01/],
  ['a tick with an exponent', { tick: '1e-2' }, /\.tick .*"1e-2"/],
  ['a negative lot', { lot: '-1' }, /\.lot .*"-1"/],
  ['an order step off the lot', { orderStep: '0.000015' }, /\.orderStep .*0\.00001, not "0\.000015"/],
  ['a smallest quantity off the lot', { minQuantity: '0.000015' }, /\.minQuantity .*"0\.000015"/],
  ['a smallest quantity of zero', { minQuantity: '0' }, /\.minQuantity .*"0"/],
  ['a multiplier of zero', { multiplier: '0' }, /\.multiplier .*above 0, not "0"/],
  ['a multiplier that is a number', { multiplier: 10 }, /\.multiplier .*not 10/],
  ['a multiplier with an exponent', { multiplier: '1e3' }, /\.multiplier .*"1e3"/],
  ['a multiplier without a whole part', { multiplier: '.5' }, /\.multiplier .*"\.5"/],
  ['a negative smallest notional', { minNotional: '-1' }, /\.minNotional .*"-1"/],
  ['a smallest notional with an exponent', { minNotional: '1e1' }, /\.minNotional .*"1e1"/],
  ['fees beyond reason', { fees: { maker: 0, taker: 20 } }, /\.fees\.taker .*from -0\.1 to 0\.5, not 20/],
  ['a fee that is missing', { fees: { maker: 0 } }, /\.fees\.taker .*not undefined/],
  ['a fee of NaN', { fees: { maker: Number.NaN, taker: 0 } }, /\.fees\.maker .*not NaN/],
  ['a future without expiry', { kind: 'future' }, /\.expiry .*not undefined/],
  ['an expiry of NaN', { expiry: Number.NaN }, /\.expiry .*not NaN/],
  ['bands upside down', { bands: { low: '2', high: '1' } }, /\.bands .*"2 to 1"/],
  ['bands that are numbers', { bands: { low: 1, high: 2 } }, /\.bands .*"1 to 2"/],
  ['bands with exponents', { bands: { low: '0', high: '1e9' } }, /\.bands .*"0 to 1e9"/],
  ['an empty calendar', { calendar: '' }, /\.calendar .*not ""/],
  ['a version of zero', { version: 0 }, /\.version .*not 0/],
  ['half a version', { version: 1.5 }, /\.version .*not 1\.5/],
  ['an id with a space', { id: 'my bitcoin' }, /\.id .*"my bitcoin"/],
  ['a setting that nobody reads', { tickSize: '1' }, /instrument BTCUSDT has an unknown setting "tickSize"/],
];

describe('a setting that cannot be is refused, with its name and value:', () => {
  test.each(bad)('%s', (_name, setting, message) => {
    const make = (): Instrument => instrument({ ...spot, ...setting } as InstrumentSettings);
    expect(make).toThrow(ConfigurationError);
    expect(make).toThrow(message);
  });
});

test.each([
  ['a spot', spot],
  [
    'an inverse future',
    { ...future, inverse: true, multiplier: '100', calendar: 'CME', bands: { low: '0', high: '1000000' } },
  ],
  ['a perpetual', { ...spot, kind: 'perpetual', fees: { maker: -0.0001, taker: 0.0005 }, minNotional: '5' }],
] as [string, InstrumentSettings][])('%s that was made passes the wire', (_name, settings) => {
  const event = { kind: 'instrument', venueTime: 0, definition: instrument(settings) };
  expect(checkEvent(event)).toBe(event);
});

describe('a table of instruments', () => {
  const one = instrument(spot);
  const two = instrument({ ...spot, venue: 'coinbase', symbol: 'BTC-USDT' });
  const three = instrument({ ...spot, base: 'ETH', symbol: 'ETHUSDT' });
  const table = new InstrumentTable([one, two, three]);

  test('numbers them in the order given', () => {
    expect(table.list.map(({ index, id }) => [index, id])).toEqual([
      [0, one.id],
      [1, two.id],
      [2, three.id],
    ]);
    expect(table.indexOf(two.id)).toBe(1);
    expect(table.find(three.id)?.definition).toBe(three);
    expect(table.at(0).definition).toBe(one);
    expect(table.size).toBe(3);
  });

  test('knows who trades an asset, and where', () => {
    expect(table.ofAsset('BTC').map(({ id }) => id)).toEqual([one.id, two.id]);
    expect(table.ofAsset('DOGE')).toEqual([]);
    expect(table.venues).toEqual(['binance', 'coinbase']);
  });

  test('says that it does not have one', () => {
    expect(table.indexOf('nobody' as never)).toBe(-1);
    expect(table.find('nobody' as never)).toBeUndefined();
    expect(() => table.at(3)).toThrow(/no instrument at index 3 of 3/);
  });

  test('refuses two of one id, by name', () => {
    expect(() => new InstrumentTable([one, two, one])).toThrow(ConfigurationError);
    expect(() => new InstrumentTable([one, two, one])).toThrow(
      'instrument BTC-USDT.SPOT@binance is listed twice',
    );
  });
});
