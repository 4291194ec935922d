import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const PAGES = 'docs/guide';
const folder = '.guide';
const pages = readdirSync(PAGES).filter((name) => name.endsWith('.md'));
const built = existsSync('dist/index.js');

/** The blocks of a page, one behind the other, and whether they are run. */
function moduleOf(page: string): { readonly code: string; readonly runs: boolean } | undefined {
  const blocks = [...readFileSync(join(PAGES, page), 'utf8').matchAll(/```ts( no-run)?\n([\s\S]*?)```/g)];
  if (blocks.length === 0) return undefined;
  return {
    code: blocks.map(([, , block]) => block).join('\n'),
    runs: blocks.every(([, only]) => only === undefined),
  };
}

describe('the guide', () => {
  test('has pages, and every link in it leads to a file', () => {
    expect(pages.length).toBeGreaterThan(10);
    for (const page of pages) {
      const text = readFileSync(join(PAGES, page), 'utf8');
      for (const [, target = ''] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g))
        expect(existsSync(join(PAGES, target)), `${page}: ${target}`).toBe(true);
    }
  });

  // The blocks import the package by its name, which is the build.
  test.skipIf(!built && process.env['CI'] !== 'true')(
    'has code that compiles and runs as it is printed (skipped without a build: npm run build)',
    { timeout: 300_000 },
    () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      try {
        const programs: string[] = [];
        let tests = 0;
        for (const page of pages) {
          const made = moduleOf(page);
          if (made === undefined) continue;
          const isTest = made.code.includes("from 'vitest'");
          const name = page.replace('.md', isTest ? '.test' : '');
          writeFileSync(join(folder, `${name}.ts`), made.code);
          if (isTest) tests += 1;
          else if (made.runs) programs.push(name);
        }
        writeFileSync(
          join(folder, 'tsconfig.json'),
          JSON.stringify({
            extends: '../tsconfig.json',
            compilerOptions: {
              isolatedDeclarations: false,
              declaration: false,
              noEmit: false,
              rootDir: '..',
              outDir: 'out',
              noUnusedLocals: false,
            },
            include: ['*.ts'],
          }),
        );
        execFileSync('npx', ['tsc', '-p', folder], { stdio: 'pipe', encoding: 'utf8' });
        expect(programs.length).toBeGreaterThan(6);
        for (const name of programs) {
          const printed = execFileSync(process.execPath, [join(folder, 'out', folder, `${name}.js`)], {
            stdio: 'pipe',
            encoding: 'utf8',
            timeout: 120_000,
          });
          // Each page's program says something with a number in it, and none of them is unknown.
          expect(printed, name).toMatch(/\d|binance/);
          expect(printed, name).not.toMatch(/NaN|undefined/);
        }
        expect(tests).toBeGreaterThan(0);
        writeFileSync(
          join(folder, 'vitest.config.ts'),
          `export default { test: { include: ['*.test.ts'], root: '${folder}' } };`,
        );
        const run = execFileSync('npx', ['vitest', 'run', '--config', join(folder, 'vitest.config.ts')], {
          stdio: 'pipe',
          encoding: 'utf8',
        });
        expect(run).toMatch(/2 passed/);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
