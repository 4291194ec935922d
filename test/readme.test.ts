import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const readme = readFileSync('README.md', 'utf8');
const blocks = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code as string);
const built = existsSync('dist/index.js');
const folder = '.readme';

describe('the README', () => {
  test('shows a strategy in fewer than 30 lines, and its marble test', () => {
    expect(blocks).toHaveLength(2);
    const [strategy] = blocks as [string, string];
    expect(strategy.split('\n').filter((line) => line.trim() !== '').length).toBeLessThan(30);
  });

  // The blocks import the package by its name, which is the build.
  test.skipIf(!built && process.env['CI'] !== 'true')(
    'has code that compiles and passes as it is printed (skipped without a build: npm run build)',
    { timeout: 120_000 },
    () => {
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      try {
        const imports = blocks.flatMap((block) => block.match(/^import [\s\S]*?;$/gm) ?? []);
        const bodies = blocks.map((block) => block.replace(/^import [\s\S]*?;$/gm, ''));
        writeFileSync(`${folder}/readme.test.ts`, [...imports, ...bodies].join('\n'));
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
          `export default { test: { include: ['readme.test.ts'], root: '${folder}' } };`,
        );
        execFileSync('npx', ['tsc', '-p', folder], { stdio: 'pipe' });
        const printed = execFileSync('npx', ['vitest', 'run', '--config', `${folder}/vitest.config.ts`], {
          stdio: 'pipe',
          encoding: 'utf8',
        });
        expect(printed).toMatch(/1 passed/);
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});
