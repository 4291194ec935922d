import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { fileSignalLog } from '../../src/queues/file-signal-log.js';
import { kafkaSignalLog } from '../../src/queues/kafka-signal-log.js';
import { memoryQueue, memorySignalLog } from '../../src/queues/memory-signal-log.js';
import { natsSignalLog } from '../../src/queues/nats-signal-log.js';
import { rabbitSignalLog } from '../../src/queues/rabbit-signal-log.js';
import { redisSignalLog } from '../../src/queues/redis-signal-log.js';
import { queueConformance, take } from './conformance.js';

const root = mkdtempSync(join(tmpdir(), 'millrace-queues-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const fresh = (): string => join(root, `queue-${folders++}`);
const bytes = (text: string): Uint8Array => Buffer.from(text);

describe('in memory', () => {
  queueConformance({ places: true, shared: true, remembersForAll: true }, async () => {
    const queue = memoryQueue();
    return { open: () => memorySignalLog(queue) };
  });
});

describe('on the local disk', () => {
  queueConformance({ places: true, shared: false, remembersForAll: true }, async () => {
    const folder = fresh();
    return { open: () => fileSignalLog({ folder, segmentBytes: 20_000 }) };
  });

  /** A folder with three entries, closed. */
  async function three(): Promise<{ readonly folder: string; readonly file: string }> {
    const folder = fresh();
    const log = fileSignalLog({ folder });
    for (const id of ['a', 'b', 'c']) await log.append(id, bytes(`payload of ${id}`));
    await log.close();
    return { folder, file: join(folder, '0000000000000001.signals') };
  }
  const idsIn = async (folder: string, count: number): Promise<readonly string[]> => {
    const log = fileSignalLog({ folder });
    try {
      return (await take(log, count)).map(({ id }) => id);
    } finally {
      await log.close();
    }
  };

  test('what a crash tore off is cut, at every byte, and the next goes behind what is whole', async () => {
    const { file } = await three();
    const whole = readFileSync(file);
    const secondEnds = whole.length - (8 + 10 + 1 + 'payload of c'.length);
    for (let cut = secondEnds; cut < whole.length; cut++) {
      const folder = fresh();
      mkdirSync(folder);
      writeFileSync(join(folder, '0000000000000001.signals'), whole.subarray(0, cut));
      const log = fileSignalLog({ folder });
      expect(await log.append('d', bytes('d'))).toBe(3);
      expect((await take(log, 3)).map(({ id }) => id)).toEqual(['a', 'b', 'd']);
      await log.close();
    }
  });

  test('a file that a crash left without its header is begun anew', async () => {
    const { folder } = await three();
    writeFileSync(join(folder, '0000000000000004.signals'), 'MRSIG');
    const log = fileSignalLog({ folder });
    expect(await log.append('d', bytes('d'))).toBe(4);
    await log.close();
  });

  test('a flipped bit before the last record is damage, and told with file and byte', async () => {
    const { folder, file } = await three();
    const damaged = readFileSync(file);
    damaged[40] = (damaged[40] as number) ^ 1;
    writeFileSync(file, damaged);
    const log = fileSignalLog({ folder });
    await expect(log.append('d', bytes('d'))).rejects.toThrow(
      `${file} is damaged at byte 18: the record of position 1`,
    );
    await expect(take(log, 1)).rejects.toThrow('is damaged');
    await log.close();
    expect(Buffer.compare(readFileSync(file), damaged)).toBe(0);
  });

  test('a file of somebody else, a missing file and a damaged cursor are refused by name', async () => {
    const { folder, file } = await three();
    writeFileSync(join(folder, 'acknowledged'), 'many');
    await expect(idsIn(folder, 1)).rejects.toThrow(
      /acknowledged must hold a position of at most 3, not "many"/,
    );
    writeFileSync(join(folder, 'acknowledged'), '9\n');
    await expect(idsIn(folder, 1)).rejects.toThrow(/at most 3/);
    writeFileSync(join(folder, 'acknowledged'), '1\n');
    expect(await idsIn(folder, 2)).toEqual(['b', 'c']);
    copyFileSync(file, join(folder, '0000000000000009.signals'));
    await expect(idsIn(folder, 1)).rejects.toThrow(/begins at 1 behind 3: a file is missing/);
    writeFileSync(join(folder, '0000000000000009.signals'), 'something else altogether');
    await expect(idsIn(folder, 1)).rejects.toThrow(/is no segment of a signal log/);
  });

  test('a folder in use is refused with the process that has it, until it is closed', async () => {
    const folder = fresh();
    const one = fileSignalLog({ folder });
    await one.append('a', bytes('a'));
    const other = fileSignalLog({ folder });
    await expect(other.append('b', bytes('b'))).rejects.toThrow(
      `is in use by process ${process.pid} (this one)`,
    );
    await one.close();
    expect(await other.append('b', bytes('b'))).toBe(2);
    await other.close();
  });

  test('files are removed once acknowledged, except for the ids that are remembered', async () => {
    const folder = fresh();
    const log = fileSignalLog({ folder, segmentBytes: 1, remember: 3 });
    for (let index = 1; index <= 6; index++) await log.append(`id-${index}`, bytes('x'));
    const files = (): number => readdirSync(folder).filter((name) => name.endsWith('.signals')).length;
    expect(files()).toBe(6);
    await log.ack(2);
    expect(files()).toBe(4);
    await log.ack(6);
    expect(files()).toBe(3);
    expect(await log.append('id-4', bytes('x'))).toBe(4);
    expect(await log.append('id-1', bytes('x'))).toBe(7);
    await log.close();
    expect(await idsIn(folder, 1)).toEqual(['id-1']);
  });

  test('many at once share syncs and keep their order', async () => {
    const log = fileSignalLog({ folder: fresh() });
    const positions = await Promise.all(
      Array.from({ length: 3_000 }, (_, index) => log.append(`id-${index}`, bytes(String(index)))),
    );
    expect(positions).toEqual(positions.map((_, index) => index + 1));
    await log.close();
  });

  test('a folder that cannot be is told', async () => {
    const { file } = await three();
    const log = fileSignalLog({ folder: file });
    await expect(log.append('a', bytes('a'))).rejects.toThrow(/EEXIST|ENOTDIR/);
    await log.close();
  });
});

describe('settings', () => {
  test.each([
    ['no folder', () => fileSignalLog({ folder: '' }), /fileSignalLog.folder must be the path/],
    ['nothing remembered', () => fileSignalLog({ folder: 'x', remember: 0 }), /fileSignalLog.remember/],
    [
      'an unknown setting',
      () => fileSignalLog({ folder: 'x', sync: true } as never),
      /unknown setting "sync"/,
    ],
    ['no URL', () => redisSignalLog({ url: 'redis', key: 'k' }), /redisSignalLog.url/],
    ['no key', () => redisSignalLog({ url: 'redis://h', key: ' ' }), /redisSignalLog.key/],
    [
      'a stream with a dot',
      () => natsSignalLog({ servers: ['nats://h'], stream: 'a.b' }),
      /natsSignalLog.stream/,
    ],
    ['no servers', () => natsSignalLog({ servers: [], stream: 'a' }), /natsSignalLog.servers/],
    ['another scheme', () => rabbitSignalLog({ url: 'http://h', queue: 'q' }), /rabbitSignalLog.url/],
    ['a reserved queue', () => rabbitSignalLog({ url: 'amqp://h', queue: 'amq.q' }), /rabbitSignalLog.queue/],
    [
      'too much at once',
      () => rabbitSignalLog({ url: 'amqp://h', queue: 'q', prefetch: 70_000 }),
      /prefetch/,
    ],
    ['no port', () => kafkaSignalLog({ brokers: ['h'], topic: 't', group: 'g' }), /kafkaSignalLog.brokers/],
    ['no group', () => kafkaSignalLog({ brokers: ['h:1'], topic: 't', group: '' }), /kafkaSignalLog.group/],
  ])('%s: refused by name', (_what, make, why) => {
    expect(make).toThrow(why);
    expect(make).toThrow(expect.objectContaining({ name: 'ConfigurationError' }));
  });
});
