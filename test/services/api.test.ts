import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';

const built = existsSync('dist/index.d.ts');

// Its compiler reads the declarations of the whole package: some seconds, so it stands with the long tests.
test.skipIf(process.env['MILLRACE_LONG'] !== '1' || (!built && process.env['CI'] !== 'true'))(
  'docs/api says what is exported, with doc comments and examples that compile (MILLRACE_LONG=1; npm run build)',
  () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['test/package/api-pages.mjs', '--check'],
      {
        encoding: 'utf8',
      },
    );
    expect(stderr, 'run npm run api, and review what it changes in docs/api').toBe('');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^\d+ exported names/);
  },
);
