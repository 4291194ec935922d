import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ema, momentum, rsi } from '../../src/operators/features/index.js';
import { describeWithData } from '../shared-data.js';
import { bars } from './inputs.js';
import { valuesOf } from './run.js';

/** Rows of a CSV by column name; an empty cell is `NaN`. */
function columns(path: string): (name: string) => number[] {
  const [head = '', ...rows] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',').map((name) => name.trim());
  const cells = rows.map((row) => row.split(','));
  return (name) => {
    const index = names.indexOf(name);
    expect(index).toBeGreaterThanOrEqual(0);
    return cells.map((row) => (row[index]?.trim() ? Number(row[index]) : Number.NaN));
  };
}

const near = (actual: readonly number[], expected: readonly number[], tolerance: number): void => {
  let compared = 0;
  expected.forEach((value, index) => {
    if (Number.isNaN(value)) return;
    expect(Math.abs((actual[index] as number) - value)).toBeLessThanOrEqual(tolerance);
    compared += 1;
  });
  expect(compared).toBeGreaterThan(10);
};

describeWithData('features against reference columns', (data) => {
  it('ema: 14 of SPY, to the last bit or two, NaN in the same rows', () => {
    const column = columns(data('indicators/lean/spy_ema.csv'));
    const expected = column('EMA14');
    const actual = valuesOf(ema({ period: 14, of: 'barClose' }), bars(column('close')));
    expect(actual.map(Number.isNaN)).toEqual(expected.map(Number.isNaN));
    near(
      actual.map((value, index) => value / (expected[index] as number)),
      expected.map((value) => value / value),
      2e-15,
    );
  });

  it('ema and rsi: 14 of the Dow, to printed digits', () => {
    const column = columns(data('indicators/lean/spy_with_indicators.txt'));
    const inputs = bars(column('Close'));
    near(valuesOf(ema({ period: 14, of: 'barClose' }), inputs), column('EMA14'), 0.01);
    near(valuesOf(rsi({ period: 14, of: 'barClose' }), inputs), column('RSI 14 Wilder'), 0.000_006);
  });

  it('momentum: 50 of SPY is its rate of change over the price it starts from', () => {
    const column = columns(data('indicators/lean/spy_with_roc50.txt'));
    const closes = column('Close');
    const expected = column('Rate of Change 50').map(
      (change, index) => change / (closes[index - 50] ?? Number.NaN),
    );
    near(valuesOf(momentum({ lookback: 50, of: 'barClose' }), bars(closes)), expected, 1e-7);
  });

  it.each([
    ['atoz', 'rsi 5', () => rsi({ period: 5, of: 'barClose' }), 0.000_051],
    ['extra', 'roc 3', () => momentum({ lookback: 3, of: 'barClose' }), 0.000_006],
  ] as const)('%s: %s', (file, head, make, tolerance) => {
    const lines = readFileSync(data(`indicators/tulip/${file}.txt`), 'utf8').split('\n');
    const start = lines.indexOf(head);
    const [closes = [], expected = []] = lines
      .slice(start + 1)
      .filter((line) => line.startsWith('{'))
      .slice(0, 2)
      .map((line) => line.slice(1, line.indexOf('}')).split(',').map(Number));
    const actual = valuesOf(make(), bars(closes)).slice(-expected.length);
    expected.forEach((value, index) => {
      expect(Math.abs((actual[index] as number) - value)).toBeLessThanOrEqual(tolerance);
    });
  });
});
