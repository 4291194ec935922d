import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { SweepResult, WalkForwardResult } from '../../src/research/index.js';
import { simulateMarket } from '../../src/streams/simulator/index.js';
import { verifyDesk } from '../../src/testing/index.js';
import { describeBuilt } from '../desk/built.js';
import { fullDesk } from '../properties/full-desk.js';

const ROOT = resolve(import.meta.dirname, '../..');
const LONG = process.env['MILLRACE_LONG'] === '1';
const why = LONG ? '' : ' (skipped: MILLRACE_LONG=1 runs it)';

/** A program that imports the built package by its name. */
const told = (program: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: ROOT,
    encoding: 'utf8',
    timeout: 120_000,
  });

describe.skipIf(!LONG)(`verifyDesk on desks that are known to be right${why}`, () => {
  test.each([1])('the desk of all stages, seed %i', async (seed) => {
    const source = simulateMarket({ seed, duration: 5_000 });
    const result = await verifyDesk(() => fullDesk(source.instruments), source, {
      seed,
      runs: 2,
      crashes: 6,
    });
    expect(result.skipped).toEqual([]);
    expect(result.checks).toHaveLength(9);
    expect(result.orders).toBeGreaterThan(20);
  });
});

describe.skipIf(!LONG)(`the example desk and sweeps, built${why}`, () => {
  describeBuilt('verifyDesk', '.examples/desk/desk.js', ({ path }) => {
    test('finds nothing to say of the example desk', () => {
      const printed = told(`
        import { verifyDesk } from 'millrace/testing';
        import { simulateMarket } from 'millrace/streams';
        import { exampleDesk } from ${JSON.stringify(pathToFileURL(path).href)};
        const source = simulateMarket({ seed: 7, duration: 40_000 });
        const options = { asset: 'BTC', sample: 100, capital: 1e6, budget: 1e5, maxPosition: 20, maxVenueExposure: 1e6, maxDailyLoss: 1e5 };
        const { checks, orders } = await verifyDesk(() => exampleDesk(source.instruments, options), source, { runs: 2 });
        console.log(JSON.stringify({ checks: checks.length, orders }));
      `);
      expect(JSON.parse(printed)).toMatchObject({ checks: 9 });
      expect((JSON.parse(printed) as { orders: number }).orders).toBeGreaterThan(0);
    });
  });

  describeBuilt('a sweep', '.examples/parameter-sweep.js', (example) => {
    test('sweeps in worker threads, and says how much of the best is luck', async () => {
      const two = await example.run(['--minutes', '3', '--workers', '2', '--json']);
      expect(two).toMatchObject({ code: 0, stderr: '24 combinations in 2 worker threads\n' });
      const result = JSON.parse(two.stdout) as SweepResult;
      expect(result).toMatchObject({ trials: 24, failed: 0, skipped: 0 });
      expect(result.rows.map(({ index }) => index)).toEqual(Array.from({ length: 24 }, (_, index) => index));
      expect(result.rows.some(({ performance }) => (performance?.fills ?? 0) > 0)).toBe(true);
      expect(result.verdict.warning).toMatch(/The best of 24 trials/);
    });

    test('gives the same with one worker as with three', async () => {
      const [one, three] = [
        await example.run(['--minutes', '4', '--workers', '1', '--json']),
        await example.run(['--minutes', '4', '--workers', '3', '--json']),
      ];
      expect(one.code).toBe(0);
      expect(one.stdout).toBe(three.stdout);
    });

    test('goes on when a worker dies, names the combination, and leaves no thread behind', () => {
      const folder = mkdtempSync(join(tmpdir(), 'millrace-sweep-'));
      try {
        const study = join(folder, 'study.mjs');
        writeFileSync(
          study,
          `import * as crossover from ${JSON.stringify(`${pathToFileURL(example.path).href}?minutes=3&seed=1`)};
           export const market = crossover.market;
           export const desk = (parameters, instruments) => {
             if (parameters.fast === 10) process.exit(3);
             return crossover.desk(parameters, instruments);
           };`,
        );
        // A thread that stays would keep the process, and the time limit would end it.
        const printed = told(`
          import { lastValueFrom } from 'rxjs';
          import { sweep } from 'millrace/research';
          const options = { study: new URL(${JSON.stringify(pathToFileURL(study).href)}), workers: 2, period: '10s' };
          const parameters = { fast: [5, 10, 20], slow: [60], band: [0] };
          const { result } = await lastValueFrom(sweep({ ...options, parameters }));
          const unused = sweep({ ...options, parameters }).subscribe();
          setTimeout(() => unused.unsubscribe(), 200);
          console.log(JSON.stringify(result.rows.map(({ error, performance }) => error ?? performance.returns.length)));
        `);
        expect(JSON.parse(printed)).toEqual([18, 'fast=10 slow=60 band=0: its worker ended', 18]);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    });
  });

  describeBuilt('walking forward', '.examples/walk-forward.js', (example) => {
    test('trades only what was chosen before', async () => {
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
});
