import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const BUILT = existsSync(join(ROOT, 'dist/index.js'));
/** What users are promised; a busy machine may take longer, so the test itself is generous. */
const GOAL = 100;
const LIMIT = 1_000;

const PROGRAM = `
  const start = performance.now();
  const entry = await import('millrace');
  const took = performance.now() - start;
  console.log(JSON.stringify({ took, names: Object.keys(entry).length }));
`;

/** Loads the built package by its name in a process of its own. */
function load(): { readonly took: number; readonly names: number } {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', PROGRAM], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  return JSON.parse(output) as { took: number; names: number };
}

describe('the main entry', () => {
  test.skipIf(!BUILT && process.env['CI'] !== 'true')(
    BUILT ? 'loads fast in a fresh process' : 'loads fast (skipped: no dist; run `npm run build`)',
    () => {
      expect(BUILT, 'dist/index.js is missing: build before the tests').toBe(true);
      const runs = Array.from({ length: 5 }, load);
      expect(runs.every(({ names }) => names > 10)).toBe(true);
      const times = runs.map(({ took }) => took).sort((a, b) => a - b);
      const median = times[2] as number;
      console.log(`import('millrace') takes ${median.toFixed(0)} ms (median of 5; the goal is ${GOAL} ms)`);
      expect(median).toBeLessThan(LIMIT);
    },
  );
});
