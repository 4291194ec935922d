import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BUDGETS } from './size-budgets.js';

const built = existsSync('dist/index.js');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, { default?: string } | string>;
};
const STATIC = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"](\.[^'"]+)['"]/g;

/** Bytes of all files of ours that an entry loads before anything is called. */
function loadedBy(entry: string): number {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(STATIC))
      visit(resolve(join(dirname(file), target)));
  };
  visit(resolve(entry));
  return [...seen].reduce((sum, file) => sum + readFileSync(file).length, 0);
}

describe.skipIf(!built && process.env['CI'] !== 'true')(
  'the size budget of each entry (skipped without a build: npm run build)',
  () => {
    const entries = Object.entries(manifest.exports).flatMap(([name, value]) =>
      typeof value === 'object' && value.default !== undefined ? [[name, value.default] as const] : [],
    );

    test('names every entry, and none that is gone', () => {
      expect(Object.keys(BUDGETS).sort()).toEqual(entries.map(([name]) => name).sort());
    });

    test.each(entries)('%s', (name, file) => {
      const kilobytes = loadedBy(file) / 1_024;
      expect(kilobytes).toBeGreaterThan(1);
      expect(kilobytes, `${name} loads ${kilobytes.toFixed(0)} kB`).toBeLessThanOrEqual(BUDGETS[name] ?? 0);
    });
  },
);
