import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'millrace-publish-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const REPOSITORY = { type: 'git', url: 'git+https://git.example/owner/millrace.git' };

/** What the check says of a package. */
function said(manifest: object, changes: string): { readonly code: number | null; readonly stderr: string } {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ version: '0.1.0', ...manifest }));
  writeFileSync(join(folder, 'CHANGELOG.md'), changes);
  const { status, stderr } = spawnSync(process.execPath, [resolve('test/package/may-publish.mjs')], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, stderr };
}

describe('before npm publish', () => {
  test('all is there', () => {
    expect(said({ repository: REPOSITORY }, '# Changelog\n\n## 0.1.0 (2027-01-01)\n')).toEqual({
      code: 0,
      stderr: '',
    });
  });

  test.each([[{}], [{ repository: '' }], [{ repository: { type: 'git' } }], [{ repository: { url: 7 } }]])(
    'nobody says where it comes from: %j',
    (manifest) => {
      const { code, stderr } = said(manifest, '## 0.1.0\n');
      expect(code).toBe(1);
      expect(stderr).toContain('not published: package.json has no "repository"');
      expect(stderr).toContain('CONTRIBUTING.md');
    },
  );

  test('what changed has no version yet', () => {
    const { code, stderr } = said({ repository: REPOSITORY }, '## Unreleased (0.1.0)\n');
    expect(code).toBe(1);
    expect(stderr).toContain('not published: CHANGELOG.md has no heading "## 0.1.0"');
  });
});
