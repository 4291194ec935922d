import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');
const BIOME = join(ROOT, 'node_modules/@biomejs/biome/bin/biome');
const RULE = join(ROOT, 'lint/deterministic-core.grit');

/** What must not be in the core, one construct a file. */
const FORBIDDEN: Readonly<Record<string, string>> = {
  'date-now': 'export const at = (): number => Date.now();',
  'date-now-kept': 'export const clock = Date.now;',
  'new-date': 'export const at = new Date();',
  'date-call': 'export const at = Date();',
  'performance-now': 'export const at = (): number => performance.now();',
  hrtime: 'export const at = process.hrtime();',
  'hrtime-bigint': 'export const at = process.hrtime.bigint();',
  'next-tick': 'process.nextTick(() => {});',
  random: 'export const chance = (): number => Math.random();',
  'random-kept': 'export const chance = Math.random;',
  timeout: 'setTimeout(() => {}, 1);',
  interval: 'setInterval(() => {}, 1);',
  immediate: 'setImmediate(() => {});',
  microtask: 'queueMicrotask(() => {});',
  'crypto-uuid': 'export const id = crypto.randomUUID();',
  'crypto-values': 'export const id = crypto.getRandomValues(new Uint8Array(1));',
  'node-uuid': "import { randomUUID } from 'node:crypto';\nexport const id = randomUUID();",
  'node-bytes': "import { randomBytes } from 'node:crypto';\nexport const id = randomBytes(4);",
  'new-promise': 'export const later = new Promise((done) => done(1));',
  'promise-resolve': 'export const later = Promise.resolve(1);',
  await: 'export const one = await import("./clean.js");',
  'async-arrow': 'export const later = async (x: number) => x;',
  'async-function': 'export async function later(x: number) { return x; }',
  'async-arrow-bare': 'export const later = async x => x;',
  'async-generator': 'export async function* later() { yield 1; }',
  'async-method': 'export class Later { async later() { return 1; } }',
  'async-property': 'export const box = { async later() { return 1; } };',
  'new-date-bare': 'export const at = new Date;',
  'random-taken': 'const { random } = Math;\nexport const chance = random;',
  env: "export const home = process.env['HOME'];",
};

const CLEAN = `import { createHash } from 'node:crypto';
export interface Dated { readonly date: number }
/** Not Date.now, nor a setTimeout. */
export const at = (frame: { readonly ts: number }): number => frame.ts;
export const text = 'Math.random is a name here';
export const hash = (value: string): string => createHash('sha256').update(value).digest('hex');
export const later = (schedule: (at: number, action: () => void) => void): void => schedule(5, () => undefined);
export const round = Math.round(1.5);
`;

interface Reported {
  readonly diagnostics: readonly {
    readonly category: string;
    readonly location: { readonly path: unknown };
  }[];
}

const folder = mkdtempSync(join(tmpdir(), 'deterministic-core-'));
let complaints: ReadonlySet<string>;

beforeAll(() => {
  const source = join(folder, 'core');
  mkdirSync(source);
  writeFileSync(
    join(folder, 'biome.json'),
    JSON.stringify({ linter: { rules: { recommended: false } }, plugins: [RULE] }),
  );
  for (const [name, text] of Object.entries(FORBIDDEN))
    writeFileSync(join(source, `${name}.ts`), `${text}\n`);
  writeFileSync(join(source, 'clean.ts'), CLEAN);
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [BIOME, 'lint', '--reporter=json', '--max-diagnostics=none', `--config-path=${folder}`, source],
    { encoding: 'utf8', cwd: folder },
  );
  const report = stdout.split('\n').find((line) => line.startsWith('{'));
  if (report === undefined) throw new Error(`biome said nothing: ${stderr}`);
  const { diagnostics } = JSON.parse(report) as Reported;
  complaints = new Set(
    diagnostics
      .filter(({ category }) => category === 'plugin')
      .map(({ location }) => /([\w-]+)\.ts/.exec(JSON.stringify(location.path))?.[1] ?? ''),
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('the lint rule of the deterministic core', () => {
  test.each(Object.keys(FORBIDDEN))('reports %s', (name) => {
    expect(complaints).toContain(name);
  });

  test('lets a clean file pass', () => {
    expect(complaints).not.toContain('clean');
  });
});
