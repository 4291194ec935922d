import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** What a page prints, compiled. */
export interface PrintedCode {
  /** Path of a module as it was built: of `a.ts` it is `programOf('a')`. */
  programOf(name: string): string;
  /** Runs what is called `*.test.ts`. */
  test(): SpawnSyncReturns<string>;
}

/**
 * Compiles files in a folder of the project, where they find the package by its name, which is the build; the folder is gone
 * again when `use` is done.
 *
 * @throws what the compiler says of them, as it ends
 */
export async function withPrintedCode(
  folder: string,
  files: ReadonlyMap<string, string>,
  use: (code: PrintedCode) => void | Promise<void>,
): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  try {
    for (const [name, text] of files) writeFileSync(join(folder, name), text);
    const compilerOptions = {
      isolatedDeclarations: false,
      declaration: false,
      noEmit: false,
      rootDir: '..',
      outDir: 'out',
    };
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: '../tsconfig.json', compilerOptions, include: ['*.ts'] }),
    );
    execFileSync('npx', ['tsc', '-p', folder], { stdio: 'pipe', encoding: 'utf8' });
    const config = join(folder, 'vitest.config.mjs');
    writeFileSync(config, `export default { test: { include: ['*.test.ts'], root: '${folder}' } };`);
    await use({
      programOf: (name) => resolve(folder, 'out', folder, `${name}.js`),
      test: () =>
        spawnSync('npx', ['vitest', 'run', '--config', config], {
          encoding: 'utf8',
          env: { ...process.env, NO_COLOR: '1' },
        }),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
