import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { describeBuilt } from '../desk/built.js';

const ROOT = resolve(import.meta.dirname, '../..');

describeBuilt('millrace init', 'dist/cli/main.js', (millrace) => {
  const folder = mkdtempSync(join(tmpdir(), 'init-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('makes a desk that compiles, passes its own tests and runs', { timeout: 120_000 }, async () => {
    const desk = join(folder, 'my-desk');
    const { code, stdout, stderr } = await millrace.run(['init', desk]);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('my-desk is ready');
    const manifest = JSON.parse(readFileSync(join(desk, 'package.json'), 'utf8'));
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
    expect(manifest).toMatchObject({ name: 'my-desk', dependencies: { millrace: `^${version}` } });
    expect(readFileSync(join(desk, '.gitignore'), 'utf8')).toContain('node_modules');
    for (const file of stdout.matchAll(/^ {2}(\S+\.\w+)$/gm))
      expect(readFileSync(join(desk, file[1] as string), 'utf8')).not.toMatch(/\{\{|\}\}\w/);
    // As `npm install` would: the package itself and what it is made with.
    mkdirSync(join(desk, 'node_modules'));
    for (const name of ['rxjs', 'vitest', 'typescript', '@types', 'big.js', '@msgpack', 'fzstd'])
      symlinkSync(join(ROOT, 'node_modules', name), join(desk, 'node_modules', name));
    symlinkSync(ROOT, join(desk, 'node_modules', 'millrace'));
    const run = (file: string, ...args: string[]): string =>
      execFileSync(process.execPath, [file, ...args], { cwd: desk, encoding: 'utf8', stdio: 'pipe' });
    run(join(ROOT, 'node_modules/typescript/bin/tsc'));
    expect(run(join(ROOT, 'node_modules/vitest/vitest.mjs'), 'run', '--root', desk)).toMatch(/3 passed/);
    const printed = run('dist/src/main.js', '--minutes', '15');
    expect(printed).toMatch(/[1-9]\d* orders, [1-9]\d* fills/);
    expect(printed).not.toContain('NaN');
  });

  it('depends on a tarball where one is given', async () => {
    const tarball = join(folder, 'millrace.tgz');
    writeFileSync(tarball, '');
    const desk = join(folder, 'deep', 'desk');
    const { code } = await millrace.run(['init', desk, '--package', tarball]);
    expect(code).toBe(0);
    const { dependencies } = JSON.parse(readFileSync(join(desk, 'package.json'), 'utf8'));
    expect(dependencies.millrace).toBe('file:../../millrace.tgz');
  });

  it.each([
    [[], /init wants one DIR, not 0/],
    [['a', 'b'], /init wants one DIR, not 2/],
    [['--nmae', 'x', 'a'], /--nmae/],
    [[join(folder, 'No Name')], /"no name" is no name for a package/],
    [['a', '--name', '../x'], /is no name for a package/],
    [['a', '--package', join(folder, 'none.tgz')], /--package .*there is no such file/],
    [['a', '--package', folder], /there is no such file/],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await millrace.run(['init', ...args]);
    expect([code, stderr.trim().split('\n').length]).toEqual([2, 1]);
    expect(stderr).toMatch(message);
  });

  it('writes nothing into a folder that holds something', async () => {
    const full = join(folder, 'full');
    mkdirSync(full);
    writeFileSync(join(full, 'notes.txt'), 'mine\n');
    const { code, stderr } = await millrace.run(['init', full]);
    expect([code, stderr]).toEqual([2, expect.stringContaining('is not empty')]);
    expect(readFileSync(join(full, 'notes.txt'), 'utf8')).toBe('mine\n');
  });
});
