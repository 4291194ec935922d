import { describe, expect, test } from 'vitest';
import { type InstrumentSettings, instrument } from '../../src/domain/instrument.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';
import { Desk, SPOT } from './desk.js';

/** Buys 7 lots at 6,012,345 ticks as taker, then 3 at 6,012,344 as maker. */
function feesOf(settings: Partial<InstrumentSettings>, venue = {}): string[] {
  const desk = new Desk({ instruments: [instrument({ ...SPOT, ...settings })], venue });
  desk.snapshot([6_012_344, 10], [6_012_345, 50]).submit('a', { side: 'buy', quantity: 7 });
  desk.submit('b', { side: 'buy', quantity: 3, price: 6_012_344 }).trade(6_012_343, 3);
  return desk.reports.flatMap((report) =>
    report.type === 'fill' ? [`${report.liquidity} ${report.fee} ${report.feeCurrency}`] : [],
  );
}

describe('fees', () => {
  test('spot: exact, in the quote currency', () => {
    expect(feesOf({})).toEqual(['taker 0.16834566 USDT', 'maker 0.018037032 USDT']);
  });

  test('a linear contract counts its multiplier', () => {
    expect(feesOf({ kind: 'future', expiry: 1e12, multiplier: '0.1', settle: 'USD' })).toEqual([
      'taker 0.016834566 USD',
      'maker 0.0018037032 USD',
    ]);
  });

  test('an inverse contract: contracts x multiplier / price, in the base currency, rounded at 20 decimals', () => {
    const inverse = {
      kind: 'perpetual',
      inverse: true,
      multiplier: '100',
      lot: '1',
      minQuantity: '1',
    } as const;
    expect(feesOf(inverse)).toEqual(['taker 0.00000465708471486583 BTC', 'maker 0.00000049897344529854 BTC']);
  });

  test('the venue may override, and rebates are negative', () => {
    expect(feesOf({}, { fees: { maker: -0.0002, taker: 0 } })).toEqual([
      'taker 0 USDT',
      'maker -0.036074064 USDT',
    ]);
  });

  test('or order by order: a pure function says what each one pays', () => {
    const fees = ({ quantity }: { readonly quantity: number }) =>
      quantity > 5 ? { maker: 0, taker: 0.001 } : { maker: -0.0002, taker: 0 };
    expect(feesOf({}, { fees })).toEqual(['taker 0.42086415 USDT', 'maker -0.036074064 USDT']);
  });

  test('a function that answers no rate ends the driver with an error', () => {
    const desk = new Desk({ venue: { fees: () => ({ maker: 0, taker: 7 }) } }).snapshot([99, 10], [101, 5]);
    desk.submit('a', { side: 'buy', quantity: 2 });
    expect(String(desk.error)).toContain(
      'the fees of order a.taker must be a number from -0.1 to 0.5, not 7',
    );
  });
});

describe('settings', () => {
  test.each([
    [{ venue: '' }, 'simulatedVenue.venue must be a name'],
    [
      { venue: 'x', latency: { submit: -1 } },
      'simulatedVenue x.latency.submit must be a number of at least 0, not -1',
    ],
    [
      { venue: 'x', fees: { maker: 2, taker: 0 } },
      'simulatedVenue x.fees.maker must be a number from -0.1 to 0.5, not 2',
    ],
    [
      { venue: 'x', remembered: 1.5 },
      'simulatedVenue x.remembered must be an integer of at least 0, not 1.5',
    ],
    [{ venue: 'x', delay: 3 }, 'simulatedVenue x has an unknown setting "delay"'],
  ])('refuses %o', (options, message) => {
    expect(() => simulatedVenue(options)).toThrow(message);
  });

  test('state of another venue is not restored', () => {
    const saved = new Desk().save();
    const other = new Desk({ venue: { venue: 'coinbase' }, restored: saved });
    expect(String(other.error)).toContain(
      'the restored state of simulated venue coinbase must be one that it saved',
    );
  });
});
