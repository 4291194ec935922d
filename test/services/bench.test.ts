import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';

interface Result {
  readonly title: string;
  readonly method: string;
  readonly rows: readonly { readonly what: string }[];
  readonly goals: readonly { readonly what: string; readonly value: number; readonly bound: number }[];
  readonly digests?: readonly string[];
}

const node = (...given: string[]): string =>
  execFileSync(process.execPath, given, { encoding: 'utf8', maxBuffer: 1 << 26 });

/** Those of one process. `bridge` and `failover`, which run several, are run by hand: they take as long as the machine lets them. `ema` checks its own results, and test/properties/ema-case.test.ts has its case. */
const NAMES = [
  'reference',
  'reference-parts',
  'pass-through',
  'sequencer',
  'bars',
  'chain',
  'routing',
  'risk',
  'ledger',
  'heap-growth',
  'journal',
  'peers',
];

/** The benchmarks run against the built package, as a user would. */
beforeAll(() => {
  if (!existsSync('dist/index.js')) node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json');
  if (!existsSync('.examples/mirrored-pair/main.js'))
    node('node_modules/typescript/bin/tsc', '-p', 'tsconfig.examples.json');
}, 60_000);

describe('npm run bench', () => {
  test('measures everything, does equal work in all variants, and says so in one object', () => {
    const results: Record<string, Result> = {};
    for (const name of NAMES)
      Object.assign(results, JSON.parse(node('bench/main.js', '--only', name, '--quick', '--json')));
    expect(Object.keys(results)).toEqual(NAMES);
    for (const { title, method, rows, goals } of Object.values(results)) {
      expect(title).not.toBe('');
      expect(method).not.toBe('');
      expect(rows.length).toBeGreaterThan(0);
      for (const { what, value, bound } of goals) {
        expect(what).not.toBe('');
        expect(Number.isFinite(value) && Number.isFinite(bound)).toBe(true);
      }
    }
    // One loop by hand, one over kernels, two composed: the same targets, orders, fills and profit to the bit.
    expect(results['reference']?.rows.map(({ what }) => what)).toEqual([
      'inlined',
      'kernel loop',
      'kernel loop over events',
      'composed',
      'under run',
    ]);
    expect(results['reference']?.digests).toHaveLength(1);
    expect(results['chain']?.digests).toHaveLength(1);
    // Of packages too that are not of this project: those that are there have the same results, the others are told how to come.
    expect(results['peers']?.digests).toHaveLength(5);
    expect(results['peers']?.rows.map(({ what }) => what)).toContain('levels of a book: ccxt OrderBook');
    const joins = results['reference']?.goals.find(({ what }) => what.includes('evaluations of a join'));
    expect(joins?.value).toBe(1);
  });

  test('explains itself, and refuses what it does not know', () => {
    expect(node('bench/main.js', '--help')).toContain('--quick');
    expect(() =>
      execFileSync(process.execPath, ['bench/main.js', '--only', 'luck'], {
        encoding: 'utf8',
        stdio: 'pipe',
      }),
    ).toThrow(/reference, reference-parts, pass-through/);
  });
});
