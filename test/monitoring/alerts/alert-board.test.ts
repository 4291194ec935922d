import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../../src/index.js';
import { AlertBoard, type AlertRule, deskAlerts, Metrics, monitor } from '../../../src/monitoring/index.js';

const level: AlertRule = {
  name: 'High',
  severity: 'page',
  metric: 'm_level',
  above: 5,
  summary: 'Too high.',
};

function measured() {
  const metrics = new Metrics({ prefix: 'm_' });
  const gauge = metrics.gauge({ name: 'level', help: 'A level.', labels: ['of'] });
  const counter = metrics.counter({ name: 'count_total', help: 'A count.', labels: ['of'] });
  metrics.histogram({ name: 'sizes', help: 'Sizes.', bounds: [1] });
  return { metrics, gauge, counter };
}

/** What the board says of values of one series, a second apart. */
function said(rule: AlertRule, values: readonly number[]): string {
  const { metrics, gauge, counter } = measured();
  const series = rule.metric === 'm_level' ? gauge.bind('a') : counter.bind('a');
  const board = new AlertBoard(metrics, [rule]);
  return values
    .map((value, second) => {
      series.value = value;
      const [alert] = board.look(second * 1_000);
      return alert === undefined ? '-' : alert.state === 'firing' ? 'F' : 'R';
    })
    .join('');
}

describe('a level', () => {
  test('fires once beyond its bound and resolves once within it', () => {
    expect(said(level, [5, 6, 7, 5, 6])).toBe('-F-RF');
  });

  test('below a bound', () => {
    const low: AlertRule = { ...level, above: undefined as never, below: 1 };
    const { above: _above, ...rule } = low;
    expect(said(rule, [1, 0, 0, 1])).toBe('-F-R');
  });

  test('fires when it has been so for long enough, without a break', () => {
    expect(said({ ...level, for: 2_000 }, [6, 6, 0, 6, 6, 6, 6, 0])).toBe('-----F-R');
  });

  test('that is unknown is not beyond, and resolves what fires', () => {
    expect(said(level, [Number.NaN, 6, Number.NaN, Number.NaN])).toBe('-F-R'.replace('-R', 'R-'));
  });
});

describe('an increase', () => {
  const grown: AlertRule = {
    ...level,
    name: 'Grown',
    metric: 'm_count_total',
    of: 'increase',
    window: 3_000,
    above: 1,
  };

  test('counts what was added within its window', () => {
    // 0 0 2: two within three seconds; three seconds later they are forgotten.
    expect(said(grown, [0, 0, 2, 2, 2, 2, 2])).toBe('--F--R-');
  });

  test('does not count what was there before the first look', () => {
    expect(said(grown, [100, 100, 100])).toBe('---');
  });

  test('of a series that was not there before began at nothing', () => {
    const { metrics, counter } = measured();
    const board = new AlertBoard(metrics, [grown]);
    expect(board.look(0)).toEqual([]);
    counter.bind('new').value = 2;
    expect(board.look(1_000)).toMatchObject([{ state: 'firing', labels: { of: 'new' }, value: 2 }]);
  });

  test('agrees with a look at the whole history', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(2), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 6 }),
        (steps, seconds) => {
          let sum = 0;
          const values = steps.map((step) => (sum += step));
          const rule = { ...grown, window: seconds * 1_000 };
          const fires = values.map((value, at) => value - (values[Math.max(0, at - seconds)] as number) > 1);
          const expected = fires
            .map((each, at) => (each === (fires[at - 1] ?? false) ? '-' : each ? 'F' : 'R'))
            .join('');
          expect(said(rule, values)).toBe(expected);
        },
      ),
    );
  });
});

test('an age is counted from the time that the metric names', () => {
  const old: AlertRule = { ...level, of: 'age', above: 3 };
  // Named: second 1. Looked at in seconds 0 to 6.
  expect(said(old, [1, 1, 1, 1, 1, 1, 6])).toBe('-----FR');
});

test('each series has its own alert, and only those with the labels asked for', () => {
  const { metrics, gauge } = measured();
  const board = new AlertBoard(metrics, [level, { ...level, name: 'HighB', where: { of: 'b' } }]);
  gauge.bind('a').value = 6;
  gauge.bind('b').value = 7;
  expect(
    board.look(5_000).map(({ name, labels, value, since }) => [name, labels['of'], value, since]),
  ).toEqual([
    ['High', 'a', 6, 5_000],
    ['High', 'b', 7, 5_000],
    ['HighB', 'b', 7, 5_000],
  ]);
  expect(board.firing).toHaveLength(3);
  gauge.bind('b').value = 0;
  expect(board.look(6_000)).toHaveLength(2);
  expect(board.firing).toEqual([{ name: 'High', labels: { of: 'a' } }]);
});

describe('a rule is refused, by name, when', () => {
  const { metrics } = measured();
  const { above: _above, ...boundless } = level;
  const wrong: [string, readonly unknown[]][] = [
    ['nobody measures it', [{ ...level, metric: 'm_other' }]],
    ['it is about a histogram', [{ ...level, metric: 'm_sizes' }]],
    ['it has no bound', [boundless]],
    ['it has two', [{ ...level, below: 1 }]],
    ['its bound is not finite', [{ ...level, above: Number.NaN }]],
    ['an increase has no window', [{ ...level, of: 'increase' }]],
    ['a level has one', [{ ...level, window: 5 }]],
    ['its patience is negative', [{ ...level, for: -1 }]],
    ['its severity is unknown', [{ ...level, severity: 'loud' }]],
    ['its name is taken', [level, level]],
    ['it has an option that nobody knows', [{ ...level, every: 5 }]],
  ];
  test.each(wrong)('%s', (_why, rules) => {
    expect(() => new AlertBoard(metrics, rules as readonly AlertRule[])).toThrow(ConfigurationError);
  });
});

test('the alerts of a desk ask for what a monitor measures, whatever its prefix', () => {
  const watch = monitor({ instruments: [], prefix: 'mine_' });
  watch.watch({
    inbox: { waiting: 0, merged: 0, refused: 0 },
    halted: undefined,
    position: { seq: 0, ts: 0 },
  });
  const board = new AlertBoard(watch.metrics, deskAlerts({ prefix: 'mine_' }));
  expect(board.look(0)).toEqual([]);
  watch.close();
});
