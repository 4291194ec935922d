import { expect, it } from 'vitest';
import type { SweepResult, WalkForwardResult } from '../../src/research/index.js';
import { describeBuilt } from '../desk/built.js';

describeBuilt('the parameter sweep', '.examples/parameter-sweep.js', (example) => {
  it('sweeps in worker threads, and says how much of the best is luck', async () => {
    const two = await example.run(['--minutes', '3', '--workers', '2', '--json']);
    expect(two).toMatchObject({ code: 0, stderr: '24 combinations in 2 worker threads\n' });
    const result = JSON.parse(two.stdout) as SweepResult;
    expect(result).toMatchObject({ trials: 24, failed: 0, skipped: 0 });
    expect(result.rows.map(({ index }) => index)).toEqual(Array.from({ length: 24 }, (_, index) => index));
    expect(result.rows.some(({ performance }) => (performance?.fills ?? 0) > 0)).toBe(true);
    expect(result.verdict.warning).toMatch(/The best of 24 trials/);
  });

  it('ends by Ctrl-C with the rows so far', async () => {
    const { code, stdout } = await example.run(['--minutes', '60', '--json'], 0);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ trials: 24 });
    expect((JSON.parse(stdout) as SweepResult).skipped).toBeGreaterThan(0);
  });

  it('refuses options that cannot be, in one line', async () => {
    const { code, stderr } = await example.run(['--minutes', '1']);
    expect(code).toBe(2);
    expect(stderr).toBe('error: --minutes must be an integer of at least 3, not "1"\n');
    expect((await example.run(['--speed', '9'])).code).toBe(2);
  });
});

describeBuilt('walking forward', '.examples/walk-forward.js', (example) => {
  it('trades only what was chosen before', async () => {
    const { code, stdout, stderr } = await example.run(['--minutes', '3', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { folds, outOfSample } = JSON.parse(stdout) as WalkForwardResult;
    expect(folds.length).toBeGreaterThanOrEqual(3);
    for (const { train, test, parameters } of folds) {
      expect(test.from - train.to).toBe(5_000);
      expect(parameters).not.toBeNull();
    }
    expect(outOfSample.returns.length).toBeGreaterThanOrEqual(6);
  });
});

describeBuilt('a feature and a stage of one’s own', '.examples/custom-stage.js', (example) => {
  it('tells regimes apart, and does not look ahead', async () => {
    const { code, stdout, stderr } = await example.run(['--minutes', '1']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/\d s\s+calm\s+0\.\d\d/);
    expect(stdout).toMatch(/one-sided: \d+ s/);
    expect(stdout).toMatch(/Look-ahead: none found/);
  });
});

describeBuilt('a pair on a calendar spread', '.examples/calendar-spread.js', (example) => {
  it('trades both legs, and tells what was not hedged', async () => {
    const { code, stdout, stderr } = await example.run(['--minutes', '3', '--json']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const { performance, held, legged } = JSON.parse(stdout) as {
      performance: { trades: { instrument: string }[]; netProfit: number; fees: number };
      held: { symbol: string; lots: number }[];
      legged: number;
    };
    expect(new Set(performance.trades.map(({ instrument }) => instrument)).size).toBe(2);
    expect(performance.fees).toBeGreaterThan(0);
    expect(held.map(({ symbol }) => symbol)).toEqual(['MBTH6', 'MBTJ6']);
    expect(legged).toBeGreaterThanOrEqual(0);
  });
});
