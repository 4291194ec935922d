import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { describeBuilt } from '../desk/built.js';

interface Result {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly goals: readonly { readonly what: string; readonly value: number }[];
}

const quick = (name: string): Result =>
  (
    JSON.parse(
      execFileSync(process.execPath, ['bench/main.js', '--only', name, '--quick', '--json'], {
        encoding: 'utf8',
        maxBuffer: 1 << 26,
      }),
    ) as Record<string, Result>
  )[name] as Result;
const whats = ({ rows }: Result): string[] => rows.map(({ what }) => String(what));

describeBuilt('the benches of features and signals', 'dist/feature-store/index.js', () => {
  it('features: every feature is measured, and compared where the values are equal', () => {
    const result = quick('features');
    expect(result.rows.length).toBeGreaterThan(45);
    const equal = (name: string) => result.rows.find(({ what }) => what === name)?.['equal values'];
    // Equal values are checked before speed is compared: these formulas and seeds are the same everywhere.
    for (const name of ['sma 20', 'sma 2000', 'wma 20', 'ema 20', 'bollinger 20', 'atr 14', 'adx 14'])
      expect(equal(name)).toBe('trading-signals, technicalindicators');
    expect(equal('kama 10')).toBe('');
    expect(result.goals.map(({ value }) => Number.isFinite(value))).toEqual([true, true]);
  }, 120_000);

  it('the feature store, with models here and in workers', () => {
    const result = quick('feature-store');
    for (const what of ['online asOf', 'trainingSet', 'large here, millrace', 'large worker, millrace'])
      expect(whats(result)).toContain(what);
  }, 120_000);

  it('signals in process and over each feed', () => {
    expect(whats(quick('signals'))).toEqual(
      expect.arrayContaining([
        'into the pool of a pipeline',
        'through a feed in memory',
        'through a feed over ZeroMQ (ipc)',
      ]),
    );
  }, 120_000);
});
