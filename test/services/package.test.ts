import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const built = existsSync(join(ROOT, 'dist/index.js'));

// It installs what the package depends on from the registry, as a user would.
describe.skipIf(process.env['MILLRACE_LONG'] === undefined || (!built && process.env['CI'] !== 'true'))(
  'the packed tarball in an empty project (skipped without MILLRACE_LONG or a build)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'packed-'));
    const run = (file: string, ...args: string[]): string =>
      execFileSync(file, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe', timeout: 180_000 });
    afterAll(() => rmSync(folder, { recursive: true }));

    beforeAll(() => {
      execFileSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
        cwd: ROOT,
        stdio: 'pipe',
      });
      const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz')) as string;
      writeFileSync(join(folder, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
      run('npm', 'install', '--no-audit', '--no-fund', `./${tarball}`);
    }, 240_000);

    test('installs little: no package that only some users need', () => {
      const installed = readdirSync(join(folder, 'node_modules')).filter((name) => !name.startsWith('.'));
      expect(installed).toContain('millrace');
      for (const heavy of ['ccxt', 'zeromq', 'apache-arrow', 'redis', 'prom-client', 'vitest'])
        expect(installed).not.toContain(heavy);
    });

    test('is used from plain JavaScript, as a module and by require', () => {
      writeFileSync(
        join(folder, 'esm.mjs'),
        `import { compose } from 'millrace';
         import { books } from 'millrace/operators';
         import { backtest, simulateMarket } from 'millrace/streams';
         const source = simulateMarket({ seed: 1, duration: 2_000 });
         let frames = 0;
         backtest(compose({ instruments: source.instruments }, books()), source).subscribe({
           next: () => { frames += 1; },
           complete: () => console.log('frames', frames),
         });`,
      );
      expect(run(process.execPath, 'esm.mjs')).toMatch(/^frames [1-9]\d+\n$/);
      writeFileSync(
        join(folder, 'common.cjs'),
        `const { compose } = require('millrace');
         const { books } = require('millrace/operators');
         console.log(typeof compose, typeof books);`,
      );
      expect(run(process.execPath, '--no-warnings', 'common.cjs')).toBe('function function\n');
    });

    test('is used from TypeScript, with its types', () => {
      writeFileSync(
        join(folder, 'typed.ts'),
        `import { compose, type Frame, pure } from 'millrace';
         import { books, dispatch, type MarketFields } from 'millrace/operators';
         export const core = compose({ instruments: [] }, books(), pure('x', ({ mid }: Frame & MarketFields) => mid, 0));
         // @ts-expect-error nothing was approved: dispatch does not compile without risk
         export const wrong = compose({ instruments: [] }, books(), dispatch());`,
      );
      writeFileSync(
        join(folder, 'tsconfig.json'),
        JSON.stringify({
          compilerOptions: { target: 'es2022', module: 'nodenext', strict: true, noEmit: true, types: [] },
          include: ['typed.ts'],
        }),
      );
      expect(run(process.execPath, join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', '.')).toBe('');
    });

    test('has its command, its starter and its documents', () => {
      expect(run('npx', '--no-install', 'millrace', '--version')).toMatch(/^\d+\.\d+\.\d+\n$/);
      expect(run('npx', '--no-install', 'millrace', 'init', 'desk')).toContain('desk is ready');
      expect(existsSync(join(folder, 'node_modules/millrace/docs/guide/README.md'))).toBe(true);
    });

    test('says what to install when an optional package is missing', () => {
      writeFileSync(
        join(folder, 'missing.mjs'),
        `import { binance } from 'millrace/venues/binance';
         import { openBridge } from 'millrace/failover';
         console.log(typeof binance);
         await openBridge({ node: 'a', bind: 'tcp://127.0.0.1:*' }).catch(({ message }) => console.log(message));`,
      );
      const printed = run(process.execPath, 'missing.mjs');
      expect(printed).toMatch(/^function\n/);
      expect(printed).toMatch(/npm install zeromq/);
    });
  },
);
