import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withPrintedCode } from '../printed-code.js';

const PAGES = 'docs/guide';
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
    async () => {
      const programs: string[] = [];
      const files = new Map<string, string>();
      for (const page of pages) {
        const made = moduleOf(page);
        if (made === undefined) continue;
        const isTest = made.code.includes("from 'vitest'");
        const name = page.replace('.md', isTest ? '.test' : '');
        files.set(`${name}.ts`, made.code);
        if (!isTest && made.runs) programs.push(name);
      }
      expect(programs.length).toBeGreaterThan(6);
      await withPrintedCode('.guide', files, (code) => {
        for (const name of programs) {
          const printed = execFileSync(process.execPath, [code.programOf(name)], {
            stdio: 'pipe',
            encoding: 'utf8',
            timeout: 120_000,
          });
          // Each page's program says something with a number in it, and none of them is unknown.
          expect(printed, name).toMatch(/\d|binance/);
          expect(printed, name).not.toMatch(/NaN|undefined/);
        }
        expect(code.test().stdout).toMatch(/2 passed/);
      });
    },
  );
});
