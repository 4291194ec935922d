import { defineConfig } from 'vitest/config';

/** The tests that `npm run mutate` measures, with few random histories: each mutant runs those that reach it. */
export default defineConfig({
  test: {
    include: [
      'test/risk/**/*.test.ts',
      'test/ledger/**/*.test.ts',
      'test/marbles/{risk,ledger,dispatch}*.test.ts',
    ],
    setupFiles: ['test/setup.ts'],
    testTimeout: 120_000,
    env: { MILLRACE_HISTORIES: '60' },
  },
});
