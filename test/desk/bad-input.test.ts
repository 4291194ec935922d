import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { instrument } from '../../src/index.js';
import { RecordingWriter } from '../../src/streams/index.js';
import { describeBuilt } from './built.js';

describeBuilt('the example desk refuses', '.examples/desk/main.js', (main) => {
  const folder = mkdtempSync(join(tmpdir(), 'desk-'));
  const file = (name: string): string => join(folder, name);
  afterAll(() => rmSync(folder, { recursive: true }));

  beforeAll(async () => {
    writeFileSync(file('foreign.txt'), 'Dear diary,\n');
    writeFileSync(file('empty'), '');
    const line = '1523926504000000000 {"stream":"btcusdt@trade","data":{}}\n'.repeat(2_000);
    writeFileSync(file('truncated.gz'), gzipSync(line).subarray(0, 60));
    const definition = instrument({
      venue: 'binance',
      symbol: 'BTCUSDT',
      kind: 'spot',
      base: 'BTC',
      quote: 'USDT',
      tick: '0.01',
      lot: '0.001',
    });
    const write = async (kind: 'market' | 'journal', name: string): Promise<void> => {
      const writer = new RecordingWriter(file(name), { kind, instruments: [definition] });
      writer.write({ seq: 1, ts: 1, event: { kind: 'barrier', id: '' } } as never);
      await writer.close();
    };
    await write('journal', 'journal');
    await write('market', 'market');
  });

  const cases: readonly (readonly [string, () => readonly string[], RegExp])[] = [
    ['a missing file', () => ['--data', file('nothing')], /nothing: there is no such file/],
    ['a foreign file', () => ['--data', file('foreign.txt')], /not a recording/],
    ['an empty file', () => ['--data', file('empty')], /empty/],
    ['a truncated file', () => ['--data', file('truncated.gz')], /truncated\.gz/],
    ['a journal', () => ['--data', file('journal')], /journal/],
    ['an unknown option', () => ['--frobnicate'], /--frobnicate/],
    ['a stray word', () => ['fast'], /fast/],
    ['an option without its value', () => ['--seed'], /--seed/],
    ['a seed that is none', () => ['--seed', 'x'], /--seed must be an integer/],
    ['a negative position limit', () => ['--max-position', '-1'], /--max-position .* not "-1"/],
    ['a negative loss limit', () => ['--max-daily-loss=-5'], /--max-daily-loss .* not "-5"/],
    ['a negative exposure limit', () => ['--max-venue-exposure', '-1'], /--max-venue-exposure/],
    ['a budget of nothing', () => ['--budget', '0'], /--budget must be a number above 0/],
    ['a negative capital', () => ['--capital', '-.5'], /--capital/],
    [
      'a port that is none',
      () => ['--serve', '70000'],
      /--serve must be a port from 0 to 65535, not "70000"/,
    ],
    ['a speed of nothing', () => ['--speed', '0'], /--speed/],
    ['a duration without a unit', () => ['--duration', '5'], /--duration .* such as/],
    ['a rate that is none', () => ['--rate', 'USDT/USD=-1'], /--rate/],
    ['an asset that nobody trades', () => ['--asset', 'GOLD'], /--asset .*BTC/],
    ['a journal that exists', () => ['--duration', '1s', '--journal', file('journal')], /exists already/],
    [
      'a report into a folder that is not there',
      () => ['--duration', '1s', '--report', file('no/report.html')],
      /--report .*report\.html cannot be written/,
    ],
  ];
  it.each(cases)('%s', async (_name, args, reason) => {
    const { code, stdout, stderr } = await main.run(args());
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(reason);
    expect(stdout).toBe('');
    expect(code).toBe(2);
  });

  it('a run, and the report of the run before is still there', async () => {
    writeFileSync(file('report.html'), 'of yesterday');
    const { code } = await main.run([
      '--duration',
      '1s',
      '--report',
      file('report.html'),
      '--journal',
      file('journal'),
    ]);
    expect(code).toBe(2);
    expect(readFileSync(file('report.html'), 'utf8')).toBe('of yesterday');
  });
});
