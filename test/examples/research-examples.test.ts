import { expect, it } from 'vitest';
import type { SweepResult } from '../../src/research/index.js';
import { describeBuilt } from '../desk/built.js';

describeBuilt('the parameter sweep', '.examples/parameter-sweep.js', (example) => {
  it('ends by Ctrl-C with the rows so far', async () => {
    const { code, stdout } = await example.run(['--minutes', '60', '--json'], 0);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ trials: 24 });
    expect((JSON.parse(stdout) as SweepResult).skipped).toBeGreaterThan(0);
  });

  it('refuses options that cannot be, in one line', async () => {
    const { code, stderr } = await example.run(['--minutes', '1']);
    expect(code).toBe(2);
    expect(stderr).toBe('--minutes must be a whole number from 3 to 1440, not "1"; see --help\n');
  });
});

describeBuilt('walking forward', '.examples/walk-forward.js', (example) => {
  it('refuses options that cannot be, in one line (MILLRACE_LONG=1 runs it, in test/services)', async () => {
    const { code, stderr } = await example.run(['--workers', '0']);
    expect(code).toBe(2);
    expect(stderr).toBe('--workers must be a whole number from 1 to 64, not "0"; see --help\n');
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
