import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { BehaviorSubject, type Observable, Subject, type Subscription } from 'rxjs';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { type PipelineRun, run } from '../../src/core/run.js';
import type { Snapshot } from '../../src/core/snapshot.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import { fileSignalLog } from '../../src/queues/file-signal-log.js';
import { type MemoryQueue, memoryQueue, memorySignalLog } from '../../src/queues/memory-signal-log.js';
import type { SignalLog } from '../../src/queues/signal-log.js';
import { encodeSignal, type SignalQueueOptions, signalQueue } from '../../src/queues/signal-queue.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { counter } from '../core/support.js';
import { externalSignal, instrumentOf } from './support.js';

const BTC = instrumentOf();
const payload = (strength: number): Uint8Array => encodeSignal(externalSignal(BTC, strength).signal);
const soon = (): Promise<void> => new Promise((done) => setTimeout(done, 30));

const open: Subscription[] = [];
afterEach(() => {
  for (const each of open.splice(0)) each.unsubscribe();
});

interface Started {
  readonly running: PipelineRun<never>;
  readonly log: SequencedEvent[];
  readonly snapshots: Snapshot[];
  /** Ids of the signals and codes of the faults, in the order of the log. */
  said(): readonly string[];
  end(): void;
}

function start(
  log: SignalLog,
  acknowledgements: readonly Observable<number>[],
  more: Partial<SignalQueueOptions> & { restore?: Snapshot; role?: 'follower' } = {},
): Started {
  const { restore, role, ...options } = more;
  const journal = new MemoryJournal();
  const running = run(compose({ name: 'test', instruments: [BTC] }, counter), {
    clock: liveClock(),
    drivers: [signalQueue({ log, acknowledgements, ...options })],
    journal,
    ...(restore === undefined ? {} : { restore }),
    ...(role === undefined ? {} : { role }),
  });
  const snapshots: Snapshot[] = [];
  running.snapshots$.subscribe((each) => snapshots.push(each));
  const subscription = running.subscribe();
  open.push(subscription);
  const events = journal.events as SequencedEvent[];
  return {
    running: running as never,
    log: events,
    snapshots,
    said: () =>
      events.flatMap(({ event }) =>
        event.kind === 'signal' ? [event.source?.id ?? '?'] : event.kind === 'fault' ? [event.code] : [],
      ),
    end: () => subscription.unsubscribe(),
  };
}

async function filled(count: number): Promise<MemoryQueue> {
  const queue = memoryQueue();
  const log = memorySignalLog(queue);
  for (let index = 1; index <= count; index++) await log.append(`id-${index}`, payload(index / 100));
  return queue;
}

const bound = (log: SignalLog): SignalLog => ({
  name: log.name,
  append: (id, bytes) => log.append(id, bytes),
  readFrom: (position, signal) => log.readFrom(position, signal),
  ack: (position) => log.ack(position),
  close: () => log.close(),
});

