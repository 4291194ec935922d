import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { SecondTries } from './test/second-tries.ts';

/**
 * Folders whose tests touch nothing outside of themselves: no process, no server, no global. Their files share a process each
 * worker, so that the source is loaded once and not a hundred times.
 */
const PURE = [
  'bars',
  'books',
  'core',
  'domain',
  'ensemble',
  'expected',
  'feature-store',
  'features',
  'journal',
  'ledger',
  'marbles',
  'monitoring',
  'properties',
  'reference',
  'risk',
  'routing',
  'scoring',
  'simulation',
  'simulator',
  'streams',
  'time',
];

/** What all tests that run have in common. */
const RUNS = {
  setupFiles: ['test/setup.ts'],
  // What is built runs as it is: transforming it again costs seconds.
  server: { deps: { external: [/\/dist\//, /\/\.examples\//] } },
  testTimeout: 120_000,
};

export default defineConfig({
  test: {
    reporters: ['default', new SecondTries()],
    // Without a number it leaves a core to itself: on two cores that is half of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'run',
          // By what is taken in: an exclusion here would hide the one of the command line.
          include: [`test/!(${PURE.join('|')})/**/*.test.ts`, 'test/*.test.ts'],
          // A process, a socket or a server may be late on a machine that others use. What needed its second try is named at
          // the end and is to be looked at; nothing is tried anew at a desk, nor among the kills of test/chaos.
          retry: process.env['CI'] === 'true' ? 1 : 0,
          ...RUNS,
        },
      },
      {
        extends: true,
        test: {
          name: 'pure',
          include: PURE.map((folder) => `test/${folder}/**/*.test.ts`),
          isolate: false,
          ...RUNS,
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
