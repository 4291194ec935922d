import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { budgetFor, loadedBy } from './loaded-by.js';
import { BUDGETS } from './size-budgets.js';

const built = existsSync('dist/index.js');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  exports: Record<string, { default?: string } | string>;
};
const entries = Object.entries(manifest.exports).flatMap(([name, value]) =>
  typeof value === 'object' && value.default !== undefined ? [[name, value.default] as const] : [],
);

describe.skipIf(!built && process.env['CI'] !== 'true')(
  'the size budget of each entry (skipped without a build: npm run build)',
  () => {
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

describe.skipIf(process.env['MILLRACE_WRITE_SIZES'] === undefined)('npm run sizes', () => {
  test('writes the budgets anew, from what is built', () => {
    const path = 'test/package/size-budgets.ts';
    const before = readFileSync(path, 'utf8');
    const table = entries
      .map(([name, file]) => `  '${name}': ${budgetFor(loadedBy(file) / 1_024)},\n`)
      .join('');
    const after = before.replace(/(= \{\n)[\s\S]*(\};\n)$/, (_all, head, tail) => `${head}${table}${tail}`);
    writeFileSync(path, after);
    expect(after).toContain("'.': ");
  });
});