describe('a queue of signals in a pipeline', () => {
  test('a follower opens its log ahead and lets go of it at the end; one that cannot be opened is read all the same', async () => {
    const queue = await filled(1);
    const opened: AbortSignal[] = [];
    const log: SignalLog = {
      ...bound(memorySignalLog(queue)),
      open: async (signal) => {
        opened.push(signal);
        throw new Error('not now');
      },
    };
    const { running, said, end } = start(log, [], { role: 'follower' });
    await soon();
    expect(opened.map(({ aborted }) => aborted)).toEqual([false]);
    expect(said()).toEqual([]);
    running.lead({ epoch: 1, leader: 'a' });
    await soon();
    expect(said()).toEqual(['id-1']);
    expect(opened).toHaveLength(1);
    end();
    expect(opened.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test('becomes signal events that carry their ids, acknowledged when every journal holds them', async () => {
    const queue = await filled(3);
    const [disk, mirror] = [new Subject<number>(), new Subject<number>()];
    const { log } = start(memorySignalLog(queue), [disk, mirror]);
    await soon();
    expect(log.map(({ event }) => event)).toEqual(
      [1, 2, 3].map((index) => ({
        ...externalSignal(BTC, index / 100),
        source: { queue: 'signals', id: `id-${index}` },
      })),
    );
    expect(queue.acknowledged).toBe(0);
    disk.next(3);
    await soon();
    expect(queue.acknowledged).toBe(0);
    mirror.next(2);
    await soon();
    expect(queue.acknowledged).toBe(2);
    mirror.next(1);
    mirror.next(9);
    await soon();
    expect(queue.acknowledged).toBe(3);
  });

  test('with no acknowledgements, what the core has seen is done', async () => {
    const queue = await filled(2);
    start(memorySignalLog(queue), []);
    await soon();
    expect(queue.acknowledged).toBe(2);
  });

  test('a crash after the journal and before the acknowledgement: not told again, and acknowledged', async () => {
    const queue = await filled(2);
    const first = start(memorySignalLog(queue), [new Subject()]);
    await soon();
    first.end();
    await memorySignalLog(queue).append('id-3', payload(0.5));
    const journalled = (async function* () {
      yield first.log;
    })();
    const next = start(memorySignalLog(queue), [new BehaviorSubject(9)], { learnFrom: journalled });
    await soon();
    expect(next.said()).toEqual(['id-3']);
    expect(queue.acknowledged).toBe(3);
  });

  test('a snapshot holds the ids that are remembered', async () => {
    const queue = await filled(2);
    const first = start(memorySignalLog(queue), [new Subject()]);
    await soon();
    first.running.stop();
    const restore = first.snapshots.at(-1) as Snapshot;
    expect(restore.drivers['signals']).toEqual({ ids: ['id-1', 'id-2'] });
    await memorySignalLog(queue).append('id-3', payload(0.5));
    const next = start(memorySignalLog(queue), [new BehaviorSubject(9)], { restore });
    await soon();
    expect(next.said()).toEqual(['id-3']);
    expect(queue.acknowledged).toBe(3);
  });

  test('a follower reads nothing, learns from the log, and goes on with what is left when it leads', async () => {
    const queue = await filled(2);
    const leader = start(memorySignalLog(queue), [new Subject()]);
    await soon();
    const follower = start(memorySignalLog(queue), [new BehaviorSubject(99)], { role: 'follower' });
    for (const event of leader.log) follower.running.follow(event);
    await soon();
    expect(follower.said()).toEqual([]);
    leader.end();
    await memorySignalLog(queue).append('id-3', payload(0.5));
    follower.running.lead({ epoch: 2, leader: 'b' });
    await soon();
    expect(follower.said()).toEqual(['id-3']);
    expect(queue.acknowledged).toBe(3);
    follower.running.stepDown();
    await memorySignalLog(queue).append('id-4', payload(0.5));
    await soon();
    expect(follower.said()).toEqual(['id-3']);
    expect(queue.acknowledged).toBe(3);
  });

  test('a payload that holds no signal is told as a fault, acknowledged, and stops nobody', async () => {
    const queue = memoryQueue();
    const log = memorySignalLog(queue);
    const poison = [
      Buffer.from('no JSON'),
      new Uint8Array(0),
      Uint8Array.from([0xff, 0xfe]),
      Buffer.from('null'),
      Buffer.from(JSON.stringify({ ...externalSignal(BTC, 0.5).signal, strength: 2 })),
      Buffer.from(JSON.stringify({ ...externalSignal(BTC, 0.5).signal, more: 1 })),
    ];
    for (const [index, each] of poison.entries()) await log.append(`bad-${index}`, each);
    await log.append('good', payload(0.5));
    const held = new Subject<number>();
    const started = start(memorySignalLog(queue), [held]);
    await soon();
    expect(started.said()).toEqual([...poison.map(() => 'bad-signal'), 'good']);
    expect(started.log[0]?.event).toMatchObject({
      component: 'queue:signals',
      message: expect.stringContaining('"bad-0" at 1 holds no signal'),
    });
    expect(queue.acknowledged).toBe(0);
    held.next(7);
    await soon();
    expect(queue.acknowledged).toBe(7);
  });

  test('no more than maximumPending are in the pipeline and not acknowledged', async () => {
    const queue = await filled(10);
    const held = new Subject<number>();
    const started = start(memorySignalLog(queue), [held], { maximumPending: 3 });
    await soon();
    expect(started.said()).toHaveLength(3);
    held.next(2);
    await soon();
    expect(started.said()).toHaveLength(5);
    held.next(100);
    await soon();
    expect(started.said()).toHaveLength(10);
    expect(queue.acknowledged).toBe(10);
  });

  test('an engine that hands an id out twice: one event, both acknowledged', async () => {
    const queue = memoryQueue();
    for (const [index, id] of ['a', 'a', 'b', 'a'].entries())
      queue.entries.push({ position: index + 1, id, payload: payload(0.5), deliveries: 0 });
    const started = start(memorySignalLog(queue), [new BehaviorSubject(9)]);
    await soon();
    expect(started.said()).toEqual(['a', 'b']);
    expect(queue.acknowledged).toBe(4);
  });

  test('a log that cannot be read is told once, and read when it can', async () => {
    const queue = await filled(1);
    const log = memorySignalLog(queue);
    let broken = true;
    const failing: SignalLog = {
      ...log,
      readFrom: (position, signal) => {
        if (broken) throw new Error('the disk is gone');
        return log.readFrom(position, signal);
      },
    };
    const started = start(failing, [new BehaviorSubject(99)]);
    // Long enough to try more than once: it says so once.
    await new Promise((done) => setTimeout(done, 2_300));
    expect(started.said()).toEqual(['unreadable']);
    broken = false;
    await vi.waitFor(() => expect(queue.acknowledged).toBe(1), { timeout: 30_000, interval: 20 });
    expect(started.said()).toEqual(['unreadable', 'id-1']);
  });

  test('what cannot be configured is refused by name', () => {
    const log = memorySignalLog();
    expect(() => signalQueue({ log, acknowledgements: [], maximumPending: 100, remember: 150 })).toThrow(
      /remember must be at least twice maximumPending \(200\), not 150/,
    );
    expect(() => signalQueue({ log } as never)).toThrow(/acknowledgements must be a list/);
    expect(() => signalQueue({ log, acknowledgements: [], name: 'two words' })).toThrow(/signalQueue.name/);
    expect(() => signalQueue({ log, acknowledgements: [], retries: 1 } as never)).toThrow(
      /unknown setting "retries"/,
    );
    expect(() => encodeSignal({ ...externalSignal(BTC, 0.5).signal, strength: Number.NaN })).toThrow(
      /strength/,
    );
  });
});

describe('kill -9 anywhere', () => {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-once-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('each signal is in the journal once, none is missing', async () => {
    const root = resolve(import.meta.dirname, '../..');
    execFileSync(
      process.execPath,
      ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', join(folder, 'dist')],
      { cwd: root },
    );
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    execFileSync('ln', ['-s', join(root, 'node_modules'), join(folder, 'node_modules')]);
    const count = 100;
    const queue = join(folder, 'queue');
    const producer = fileSignalLog({ folder: queue });
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        producer.append(`id-${index}`, payload((index + 1) / 1_000)),
      ),
    );
    await producer.close();
    const journal = join(folder, 'journal');
    writeFileSync(journal, '');
    // A journal of lines: written and synced behind the pipeline's back, so that a kill falls between all steps.
    writeFileSync(
      join(folder, 'member.js'),
      `import { openSync, readFileSync, writeSync, fsyncSync } from 'node:fs';
      import { Subject } from 'rxjs';
      import { compose } from './dist/core/compose.js';
      import { run } from './dist/core/run.js';
      import { instrument } from './dist/domain/instrument.js';
      import { liveClock } from './dist/streams/clocks/live-clock.js';
      import { fileSignalLog } from './dist/queues/file-signal-log.js';
      import { signalQueue } from './dist/queues/signal-queue.js';
      const BTC = instrument({ venue: 'binance', symbol: 'BTCUSDT', kind: 'spot', base: 'BTC', quote: 'USDT', tick: '0.01', lot: '0.00001' });
      const known = readFileSync('journal', 'utf8').split('\\n').slice(0, -1).map((line) => ({ seq: 0, ts: 0, event: JSON.parse(line) }));
      const file = openSync('journal', 'a');
      const held = new Subject();
      let waiting = [];
      setInterval(() => {
        const batch = waiting;
        waiting = [];
        if (batch.length === 0) return;
        writeSync(file, batch.map(({ event }) => JSON.stringify(event) + '\\n').join(''));
        fsyncSync(file);
        held.next(batch.at(-1).seq);
      }, 1);
      run(compose({ name: 'test', instruments: [BTC] }), {
        clock: liveClock(),
        journal: { append: (event) => waiting.push(event) },
        drivers: [signalQueue({ log: fileSignalLog({ folder: 'queue' }), acknowledgements: [held], maximumPending: 7, learnFrom: (async function* () { yield known; })() })],
      }).subscribe();`,
    );
    const lines = (): readonly string[] => readFileSync(journal, 'utf8').split('\n').slice(0, -1);
    for (let round = 0; lines().length < count && round < 100; round++) {
      const before = lines().length;
      const child = spawn(process.execPath, ['member.js'], {
        cwd: folder,
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const exited = new Promise((done) => child.on('exit', done));
      // Killed once it has done something, at another place each time.
      while (lines().length < Math.min(count, before + 1) && child.exitCode === null)
        await new Promise((done) => setTimeout(done, 1));
      await new Promise((done) => setTimeout(done, (round * 7) % 23));
      child.kill('SIGKILL');
      await exited;
      expect(lines().length).toBeGreaterThan(before);
    }
    const ids = lines().map((line) => (JSON.parse(line) as { source: { id: string } }).source.id);
    expect(ids).toEqual(Array.from({ length: count }, (_, index) => `id-${index}`));
  });
});
