import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

/** Licences under which a package may be used in closed and open programs alike. */
const ALLOWED = /^(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|0BSD|MIT AND MPL-2\.0|Unlicense|CC0-1\.0)$/;

interface Locked {
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>;
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, Locked> };
const page = readFileSync('docs/licences.md', 'utf8');
const listed = new Map(
  [...page.matchAll(/^\| `([^`]+)` \| ([^|]+) \|/gm)].map(([, name, licence]) => [
    name as string,
    (licence as string).trim(),
  ]),
);

test('every package that comes with this one, or that it can use, is listed with its licence', () => {
  const direct = [
    ...Object.keys(manifest['dependencies'] ?? {}),
    ...Object.keys(manifest['peerDependencies'] ?? {}),
  ];
  expect([...listed.keys()].sort()).toEqual([...new Set(direct)].sort());
  for (const name of direct) {
    const found = lock.packages[`node_modules/${name}`]?.license;
    if (found !== undefined) expect(listed.get(name), name).toBe(found);
    expect(listed.get(name), name).toMatch(ALLOWED);
  }
});

test('nothing that is installed with it has a licence that is not allowed', () => {
  const runtime = Object.entries(lock.packages).filter(
    ([path, { dev, devOptional }]) => path !== '' && dev !== true && devOptional !== true,
  );
  expect(runtime.length).toBeGreaterThan(4);
  for (const [path, { license }] of runtime) expect(license, path).toMatch(ALLOWED);
});

describe.skipIf(process.env['MILLRACE_WRITE_LICENCES'] === undefined)('npm run licences', () => {
  test('writes the table anew, from what is locked', () => {
    const rowsOf = (group: string, how: string): readonly string[] =>
      Object.keys(manifest[group] ?? {})
        .sort()
        // What is not locked, for nothing here installs it, keeps the licence that somebody looked up.
        .map((name) => {
          const licence = lock.packages[`node_modules/${name}`]?.license ?? listed.get(name) ?? 'unknown';
          return `| \`${name}\` | ${licence} | ${how} |\n`;
        });
    const rows = [...rowsOf('dependencies', 'comes with it'), ...rowsOf('peerDependencies', 'optional')];
    const after = page.replace(/(\|---\|---\|---\|\n)(?:\|.*\n)*/, (_all, head) => `${head}${rows.join('')}`);
    writeFileSync('docs/licences.md', after);
    expect(after).not.toContain('unknown');
  });
});
