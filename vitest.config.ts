import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    // Without a number it leaves a core to itself: on two cores that is half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'run',
          include: ['test/**/*.test.ts'],
          setupFiles: ['test/setup.ts'],
          // What is built runs as it is: transforming it again costs seconds.
          server: { deps: { external: [/\/dist\//, /\/\.examples\//] } },
          testTimeout: 120_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: './tsconfig.json',
          },
        },
      },
    ],
  },
});
