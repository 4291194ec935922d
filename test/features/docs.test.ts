import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import * as exported from '../../src/operators/features/index.js';
import { ALL_FEATURES } from './all-features.js';

const page = readFileSync(resolve(import.meta.dirname, '../../docs/features.md'), 'utf8');

it('the page of features has a row for each, and each is in the tests of all', () => {
  const kinds = new Set(ALL_FEATURES.map(({ fingerprint }) => fingerprint.replace(/\(.*$/, '')));
  const rows = page.split('\n').filter((line) => line.startsWith('| `'));
  for (const name of Object.keys(exported)) {
    if (name === 'feature') continue;
    expect(rows.filter((row) => (row.split('|')[1] as string).includes(`\`${name}\``))).toHaveLength(1);
    expect(kinds.has(name)).toBe(true);
  }
});

it('each says what it is counted in and where it comes from', () => {
  for (const { fingerprint, unit, source, warmUp } of ALL_FEATURES) {
    if (fingerprint === 'widest()') continue;
    expect([fingerprint, unit ?? '', source ?? ''].every((text) => text.length > 3 || text === 'none')).toBe(
      true,
    );
    expect(warmUp).toBeGreaterThanOrEqual(1);
  }
});
