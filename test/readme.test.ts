import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freePorts } from './deploy/members.js';

const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string);
const built = existsSync('dist/index.js');
const folder = '.readme';
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
    () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      try {
        const marble = blocks.slice(0, 2);
        const imports = marble.flatMap((block) => block.match(/^import [\s\S]*?;$/gm) ?? []);
        const bodies = marble.map((block) => block.replace(/^import [\s\S]*?;$/gm, ''));
        const code = [...imports, ...bodies].join('\n');
        writeFileSync(`${folder}/readme.test.ts`, code);
        // Drawn as the README draws it wrongly.
        writeFileSync(`${folder}/late.test.ts`, code.replace('------b---s-', '------b--s--'));
        writeFileSync(
          `${folder}/tsconfig.json`,
          JSON.stringify({
            extends: '../tsconfig.json',
            compilerOptions: { isolatedDeclarations: false, declaration: false, rootDir: '..' },
            include: ['readme.test.ts'],
          }),
        );
        writeFileSync(
          `${folder}/vitest.config.ts`,
          `export default { test: { include: ['*.test.ts'], root: '${folder}' } };`,
        );
        execFileSync('npx', ['tsc', '-p', folder], { stdio: 'pipe' });
        const { stdout, stderr } = spawnSync(
          'npx',
          ['vitest', 'run', '--config', `${folder}/vitest.config.ts`],
          { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } },
        );
        expect(stdout).toMatch(/Tests +1 failed \| 1 passed/);
        const [, failure = ''] = readme.match(/```\n(AssertionError: [\s\S]*?)```/) ?? [];
        expect(failure).toMatch(/late by/);
        expect(stderr).toContain(failure.trimEnd());
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );

  test.skipIf(!built && process.env['CI'] !== 'true')(
    'has a member of a pair that leads, and ends in good order (skipped without a build: npm run build)',
    { timeout: 120_000 },
    async () => {
      const [strategy, , failover] = blocks as [string, string, string];
      const place = '.readme-pair';
      const away = mkdtempSync(join(tmpdir(), 'millrace-readme-'));
      rmSync(place, { recursive: true, force: true });
      mkdirSync(place);
      try {
        const [one, two] = await freePorts(2);
        writeFileSync(
          `${place}/pair.ts`,
          [
            strategy,
            // As it is printed, but for ports that are free here.
            failover.replace(':7001', `:${one}`).replace(':7002', `:${two}`),
            "member.report$.subscribe(({ role }) => { if (role === 'solo') void member.stop(); });",
          ].join('\n'),
        );
        writeFileSync(
          `${place}/tsconfig.json`,
          JSON.stringify({
            extends: '../tsconfig.json',
            compilerOptions: {
              isolatedDeclarations: false,
              declaration: false,
              noEmit: false,
              rootDir: '..',
              outDir: 'out',
            },
            include: ['pair.ts'],
          }),
        );
        execFileSync('npx', ['tsc', '-p', place], { stdio: 'pipe' });
        // It leads, since nobody else is there, and ends with code 0.
        execFileSync(process.execPath, [resolve(place, 'out', place, 'pair.js')], {
          cwd: away,
          stdio: 'pipe',
          timeout: 60_000,
        });
        expect(existsSync(join(away, 'journal-a'))).toBe(true);
        expect(readFileSync(join(away, 'register'), 'utf8')).toContain('epoch\\":1');
      } finally {
        rmSync(place, { recursive: true, force: true });
        rmSync(away, { recursive: true, force: true });
      }
    },
  );
});
