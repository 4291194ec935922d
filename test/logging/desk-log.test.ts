import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { lastValueFrom, Subject } from 'rxjs';
import { beforeAll, describe, expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import { ConfigurationError, clientOrderId } from '../../src/index.js';
import {
  type DeskLog,
  deskLog,
  LOG_FIELDS,
  type LoggedFrame,
  type LogLevel,
  type LogLine,
  pinoWriter,
} from '../../src/logging/index.js';
import { simulateMarket } from '../../src/streams/index.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { simulatedVenues } from '../crossing.js';
import { watchedDesk } from '../monitoring/monitor/desk.js';

interface Written {
  readonly level: LogLevel;
  readonly line: LogLine;
  readonly message: string;
}

/** Keeps what is written. */
function keeper(): { written: Written[]; write(level: LogLevel, line: LogLine, message: string): void } {
  const written: Written[] = [];
  return { written, write: (level, line, message) => void written.push({ level, line, message }) };
}

const source = simulateMarket({ seed: 3, duration: 8_000 });
const { instruments } = source;
const [first] = instruments;

/** A frame about an event, as a chain without stages would give it. */
const frameOf = (event: object, seq = 1, ts = 1_000, more: object = {}): LoggedFrame =>
  ({ seq, sub: 0, ts, event, instrument: -1, snapshot: undefined, requests: [], ...more }) as LoggedFrame;

const fault = (message: string, severity = 'notice'): object => ({
  kind: 'fault',
  component: 'ledger',
  code: 'overfill',
  message,
  severity,
});

describe('the log of a desk', () => {
  const kept = keeper();
  let log: DeskLog;
  let hash = '';
  const counts = new Map<string, number>();

  beforeAll(async () => {
    log = deskLog({ instruments, writer: kept, desk: 'desk', most: 1_000_000 });
    const core = watchedDesk(instruments);
    const run = backtest(core, source, { drivers: [...simulatedVenues(), log.driver] });
    run.snapshots$.subscribe(({ stages }) => {
      hash = stateHash(stages);
    });
    await run.pipe(log.tap()).forEach(({ event }) => {
      const kind = event.kind === 'report' ? `order-${event.type}` : event.kind;
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
    });
  });

  const actions = (action: string): readonly Written[] =>
    kept.written.filter(({ line }) => line['event.action'] === action);

  test('changes nothing', async () => {
    let bare = '';
    const run = backtest(watchedDesk(instruments), source, { drivers: simulatedVenues() });
    run.snapshots$.subscribe(({ stages }) => {
      bare = stateHash(stages);
    });
    await lastValueFrom(run);
    expect(hash).toBe(bare);
    expect(log.failed).toBe(0);
  });

  test('has a line for everything that happened to an order, and none for a tick', () => {
    expect(actions('order-submitted').length).toBe(counts.get('submitted'));
    expect(actions('order-submitted').length).toBeGreaterThan(20);
    for (const kind of ['order-accepted', 'order-fill', 'denied'])
      expect(actions(kind).length, kind).toBe(counts.get(kind) ?? 0);
    expect(actions('order-fill').length).toBeGreaterThan(10);
    expect(kept.written.filter(({ line }) => line['event.action'] === 'quote')).toEqual([]);
  });

  test('tells one order from its tick to its fill under one trace', () => {
    for (const { line: filled } of actions('order-fill')) {
      const id = filled['millrace.order.id'];
      const trace = filled['trace.id'];
      const own = kept.written.filter(({ line }) => line['trace.id'] === trace).map(({ line }) => line);
      const [decided] = own.filter((line) => line['event.action'] === 'decided');
      const [submitted] = own.filter(
        (line) => line['event.action'] === 'order-submitted' && line['millrace.order.id'] === id,
      );
      expect(decided?.['trace.id']).toBe(`desk-${decided?.['event.sequence']}`);
      expect(decided?.['millrace.cause']).toBeTypeOf('string');
      expect(decided?.['millrace.verdicts']).toContainEqual(expect.stringContaining('approved'));
      expect(decided?.['millrace.votes']).toContainEqual(
        expect.stringMatching(/^(trend|reversion) asset BTC \S+ \(\S+\) @\d+$/),
      );
      expect(submitted?.['millrace.order.quantity']).toBeTypeOf('number');
      expect(submitted?.['event.sequence']).toBe(decided?.['event.sequence']);
      expect(own.indexOf(decided as LogLine)).toBeLessThan(own.indexOf(submitted as LogLine));
      expect(filled['event.duration']).toBeGreaterThan(0);
    }
  });

  test('has signals behind a decision', () => {
    const signals = actions('decided').flatMap(({ line }) => line['millrace.signals'] ?? []) as string[];
    expect(signals.some((signal) => /^cross \S+ -?0\.8 \(0\.6\) @\d+$/.test(signal))).toBe(true);
  });

  test('writes no field that the index does not know, and each of its type', () => {
    for (const { line } of kept.written)
      for (const [name, value] of Object.entries(line)) {
        const type = (LOG_FIELDS as Record<string, string>)[name];
        for (const each of [value].flat()) {
          if (type === 'long') expect(Number.isSafeInteger(each), name).toBe(true);
          else if (type === 'double') expect(each, name).toBeTypeOf('number');
          else if (type === 'boolean') expect(each, name).toBeTypeOf('boolean');
          else expect(each, `${name} is a ${type}`).toBeTypeOf('string');
        }
        expect(type, name).toBeDefined();
      }
  });
});

describe('lines', () => {
  const setUp = (options: object = {}) => {
    const kept = keeper();
    const log = deskLog({ instruments, writer: kept, desk: 'desk', ...options });
    return { log, written: kept.written };
  };

  test('of faults have the level of their severity, and are never held back when something broke', () => {
    const { log, written } = setUp({ most: 2 });
    for (let nth = 0; nth < 50; nth++) log.observe(frameOf(fault(`${nth}`, 'quarantine'), nth));
    for (let nth = 0; nth < 50; nth++) log.observe(frameOf(fault(`${nth}`), nth));
    log.observe(frameOf(fault('broken', 'halt')));
    expect(written.map(({ level }) => level)).toEqual([...Array(50).fill('error'), 'warn', 'warn', 'fatal']);
    expect(log.suppressed).toBe(48);
    log.observe(frameOf({ kind: 'quote' }, 60, 2_000));
    expect(written.at(-1)?.line).toMatchObject({
      'event.action': 'suppressed',
      'event.reason': 'fault',
      'millrace.count': 48,
    });
    log.observe(frameOf({ kind: 'quote' }, 61, 3_000));
    expect(written.length).toBe(54);
  });

  test('tell of a kill, of who said so, and of the state that follows', () => {
    const { log, written } = setUp();
    const control = {
      kind: 'control',
      action: 'kill',
      scope: 'desk',
      value: 0,
      by: 'operator',
      reason: 'why',
    };
    log.observe(frameOf({ kind: 'quote' }, 1, 1_000, { tradingStatus: 'active' }));
    log.observe(frameOf(control, 2, 1_000, { tradingStatus: 'halted' }));
    log.observe(frameOf({ kind: 'quote' }, 3, 1_000, { tradingStatus: 'halted' }));
    expect(written.map(({ level, line }) => [level, line['event.action']])).toEqual([
      ['error', 'control-kill'],
      ['error', 'trading-state'],
    ]);
    expect(written[0]?.line).toMatchObject({ 'millrace.by': 'operator', 'event.reason': 'why' });
  });

  test('tell of links, gaps, takeovers and roles', () => {
    const { log, written } = setUp({ node: 'a' });
    const instrument = first?.id;
    log.observe(frameOf({ kind: 'link', venue: 'v', channel: 'orders', state: 'down', reason: 'closed' }));
    log.observe(frameOf({ kind: 'sync', instrument, state: 'unsynced' }));
    log.observe(frameOf({ kind: 'sync', instrument, state: 'synced' }));
    log.observe(frameOf({ kind: 'epoch', epoch: 2, leader: 'b' }));
    const roles = new Subject<string>();
    const listening = log.roles(roles);
    roles.next('mirror');
    listening.unsubscribe();
    log.note('info', 'start', 'the desk starts', { 'millrace.by': 'systemd' });
    expect(written.map(({ line }) => line['event.action'])).toEqual([
      'link',
      'gap',
      'synced',
      'takeover',
      'role',
      'start',
    ]);
    for (const { line } of written) expect(line['service.node.name']).toBe('a');
    expect(written[0]?.line['@timestamp']).toBe('1970-01-01T00:00:01.000Z');
  });

  test('never have a secret in them', () => {
    const { log, written } = setUp({ secrets: ['correct horse'] });
    log.observe(frameOf(fault('signature=deadbeef rejected for correct horse')));
    log.note('info', 'note', 'token: abc', { 'event.reason': 'password=abc' });
    const all = JSON.stringify(written);
    for (const secret of ['deadbeef', 'correct horse', 'abc']) expect(all).not.toContain(secret);
  });

  test('that cannot be made or written harm nobody', () => {
    const log = deskLog({
      instruments,
      desk: 'desk',
      writer: {
        write: () => {
          throw new Error('the disk is full');
        },
      },
    });
    log.observe(frameOf(fault('one')));
    log.observe(frameOf(fault('two'), 1, Number.NaN));
    log.observe({} as LoggedFrame);
    expect(log.failed).toBe(3);
    expect(log.written).toBe(0);
  });

  test('of an order that nobody remembers stand alone', () => {
    const { log, written } = setUp();
    const report = {
      kind: 'report',
      type: 'canceled',
      reason: '',
      venueTime: 0,
      venue: 'v',
      instrument: 'x',
    };
    log.observe(frameOf({ ...report, clientOrderId: clientOrderId('o') }, 9));
    expect(written[0]?.line).toMatchObject({ 'trace.id': 'desk-9', 'millrace.order.id': 'o' });
    expect(written[0]?.line['event.duration']).toBeUndefined();
  });
});

describe('deskLog', () => {
  test('refuses options that cannot be, and never says a secret', () => {
    const writer = keeper();
    for (const wrong of [
      { instruments, writer, desk: '' },
      { instruments, writer: {}, desk: 'd' },
      { instruments, writer, desk: 'd', most: 0 },
      { instruments, writer, desk: 'd', window: Number.NaN },
      { instruments, writer, desk: 'd', node: '' },
      { instruments, writer, desk: 'd', every: 1 },
    ])
      expect(() => deskLog(wrong as never)).toThrow(ConfigurationError);
    expect(() => deskLog({ instruments, writer, desk: 'd', secrets: ['xyz'] })).toThrow(/^(?!.*xyz)/);
  });
});

describe('pinoWriter', () => {
  test('writes a line of JSON in the form of ECS', async () => {
    const stream = new PassThrough();
    const writer = await pinoWriter({ stream, level: 'warn' });
    const log = deskLog({ instruments, writer, desk: 'desk' });
    log.observe(frameOf(fault('odd')));
    log.note('info', 'quiet', 'below the level');
    await writer.close();
    log.observe(frameOf(fault('late')));
    const text = String(stream.read());
    expect(text.endsWith('\n')).toBe(true);
    expect(text.startsWith('{"log.level":"warn",')).toBe(true);
    expect(text.split('\n').length).toBe(2);
    expect(JSON.parse(text)).toMatchObject({
      '@timestamp': '1970-01-01T00:00:01.000Z',
      'ecs.version': '8.11.0',
      message: 'ledger overfill: odd',
      'error.code': 'overfill',
    });
    expect(writer.dropped).toBe(1);
  });

  test('drops what a stuck stream does not take, and bears one that breaks', async () => {
    const stuck = new Writable({ write: () => undefined });
    const writer = await pinoWriter({ stream: stuck, room: 2_000 });
    const log = deskLog({ instruments, writer, desk: 'desk', most: 1_000 });
    for (let nth = 0; nth < 100; nth++) log.observe(frameOf(fault(`${nth}`), nth));
    expect(writer.dropped).toBeGreaterThan(90);
    expect(stuck.writableLength).toBeLessThanOrEqual(2_000);
    stuck.destroy(new Error('gone'));
    await new Promise((done) => setImmediate(done));
    log.observe(frameOf(fault('after')));
    expect(writer.errors).toBe(1);
    expect(log.failed).toBe(0);
    await writer.close();
  });

  test('appends to a file, whose folder it makes, and refuses one that cannot be', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'log-'));
    const path = join(folder, 'deeper', 'desk.ndjson');
    for (const nth of [1, 2]) {
      const writer = await pinoWriter({ path });
      writer.write('info', { 'millrace.count': nth }, 'said');
      await writer.close();
      await writer.close();
      expect(writer.errors + writer.dropped).toBe(0);
    }
    const lines = readFileSync(path, 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line)['millrace.count'])).toEqual([1, 2]);
    const waiting = process.listenerCount('exit');
    await expect(pinoWriter({ path: join(path, 'below') })).rejects.toThrow(/pinoWriter.path must be a file/);
    // What is refused leaves nothing behind that would fail when the process ends.
    expect(process.listenerCount('exit')).toBe(waiting);
    rmSync(folder, { recursive: true });
  });

  test('refuses options that cannot be', async () => {
    for (const wrong of [
      { room: 0 },
      { level: 'loud' },
      { path: '' },
      { path: 'a', stream: new PassThrough() },
      { patience: -1 },
      { where: 'here' },
    ])
      await expect(pinoWriter(wrong as never)).rejects.toThrow(ConfigurationError);
  });
});
