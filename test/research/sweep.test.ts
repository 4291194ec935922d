import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, test } from 'vitest';
import {
  describeMonteCarlo,
  describeSensitivity,
  describeSweep,
  describeWalkForward,
  folds,
  grid,
  monteCarlo,
  type SweepOptions,
  type SweepResult,
  sensitivity,
  sweep,
  walkForward,
} from '../../src/research/index.js';
import { START, study } from './studies.js';

const options: SweepOptions = {
  study: study(100),
  parameters: { lookback: [2, 5, 13, 9] },
  workers: 0,
  period: '5s',
};

const resultOf = async (change: Partial<SweepOptions> = {}): Promise<SweepResult> =>
  (await lastValueFrom(sweep({ ...options, ...change }))).result as SweepResult;

describe('a grid', () => {
  test('has every combination, the last name changing fastest', () => {
    expect(grid({ a: [1, 2], b: ['x', 'y'] })).toEqual([
      { a: 1, b: 'x' },
      { a: 1, b: 'y' },
      { a: 2, b: 'x' },
      { a: 2, b: 'y' },
    ]);
    expect(grid({})).toEqual([{}]);
    expect(() => grid({ a: [] })).toThrow('grid.a');
    expect(() => grid({ a: [1, 1] })).toThrow('values that differ');
    const many = Array.from({ length: 1_001 }, (_, nth) => nth);
    expect(() => grid({ a: many, b: many })).toThrow('at most 1000000');
  });
});

