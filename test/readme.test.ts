import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePorts } from './deploy/members.js';
import { withPrintedCode } from './printed-code.js';

const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string);
const built = existsSync('dist/index.js');
const linesOf = (code: string): number => code.split('\n').filter((line) => line.trim() !== '').length;

describe('the README', () => {
  test('shows a strategy in fewer than 30 lines, and its marble test', () => {
    expect(blocks).toHaveLength(3);
    const [strategy, , failover] = blocks as [string, string, string];
    expect(linesOf(strategy)).toBeLessThan(30);
    expect(linesOf(failover.replace(/^import .*;$/gm, ''))).toBe(5);
  });

  // The blocks import the package by its name, which is the build.
  test.skipIf(!built && process.env['CI'] !== 'true')(
    'has code that compiles and passes as it is printed (skipped without a build: npm run build)',
    { timeout: 120_000 },
    async () => {
      const marble = blocks.slice(0, 2);
      const imports = marble.flatMap((block) => block.match(/^import [\s\S]*?;$/gm) ?? []);
      const bodies = marble.map((block) => block.replace(/^import [\s\S]*?;$/gm, ''));
      const code = [...imports, ...bodies].join('\n');
      // The second is drawn as the README draws it wrongly.
      const files = new Map([
        ['readme.test.ts', code],
        ['late.test.ts', code.replace('------b---s-', '------b--s--')],
      ]);
      await withPrintedCode('.readme', files, (printed) => {
        const { stdout, stderr } = printed.test();
        expect(stdout).toMatch(/Tests +1 failed \| 1 passed/);
        const [, failure = ''] = readme.match(/```\n(AssertionError: [\s\S]*?)```/) ?? [];
        expect(failure).toMatch(/late by/);
        expect(stderr).toContain(failure.trimEnd());
      });
    },
  );

  test.skipIf(!built && process.env['CI'] !== 'true')(
    'has a member of a pair that leads, and ends in good order (skipped without a build: npm run build)',
    { timeout: 120_000 },
    async () => {
      const [strategy, , failover] = blocks as [string, string, string];
      const away = mkdtempSync(join(tmpdir(), 'millrace-readme-'));
      const [one, two] = await freePorts(2);
      const code = [
        strategy,
        // As it is printed, but for ports that are free here.
        failover.replace(':7001', `:${one}`).replace(':7002', `:${two}`),
        "member.report$.subscribe(({ role }) => { if (role === 'solo') void member.stop(); });",
      ].join('\n');
      try {
        await withPrintedCode('.readme-pair', new Map([['pair.ts', code]]), (printed) => {
          // It leads, since nobody else is there, and ends with code 0.
          execFileSync(process.execPath, [printed.programOf('pair')], {
            cwd: away,
            stdio: 'pipe',
            timeout: 60_000,
          });
          expect(existsSync(join(away, 'journal-a'))).toBe(true);
          expect(readFileSync(join(away, 'register'), 'utf8')).toContain('epoch\\":1');
        });
      } finally {
        rmSync(away, { recursive: true, force: true });
      }
    },
  );
});
