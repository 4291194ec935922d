import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { RecordingWriter } from '../../src/streams/index.js';
import { describeBuilt } from '../desk/built.js';
import { DOLLARS } from '../monitoring/frames.js';

describeBuilt('millrace', 'dist/cli/main.js', (millrace) => {
  const folder = mkdtempSync(join(tmpdir(), 'cli-'));
  const file = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    const write = async (name: string): Promise<void> => {
      const writer = new RecordingWriter(file(name), { kind: 'market', instruments: [DOLLARS] });
      for (const ts of [1_700_000_000_000, 1_700_000_002_500])
        writer.write({ ts, event: { kind: 'rate', venueTime: ts, from: 'USDT', to: 'USD', rate: '1' } });
      await writer.close();
    };
    await write('a.mrr');
    await write('b.mrr');
    appendFileSync(file('b.mrr'), 'torn');
    writeFileSync(file('notes.txt'), 'no recording\n');
  });

  it('prints help and its version', async () => {
    expect(await millrace.run(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('inspect'),
    });
    expect(await millrace.run([])).toMatchObject({ code: 0 });
    expect((await millrace.run(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('says what a recording holds', async () => {
    const { code, stdout } = await millrace.run(['inspect', file('a.mrr')]);
    expect(code).toBe(0);
    expect(stdout).toContain('2 (rate 2)');
    expect(stdout).toContain('2023-11-14 22:13:20.000 to 2023-11-14 22:13:22.500 UTC (2.5 s)');
    expect(stdout).toContain(DOLLARS.id);
    expect(stdout).not.toContain('torn');
  });

  it('goes through a folder, tells of a torn tail, and speaks JSON', async () => {
    const { code, stdout } = await millrace.run(['inspect', folder, '--json']);
    expect(code).toBe(0);
    const { recordings, skipped } = JSON.parse(stdout);
    expect(skipped).toEqual(['notes.txt']);
    expect(recordings).toMatchObject([
      { name: 'a.mrr', kind: 'market', events: 2, kinds: { rate: 2 }, tornTail: null },
      { name: 'b.mrr', events: 2, tornTail: { bytes: 4 } },
    ]);
  });

  it.each([
    ['no path', ['inspect'], /takes one file or folder/],
    ['a missing file', ['inspect', '/there/is/none'], /no such file/],
    ['a foreign file', ['inspect', 'package.json'], /not a recording/],
    ['an unknown option', ['inspect', 'a', '--frobnicate'], /--frobnicate/],
    ['an unknown command', ['frobnicate'], /no command "frobnicate"/],
  ])('refuses %s in one line', async (_name, args, reason) => {
    const { code, stdout, stderr } = await millrace.run(args);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(reason);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('refuses a truncated file in one line', async () => {
    const path = join(tmpdir(), `truncated-${process.pid}.gz`);
    writeFileSync(path, gzipSync('1523926504000000000 {}\n'.repeat(5_000)).subarray(0, 40));
    const { code, stderr } = await millrace.run(['inspect', path]);
    rmSync(path);
    expect(stderr).toMatch(/^error: [^\n]*truncated-[^\n]+\n$/);
    expect(code).toBe(2);
  });
});
