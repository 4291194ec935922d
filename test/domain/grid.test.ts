import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, InputError } from '../../src/domain/errors.js';
import { Grid } from '../../src/domain/grid.js';
import { manyRuns } from '../properties/many-runs.js';

const steps = fc.constantFrom(
  '1',
  '5',
  '25',
  '1000',
  '0.1',
  '0.5',
  '0.25',
  '0.01',
  '0.05',
  '0.00001',
  '0.00000001',
  '0.03',
  '1.25',
  '12.5',
  '0.10',
  '0.000000000000001',
);

/** What parsing is, in integers without bound; `undefined` for what is to be refused. */
function modelOf(step: string, text: string): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, whole, fraction = ''] = match;
  const [stepWhole = '', stepFraction = ''] = step.split('.');
  const places = Math.max(fraction.length, stepFraction.length);
  const scaled = BigInt(`${whole}${fraction.padEnd(places, '0')}`);
  const unit = BigInt(`${stepWhole}${stepFraction.padEnd(places, '0')}`);
  if (scaled % unit !== 0n) return undefined;
  const trimmed = stepFraction.replace(/0+$/, '').length;
  // The whole number of last decimals has to be a safe integer.
  if (scaled > BigInt(Number.MAX_SAFE_INTEGER) * 10n ** BigInt(places - trimmed)) return undefined;
  const units = scaled / unit;
  return sign === '-' ? -units : units;
}

const digits = (most: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: most }).map((list) => list.join(''));

const decimals = fc
  .tuple(fc.constantFrom('', '', '-'), digits(18), fc.option(digits(17)))
  .map(([sign, whole, fraction]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}`);

const garbage = fc.oneof(
  fc.string(),
  fc.constantFrom(
    '',
    '-',
    '.',
    '1.',
    '.5',
    '+1',
    '1e5',
    ' 1',
    '1 ',
    '1,5',
    '0x10',
    'NaN',
    'Infinity',
    '--1',
    '1.2.3',
    '١',
    '1_000',
  ),
);

const unitsOf = (grid: Grid): fc.Arbitrary<number> => {
  const most = Math.floor(Number.MAX_SAFE_INTEGER / Math.round(Number(grid.step) * 10 ** grid.decimals));
  return fc.integer({ min: -most, max: most });
};

const placed = steps.chain((step) => {
  const grid = new Grid(step);
  return unitsOf(grid).map((units) => ({ grid, units }));
});

describe('parsing', () => {
  test('is exact, or refuses: the same as in integers without bound', () => {
    fc.assert(
      fc.property(steps, fc.oneof(decimals, garbage), (step, text) => {
        const expected = modelOf(step, text);
        const grid = new Grid(step);
        const read = grid.tryParse(text);
        if (expected === undefined) {
          expect(read).toBeNaN();
          expect(() => grid.parse(text, 'price')).toThrow(InputError);
          expect(() => grid.parse(text, 'price')).toThrow(`price must be a decimal on the grid of ${step}`);
        } else {
          expect(BigInt(read)).toBe(expected);
          expect(grid.parse(text)).toBe(read);
        }
      }),
      { numRuns: manyRuns(3_000) },
    );
  });

  test('takes every point of the grid, however it is spelled', () => {
    fc.assert(
      fc.property(placed, fc.nat(4), fc.nat(4), ({ grid, units }, before, behind) => {
        const text = grid.format(units);
        const point = text.includes('.') ? '' : '.0';
        const spelled = `${text.startsWith('-') ? '-' : ''}${'0'.repeat(before)}${text.replace('-', '')}${point}${'0'.repeat(behind)}`;
        expect(grid.parse(text)).toBe(units === 0 ? 0 : units);
        expect(grid.parse(spelled)).toBe(units === 0 ? 0 : units);
      }),
      { numRuns: manyRuns(1_000) },
    );
  });

  test.each([null, undefined, 1, 1n, {}, ['1']])('refuses %s, which is no text', (value) => {
    expect(() => new Grid('0.01').parse(value as never)).toThrow(InputError);
  });

  test('knows no negative zero', () => {
    expect(Object.is(new Grid('0.01').parse('-0.00'), 0)).toBe(true);
  });
});

describe('numbers', () => {
  test('are the nearest to the decimal', () => {
    fc.assert(
      fc.property(placed, ({ grid, units }) => {
        expect(grid.toNumber(units)).toBe(Number(grid.format(units)));
      }),
      { numRuns: manyRuns(2_000) },
    );
  });

  test('come back to their unit', () => {
    const ordinary = steps.chain((step) =>
      fc
        .integer({ min: -1_000_000_000, max: 1_000_000_000 })
        .map((units) => ({ grid: new Grid(step), units })),
    );
    fc.assert(
      fc.property(ordinary, ({ grid, units }) => {
        const value = grid.toNumber(units);
        expect(grid.nearest(value) + 0).toBe(units);
        expect(grid.floor(value) + 0).toBe(units);
        expect(grid.ceil(value) + 0).toBe(units);
      }),
      { numRuns: manyRuns(1_000) },
    );
  });

  test('between two units round down to the one and up to the other', () => {
    const grid = new Grid('0.25');
    expect([grid.floor(4_799.8), grid.ceil(4_799.8), grid.nearest(4_799.8)]).toEqual([
      19_199, 19_200, 19_199,
    ]);
    expect([grid.floor(-0.3), grid.ceil(-0.3)]).toEqual([-2, -1]);
  });
});

test.each([
  '',
  '0',
  '0.0',
  '-1',
  '+1',
  '1e-5',
  '.1',
  '1.',
  '01',
  ' 1',
  'x',
  '0.0000000000000001',
  '99999999999999999',
  null,
  5,
])('a step of %s is refused by name', (step) => {
  expect(() => new Grid(step as string, 'instrument X.tick')).toThrow(ConfigurationError);
  expect(() => new Grid(step as string, 'instrument X.tick')).toThrow(
    'instrument X.tick must be a positive decimal',
  );
});
