import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openJournal, TurnJournal } from '../../src/journal/index.js';
import { backtest, RecordingWriter, simulateMarket } from '../../src/streams/index.js';
import { describeBuilt } from '../desk/built.js';
import { busyLog } from '../journal/events.js';
import { fullDesk, venues } from '../properties/full-desk.js';
import { watch } from '../properties/play.js';

const dist = (path: string): string => JSON.stringify(resolve(`dist/${path}`));

/** A module with a small desk, as a user would write it. */
const module = (limit: number): string => `
  import { compose } from ${dist('index.js')};
  import { agent, agents, bestNetPrice, books, confidenceWeighted, dispatch, ledger, maxPosition, risk, sizing } from ${dist('operators/index.js')};
  const keen = agent({
    name: 'keen',
    decide: (frame) => ({ of: { asset: 'BTC' }, exposure: frame.seq % 400 < 200 ? 1 : 0, confidence: 1 }),
  });
  export const desk = (instruments) => compose(
    { name: 'small', instruments }, books(), ledger({ reportingCurrency: 'USD' }), agents([keen]), confidenceWeighted(),
    sizing({ budget: 20_000 }), bestNetPrice(), risk([maxPosition({ limit: ${limit} })]), dispatch(),
  );
`;

describeBuilt('millrace journal and diff', 'dist/cli/main.js', (millrace) => {
  const root = mkdtempSync(join(tmpdir(), 'cli-journal-'));
  const file = (name: string): string => join(root, name);
  afterAll(() => rmSync(root, { recursive: true }));

  beforeAll(async () => {
    const busy = await openJournal({ folder: file('busy'), segmentBytes: 20_000 });
    for (let block = 0; block < 10; block++) busy.append(busyLog(100, busy.last + 1));
    await busy.close();
    const source = simulateMarket({ seed: 4, duration: 2_000 });
    const turns = new TurnJournal(
      await openJournal({ folder: file('desk'), instruments: source.instruments }),
    );
    await watch(backtest(fullDesk(source.instruments), source, { drivers: venues(), journal: turns }));
    await turns.close();
    writeFileSync(file('wide.mjs'), module(500_000));
    writeFileSync(file('narrow.mjs'), module(0.000_1));
    writeFileSync(file('no-desk.mjs'), 'export const desk = 1;');
  });

  it('prints, filters and counts', async () => {
    const all = await millrace.run(['journal', file('busy')]);
    expect(all).toMatchObject({ code: 0, stderr: '' });
    expect(all.stdout.trim().split('\n')).toHaveLength(1_000);
    expect(all.stdout.split('\n')[0]).toMatch(/^ +1 {2}2023-11-14 22:13:20\.000 {2}quote +v:A1 +bidPrice=1 /);
    const json = await millrace.run([
      'journal',
      file('busy'),
      '--json',
      '--from',
      '150',
      '--to',
      '250',
      '--kind',
      'timer',
    ]);
    expect(
      json.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toStrictEqual(busyLog(1_000).filter(({ seq }) => seq >= 150 && seq <= 250 && seq % 50 === 0));
    const counted = await millrace.run([
      'journal',
      file('busy'),
      '--count',
      '--json',
      '--instrument',
      'v:A2',
    ]);
    const wanted = busyLog(1_000).filter(
      ({ event }) => (event as { instrument?: string }).instrument === 'v:A2',
    );
    expect(JSON.parse(counted.stdout)).toMatchObject({ events: wanted.length });
    const late = await millrace.run([
      'journal',
      file('busy'),
      '--count',
      '--from',
      '2023-11-14T22:13:20.400',
    ]);
    expect(late.stdout).toContain('201  total');
    const desk = await millrace.run(['journal', file('desk'), '--kind', 'report', '--json']);
    const { clientOrderId } = JSON.parse(desk.stdout.split('\n')[0] as string).event;
    const one = await millrace.run(['journal', file('desk'), '--order', clientOrderId]);
    expect(
      one.stdout
        .trim()
        .split('\n')
        .every((line) => line.includes(clientOrderId)),
    ).toBe(true);
  });

  it('reads one segment, and a recording of our own', async () => {
    const [, second] = readdirSync(file('busy')).filter((name) => name.endsWith('.mrj'));
    const { stdout, code } = await millrace.run(['journal', join(file('busy'), second as string), '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout.split('\n')[0] as string).seq).toBeGreaterThan(1);
    const writer = new RecordingWriter(file('own.mrr'), { kind: 'journal', instruments: [] });
    for (const event of busyLog(3)) writer.write(event);
    await writer.close();
    expect((await millrace.run(['journal', file('own.mrr'), '--count'])).stdout).toContain('3  total');
  });

  it('follows a journal that grows, until Ctrl-C', async () => {
    const folder = file('growing');
    const journal = await openJournal({ folder, segmentBytes: 3_000 });
    journal.append(busyLog(20));
    const child = spawn(process.execPath, [
      resolve('dist/cli/main.js'),
      'journal',
      folder,
      '--json',
      '--follow',
    ]);
    const ended = new Promise((done) => child.once('close', done));
    let text = '';
    let look = (): void => {};
    child.stdout.on('data', (data: Buffer) => {
      text += data;
      look();
    });
    const shows = (count: number): Promise<void> =>
      new Promise((done) => {
        look = () => {
          if (text.split('\n').length > count) done();
        };
        look();
      });
    await shows(20);
    for (let block = 0; block < 8; block++) journal.append(busyLog(20, journal.last + 1));
    await shows(180);
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toStrictEqual(busyLog(180));
    await journal.close();
  });

  it('tells of a torn tail', async () => {
    const journal = await openJournal({ folder: file('torn') });
    journal.append(busyLog(10));
    await journal.close();
    const path = join(file('torn'), 'journal-0000000000000001.mrj');
    truncateSync(path, 300);
    const { code, stderr, stdout } = await millrace.run(['journal', file('torn'), '--count']);
    expect({ code, stdout: stdout.trim() }).toEqual({ code: 0, stdout: '0  total' });
    expect(stderr).toMatch(/^torn tail: .*the last record is cut off\n$/);
  });

  it('finds no difference between equal desks, and the first one between others, with what it would have been worth', async () => {
    const same = await millrace.run([
      'diff',
      file('desk'),
      '--with',
      file('wide.mjs'),
      '--against',
      file('wide.mjs'),
    ]);
    expect(same.stderr).not.toContain('error');
    expect(same).toMatchObject({ code: 0 });
    expect(same.stdout).toContain('no difference was found');
    const { code, stdout, stderr } = await millrace.run([
      'diff',
      file('desk'),
      '--with',
      file('narrow.mjs'),
      '--against',
      file('wide.mjs'),
      '--json',
    ]);
    expect({ code, stderr }).toMatchObject({ code: 0, stderr: expect.stringContaining('events re-enacted') });
    const found = JSON.parse(stdout);
    expect(found.firstDivergence).toMatchObject({ stage: expect.any(String), field: expect.any(String) });
    expect(found.firstDivergence.commands.old).toHaveLength(1);
    expect(found.firstDivergence.commands.new).toHaveLength(0);
    expect(found.simulated.old.orders).toBeGreaterThan(found.simulated.new.orders);
    expect(typeof found.simulated.old.profit).toBe('number');
    const text = await millrace.run([
      'diff',
      file('desk'),
      '--with',
      file('narrow.mjs'),
      '--against',
      file('wide.mjs'),
    ]);
    expect(text.stdout).toMatch(/first divergent frame: seq \d+, sub 0, \w+, 20/);
    expect(text.stdout).toContain('simulated on the market data of the journal');
  });

  it('without an old desk holds the new one against the orders in the journal', async () => {
    const { code, stdout } = await millrace.run(['diff', file('desk'), '--with', file('wide.mjs'), '--json']);
    expect(code).toBe(0);
    const found = JSON.parse(stdout);
    expect(found).toMatchObject({ differingCommands: null, firstDivergence: { stage: 'orders' } });
    expect(found.simulated.old).toBeNull();
  });

  it.each<[string, string[], RegExp]>([
    ['no path', ['journal'], /journal takes one file or folder, not 0/],
    ['nothing there', ['journal', '/there/is/none'], /there is no such file/],
    ['a folder without a journal', ['journal', 'src'], /holds no journal/],
    ['a foreign file', ['journal', 'package.json'], /package\.json/],
    ['an unknown kind', ['journal', 'x', '--kind', 'news'], /--kind must be one of trade/],
    ['an unknown option', ['journal', 'x', '--fast'], /--fast/],
    ['a place that is none', ['journal', 'x', '--from', 'noon'], /--from must be a seq/],
    ['counting for ever', ['journal', 'x', '--count', '--follow'], /take one/],
    ['diff without a desk', ['diff', 'x'], /diff wants --with/],
    ['diff of nothing', ['diff', '--with', 'x'], /diff takes one journal/],
  ])('refuses %s in one line', async (_name, args, reason) => {
    const { code, stdout, stderr } = await millrace.run(args);
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(reason);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });

  it('refuses a module that holds no desk', async () => {
    for (const [path, reason] of [
      ['no-desk.mjs', /must export "desk"/],
      ['missing.mjs', /cannot be loaded/],
    ] as const) {
      const { code, stderr } = await millrace.run(['diff', file('desk'), '--with', file(path)]);
      expect(stderr).toMatch(reason);
      expect(code).toBe(2);
    }
  });

  it('explains itself', async () => {
    expect((await millrace.run(['journal', '--help'])).stdout).toContain('--follow');
    expect((await millrace.run(['diff', '--help'])).stdout).toContain('--against');
  });
});