describe('a sweep', () => {
  test('tells its progress, names what failed, and goes on', async () => {
    const progress = await lastValueFrom(sweep(options).pipe(toArray()));
    expect(progress.map(({ done, total }) => [done, total])).toEqual([
      [1, 4],
      [2, 4],
      [3, 4],
      [4, 4],
    ]);
    expect(progress.slice(0, -1).every(({ result }) => result === undefined)).toBe(true);
    const last = progress.at(-1)?.result;
    expect(last).toBeDefined();
    if (last === undefined) return;
    const { rows, failed, trials, skipped, verdict } = last;
    expect(rows.map(({ parameters }) => parameters['lookback'])).toEqual([2, 5, 13, 9]);
    expect(rows[2]).toMatchObject({ index: 2, error: 'lookback=13: thirteen is refused' });
    expect({ failed, trials, skipped }).toEqual({ failed: 1, trials: 4, skipped: 0 });
    expect(rows[verdict.best]?.performance?.sharpe.perPeriod).toBe(verdict.sharpe);
    expect(verdict.trials).toBe(4);
  });

  test('is the same again', async () => {
    const [one, two] = [await resultOf(), await resultOf()];
    expect(two).toEqual(one);
  });

  test('counts the trials that came before', async () => {
    const [few, many] = [await resultOf(), await resultOf({ earlierTrials: 996 })];
    expect(many.trials).toBe(1_000);
    expect(many.verdict.expectedByLuck).toBeGreaterThan(few.verdict.expectedByLuck);
    expect(many.verdict.deflated).toBeLessThanOrEqual(few.verdict.deflated);
  });

  test('stops at the first error when it is told to', async () => {
    await expect(resultOf({ onError: 'stop' })).rejects.toThrow('lookback=13: thirteen is refused');
  });

  test('ends with the rows so far by a signal, and with nothing by unsubscribing', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const result = await new Promise<SweepResult | undefined>((resolve) => {
      let last: SweepResult | undefined;
      sweep({ ...options, signal: stop.signal }).subscribe({
        next: (progress) => {
          seen.push(progress.done);
          last = progress.result;
          if (progress.done === 1) stop.abort();
        },
        complete: () => resolve(last),
      });
    });
    expect(result?.skipped).toBe(3);
    expect(result?.rows[0]?.performance).toBeDefined();
    const before = new AbortController();
    before.abort();
    expect((await resultOf({ signal: before.signal })).skipped).toBe(4);
    let heard = 0;
    const subscription = sweep(options).subscribe(() => {
      heard++;
      subscription.unsubscribe();
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(heard).toBeLessThanOrEqual(1);
  });

  test('is described by a table with units, trials and a warning', async () => {
    const text = describeSweep(await resultOf({ earlierTrials: 10_000 }));
    expect(text).toMatch(/parameters\s+net profit\s+Sharpe\s+annualised/);
    expect(text).toMatch(/Sharpe per period of 5 s/);
    expect(text).toMatch(/10,004 trials, 1 failed/);
    expect(text).toMatch(/Failed: lookback=13/);
    expect(describeSweep(await resultOf(), 1)).toMatch(/and 2 more/);
    expect(describeSweep(await resultOf({ parameters: [{ lookback: 13 }] }))).toMatch(
      /No trial has a Sharpe/,
    );
  });

  test.each([
    [{ parameters: [] }, 'sweep.parameters'],
    [{ parameters: [3 as never] }, 'sweep.parameters[0]'],
    [{ workers: 1.5 }, 'sweep.workers'],
    [{ workers: 1 }, 'must be the URL of a module'],
    [{ study: new URL('https://example.com/study.js') }, 'must be a file: URL'],
    [{ study: {} as never }, 'sweep.study'],
    [{ from: 3, to: 2 }, 'sweep.to'],
    [{ onError: 'ignore' as never }, 'sweep.onError'],
    [{ earlierTrials: -1 }, 'sweep.earlierTrials'],
    [{ costs: 1, threads: 3 } as never, 'unknown setting "threads"'],
  ])('refuses %o', (change, message) => {
    expect(() => sweep({ ...options, ...(change as Partial<SweepOptions>) })).toThrow(message);
  });

  test('says that a module is no study', async () => {
    const missing = { study: new URL('./nothing-there.js', import.meta.url) };
    await expect(resultOf(missing)).rejects.toThrow('cannot be loaded');
    const other = { study: new URL('../runs.ts', import.meta.url) };
    await expect(resultOf(other)).rejects.toThrow('must export functions "market" and "desk"');
  });
});

describe('folds', () => {
  test('roll or are anchored, with an embargo, and never overlap what they test', () => {
    const at = { from: 0, to: 100, train: 40, test: 20 };
    expect(folds(at)).toEqual([
      { train: { from: 0, to: 40 }, test: { from: 40, to: 60 } },
      { train: { from: 20, to: 60 }, test: { from: 60, to: 80 } },
      { train: { from: 40, to: 80 }, test: { from: 80, to: 100 } },
    ]);
    expect(folds({ ...at, anchored: true, embargo: 10 })).toEqual([
      { train: { from: 0, to: 40 }, test: { from: 50, to: 70 } },
      { train: { from: 0, to: 60 }, test: { from: 70, to: 90 } },
    ]);
    expect(() => folds({ ...at, to: 50 })).toThrow('folds.train');
    expect(() => folds({ ...at, train: -1 })).toThrow('folds.train');
    expect(() => folds({ ...at, test: 0 })).toThrow('folds.test');
    expect(() => folds({ ...at, to: -5 })).toThrow('folds.to');
  });
});

describe('walking forward', () => {
  const walk = {
    study: study(300),
    parameters: { lookback: [2, 5] },
    train: '100s',
    test: '50s',
    embargo: '2s',
    workers: 0,
    period: '5s',
  } as const;

  test('chooses on one window, trades the next, and stitches what came of it', async () => {
    const progress = await lastValueFrom(walkForward(walk).pipe(toArray()));
    const result = progress.at(-1)?.result;
    expect(progress.at(-1)).toMatchObject({ done: 9, total: 9 });
    expect(result?.folds.map(({ test: { from, to } }) => [from - START, to - START])).toEqual([
      [102_000, 152_000],
      [152_000, 202_000],
      [202_000, 252_000],
    ]);
    for (const { train, test, parameters, training, testing } of result?.folds ?? []) {
      expect(test.from - train.to).toBe(2_000);
      expect([2, 5]).toContain(parameters?.['lookback']);
      expect(training?.trades.every(({ opened }) => opened >= train.from)).toBe(true);
      expect(testing?.returns).toHaveLength(10);
      expect(testing?.trades.every(({ opened }) => opened >= test.from)).toBe(true);
    }
    expect(result).toBeDefined();
    if (result === undefined) return;
    const { returns, equity, netProfit, sharpe } = result.outOfSample;
    expect(returns).toHaveLength(30);
    expect(equity.at(-1)).toBeCloseTo(netProfit, 0);
    expect(sharpe.count).toBe(30);
    expect(result.trials).toBe(2);
    expect(describeWalkForward(result)).toMatch(/Out of sample: net profit/);
  });

  test('a fold in which nothing can be chosen trades nothing, and says why', async () => {
    const { result } = await lastValueFrom(walkForward({ ...walk, parameters: [{ lookback: 13 }] }));
    expect(result?.folds[0]).toMatchObject({ parameters: null, testing: null });
    expect(result?.folds[0]?.errors[0]).toMatch(/thirteen/);
    expect(result?.outOfSample.returns).toEqual([]);
    expect(describeWalkForward(result as NonNullable<typeof result>)).toMatch(/nothing/);
  });

  test('refuses what cannot be', async () => {
    expect(() => walkForward({ ...walk, train: 0 })).toThrow('walkForward.train');
    expect(() => walkForward({ ...walk, choose: 'luck' as never })).toThrow('walkForward.choose');
    await expect(lastValueFrom(walkForward({ ...walk, train: '1h' }))).rejects.toThrow('folds.train');
  });
});

describe('costs', () => {
  test('dearer is worse, and the break-even lies where the profit is gone', async () => {
    const { result } = await lastValueFrom(
      sensitivity({
        study: study(150),
        parameters: { lookback: 3 },
        fees: [0, 1, 500],
        slippage: [0, 0.0005],
        latency: [0],
        workers: 0,
        period: '10s',
      }),
    );
    const profitOf = (place: number): number => result?.rows[place]?.performance?.netProfit as number;
    expect(result?.rows).toHaveLength(6);
    expect(profitOf(0)).toBeGreaterThan(profitOf(1));
    expect(profitOf(1)).toBeGreaterThan(profitOf(4));
    expect(result?.rows[0]?.performance?.fees).toBe(0);
    expect(result?.breakEvenCost).toBeGreaterThan(0);
    expect(result?.breakEvenFees).toBeGreaterThan(1);
    expect(result?.breakEvenFees).toBeLessThan(500);
    expect(describeSensitivity(result as NonNullable<typeof result>)).toMatch(/Break-even cost: [\d.]+ bp/);
  });

  test('refuses costs that are none', () => {
    const some = { study: study(10), workers: 0 };
    expect(() => sensitivity({ ...some, fees: [] })).toThrow('sensitivity.fees');
    expect(() => sensitivity({ ...some, latency: [-1] })).toThrow('sensitivity.latency');
    expect(() => sensitivity({ ...some, slippage: [Number.NaN] })).toThrow('sensitivity.slippage');
  });
});

describe('Monte Carlo', () => {
  const trades = Array.from({ length: 60 }, (_, nth) => 2 + 10 * Math.sin(nth * 2.1));

  test('the same seed draws the same; another does not', () => {
    expect(monteCarlo(trades, { seed: 3, samples: 200 })).toEqual(
      monteCarlo(trades, { seed: 3, samples: 200 }),
    );
    expect(monteCarlo(trades, { seed: 4, samples: 200 }).netProfit).not.toEqual(
      monteCarlo(trades, { seed: 3, samples: 200 }).netProfit,
    );
  });

  test('a shuffle changes the way and not the end', () => {
    const { netProfit, observed, maximumDrawdown } = monteCarlo(trades, { method: 'shuffle', samples: 500 });
    expect(netProfit.low).toBeCloseTo(observed.netProfit, 8);
    expect(netProfit.high).toBeCloseTo(observed.netProfit, 8);
    expect(maximumDrawdown.high).toBeGreaterThan(maximumDrawdown.low);
  });

  test('a bootstrap has the mean of the sum and its deviation, as the arithmetic says', () => {
    const { netProfit, observed } = monteCarlo(trades, { samples: 5_000, confidence: 0.6827 });
    const mean = observed.netProfit / trades.length;
    const variance = trades.reduce((sum, each) => sum + (each - mean) ** 2, 0) / trades.length;
    const deviation = Math.sqrt(variance * trades.length);
    expect(Math.abs(netProfit.mean - observed.netProfit)).toBeLessThan(0.08 * deviation);
    expect((netProfit.high - netProfit.low) / 2 / deviation).toBeCloseTo(1, 1);
  });

  test('blocks keep runs of losses together: deeper drawdowns where losses come in runs', () => {
    const runs = Array.from({ length: 100 }, (_, nth) => (nth % 20 < 10 ? 1 : -1));
    const single = monteCarlo(runs, { samples: 1_000 }).maximumDrawdown.median;
    const blocks = monteCarlo(runs, { samples: 1_000, method: 'blocks', block: 10 }).maximumDrawdown.median;
    expect(blocks).toBeGreaterThan(1.3 * single);
  });

  test('is described, and refuses what are no results', () => {
    expect(describeMonteCarlo(monteCarlo(trades, { samples: 100 }))).toMatch(/100 samples of 60 results/);
    expect(() => monteCarlo([1])).toThrow('monteCarlo.results');
    expect(() => monteCarlo([1, Number.NaN])).toThrow('monteCarlo.results[1]');
    expect(() => monteCarlo(trades, { block: 0.5 })).toThrow('monteCarlo.block');
    expect(() => monteCarlo(trades, { confidence: 1 })).toThrow('monteCarlo.confidence');
    expect(() => monteCarlo(trades, { samples: 0 })).toThrow('monteCarlo.samples');
    expect(() => monteCarlo(trades, { method: 'wild' as never })).toThrow('monteCarlo.method');
  });
});
