import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { type OverviewFields, type OverviewOptions, overview } from '../../src/dashboard/index.js';
import { ConfigurationError, instrument } from '../../src/index.js';
import { books, ledger } from '../../src/operators/index.js';

const BTC = instrument({
  venue: 'x',
  symbol: 'BTC',
  kind: 'spot',
  base: 'BTC',
  quote: 'USD',
  tick: '0.01',
  lot: '0.001',
});

const quote = (bidPrice: number) =>
  ({
    kind: 'quote',
    instrument: BTC.id,
    venueTime: 0,
    bidPrice,
    bidQuantity: 1_000,
    askPrice: bidPrice + 1,
    askQuantity: 2_000,
    updateId: -1,
  }) as const;

function passes(options: OverviewOptions, limits?: object) {
  const core = compose(
    { name: 'x', instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 100 }),
    pure('limits', () => limits as never, undefined as never),
    overview(options),
  ).start();
  return (seq: number, ts: number, event: Parameters<typeof core.pass>[3]) =>
    (core.pass(seq, 0, ts, event) as Frame & OverviewFields).overview;
}

describe('an overview', () => {
  test('is drawn up at the pace of events, and after an operator’s word', () => {
    const pass = passes({ every: 100 });
    expect(pass(1, 1_000, quote(100))).toMatchObject({
      currency: 'USD',
      equity: 100,
      positions: [],
      openOrderCount: 0,
    });
    expect(pass(2, 1_099, quote(101))).toBeUndefined();
    expect(
      pass(3, 1_099, { kind: 'control', action: 'kill', scope: 'desk', value: 0, by: 'a', reason: 'b' }),
    ).toBeDefined();
    expect(pass(4, 1_150, quote(102))).toBeUndefined();
    expect(pass(5, 1_199, quote(103))).toBeDefined();
  });

  test('measures limits as it is told, or as risk tells', () => {
    const gauge = { name: 'maxPosition', limit: 2, unit: 'BTC', used: () => 1.5 };
    const told = { uses: () => [{ rule: 'maxDailyLoss', limit: 10, value: 4, ratio: 0.4 }] };
    expect(passes({}, told)(1, 0, quote(1))?.limits).toEqual([
      { name: 'maxDailyLoss', limit: 10, used: 4, unit: '' },
    ]);
    expect(passes({ limits: [gauge] }, told)(1, 0, quote(1))?.limits).toEqual([
      { name: 'maxPosition', limit: 2, used: 1.5, unit: 'BTC' },
    ]);
    expect(passes({})(1, 0, quote(1))?.limits).toEqual([]);
  });

  test.each<[unknown, string]>([
    [{ every: 0 }, 'overview.every must be a number above 0, not 0'],
    [{ every: Number.NaN }, 'overview.every'],
    [{ levels: 0 }, 'overview.levels'],
    [{ orders: 1.5 }, 'overview.orders'],
    [{ limits: [{ name: 'a b', limit: 1, unit: 'x', used: () => 0 }] }, 'overview.limits.name'],
    [{ limits: [{ name: 'a', limit: 0, unit: 'x', used: () => 0 }] }, 'overview.limits.a.limit'],
    [{ limits: [{ name: 'a', limit: 1, unit: 'x' }] }, 'overview.limits.a.used'],
    [
      { limits: [1, 2].map(() => ({ name: 'a', limit: 1, unit: 'x', used: () => 0 })) },
      'two limits of the overview are named "a"',
    ],
    [{ colour: 1 }, 'unknown setting "colour"'],
  ])('refuses %j', (options, message) => {
    expect(() => overview(options as OverviewOptions)).toThrow(ConfigurationError);
    expect(() => overview(options as OverviewOptions)).toThrow(message);
  });
});
