import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { encode } from '@msgpack/msgpack';
import fc from 'fast-check';
import {
  firstValueFrom,
  from,
  lastValueFrom,
  NEVER,
  of,
  Subject,
  startWith,
  take,
  throwError,
  toArray,
} from 'rxjs';
import { describe, expect, it } from 'vitest';
import { instrumentId } from '../../src/domain/brand.js';
import { ConfigurationError, InputError } from '../../src/domain/errors.js';
import type { SequencedEvent, TimedEvent } from '../../src/domain/event.js';
import { instrument } from '../../src/domain/instrument.js';
import { checkEvent } from '../../src/domain/wire.js';
import { openOwnRecording } from '../../src/streams/readers/own-format.js';
import type { TornTail } from '../../src/streams/readers/reader-options.js';
import { record } from '../../src/streams/recording/record.js';
import { frameHead } from '../../src/streams/recording/record-frames.js';
import { RecordingWriter } from '../../src/streams/recording/recording-writer.js';
import { readAll, temporaryFolder } from './support.js';

const folder = temporaryFolder();
let files = 0;
const fresh = (): string => `${folder.path}/own-${files++}`;
const btc = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.00001',
  fees: { maker: 0.001, taker: 0.001 },
});
const trade = (ts: number, price = 6_183_763): TimedEvent => ({
  ts,
  event: {
    kind: 'trade',
    instrument: instrumentId(btc.id),
    venueTime: ts,
    price,
    quantity: 2_000,
    aggressor: 'sell',
    tradeId: '3735683259',
  },
});
const market = { kind: 'market', instruments: [btc], created: 'a test' } as const;
const write = async (events: readonly TimedEvent[], path = fresh()): Promise<string> => {
  const writer = new RecordingWriter(path, market);
  for (const event of events) writer.write(event);
  await writer.close();
  return path;
};
const three = [trade(1723161254087.8916), trade(1723161254088, -5), trade(1723161254089.5)];

describe('recordings of our own', () => {
  it('give back what was written, gzip or plain', async () => {
    const path = await write(three);
    const source = await openOwnRecording(path);
    expect(source).toMatchObject({ kind: 'market', instruments: [btc] });
    expect(await readAll(source)).toMatchObject({
      events: three,
      error: undefined,
      bytesRead: source.bytesTotal,
    });
    const packed = fresh();
    writeFileSync(packed, gzipSync(readFileSync(path)));
    expect((await readAll(await openOwnRecording(packed))).events).toEqual(three);
  });

  it('carry books larger than the buffer, and many events, in order', async () => {
    const bids = Array.from({ length: 200_000 }, (_, index) => 6_000_000_000 + index);
    const book: TimedEvent = {
      ts: 5,
      event: {
        kind: 'book',
        instrument: btc.id,
        venueTime: 0,
        action: 'snapshot',
        first: 50_093_239_189,
        last: 50_093_239_189,
        previous: -1,
        bids,
        asks: [],
      },
    };
    const events = [trade(4), book, ...Array.from({ length: 5_000 }, (_, index) => trade(6 + index))];
    expect((await readAll(await openOwnRecording(await write(events)))).events).toEqual(events);
  });

  it('keep seq in a journal, and refuse a hole in it', async () => {
    const path = fresh();
    const log = [7, 8, 10].map((seq): SequencedEvent => ({ seq, ...trade(seq) }));
    await lastValueFrom(from(log).pipe(record(path, { kind: 'journal', instruments: [btc] })));
    const { events, error } = await readAll(await openOwnRecording(path, { kind: 'journal' }));
    expect(events).toEqual(log.slice(0, 2));
    expect(String(error)).toMatch(
      /record at byte \d+: seq must be 9, right after the record before it, not 10/,
    );
    await expect(openOwnRecording(path, { kind: 'market' })).rejects.toThrow(
      /header.kind must be market here/,
    );
    await expect(
      lastValueFrom(of(trade(1)).pipe(record(fresh(), { kind: 'journal', instruments: [] }))),
    ).rejects.toThrow(/seq of an event in journal .* must be an integer, not undefined/);
  });

  it('read up to the last whole record wherever a crash cut them', async () => {
    const path = await write(three);
    const bytes = readFileSync(path);
    const header = readFileSync(await write([])).length;
    const eachRecord = (bytes.length - header) / 3;
    for (let length = header; length <= bytes.length; length += 7) {
      const torn = folder.write('torn', bytes.subarray(0, length));
      const tails: TornTail[] = [];
      const source = await openOwnRecording(torn, { onTornTail: (tail) => tails.push(tail) });
      const { events, error } = await readAll(source);
      expect(error).toBeUndefined();
      expect(three.slice(0, events.length)).toEqual(events);
      const whole = tails[0]?.offset ?? length;
      expect(whole + (tails[0]?.bytes ?? 0)).toBe(length);
      expect(length - whole).toBeLessThan(eachRecord + 10);
    }
    await expect(openOwnRecording(folder.write('torn', bytes.subarray(0, header - 1)))).rejects.toThrow(
      /no whole record/,
    );
  });

  it('take zeros after the last record for a torn tail', async () => {
    const bytes = Buffer.concat([readFileSync(await write(three)), Buffer.alloc(5_000)]);
    const tails: TornTail[] = [];
    const source = await openOwnRecording(folder.write('zeros', bytes), {
      onTornTail: (tail) => tails.push(tail),
    });
    expect(await readAll(source)).toMatchObject({ events: three, error: undefined });
    expect(tails).toMatchObject([{ bytes: 5_000, reason: 'a record of 0 bytes' }]);
  });

  it('are refused where a record in the middle is damaged, whatever byte it is', async () => {
    const bytes = readFileSync(await write(three));
    const header = readFileSync(await write([])).length;
    const eachRecord = (bytes.length - header) / 3;
    for (let at = header + Math.ceil(eachRecord) + 10; at < header + 2 * eachRecord - 10; at += 3) {
      const damaged = Buffer.from(bytes);
      damaged.writeUInt8((damaged[at] as number) ^ 0x10, at);
      const { events, error } = await readAll(await openOwnRecording(folder.write('damaged', damaged)));
      expect(events).toEqual(three.slice(0, 1));
      expect(error).toBeInstanceOf(InputError);
      expect(String(error)).toMatch(/the recording is damaged here/);
    }
  });

  it('are refused by name for another schema, a bad event, and foreign content', async () => {
    const frame = (value: unknown): Buffer => Buffer.concat([frameHead(encode(value)), encode(value)]);
    const header = { format: 'millrace', kind: 'market', schema: 1, instruments: [], created: '' };
    const newer = folder.write('newer', frame({ ...header, schema: 99 }));
    await expect(openOwnRecording(newer)).rejects.toThrow(/newer: header.schema must be 1, .* not 99/);
    const odd = Buffer.concat([frame(header), frame([1, { kind: 'trade', price: 'x' }]), frame([2, {}])]);
    const { error } = await readAll(await openOwnRecording(folder.write('odd', odd)));
    expect(String(error)).toMatch(/record at byte \d+: trade.instrument must be a name/);
    await expect(openOwnRecording(folder.write('foreign', 'hello world, this is text'))).rejects.toThrow(
      InputError,
    );
  });

  it('give an InputError or valid events for any change of bytes', async () => {
    const bytes = readFileSync(await write(three));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), fc.boolean(), async (at, value, random) => {
        const changed = random ? Buffer.from(bytes.subarray(at)) : Buffer.from(bytes);
        if (!random) changed.writeUInt8(value, at);
        const outcome = await openOwnRecording(folder.write('fuzz', changed)).then(
          readAll,
          (error: unknown) => ({
            events: [],
            error,
          }),
        );
        if (outcome.error !== undefined) expect(outcome.error).toBeInstanceOf(InputError);
        for (const { event } of outcome.events) checkEvent(event);
      }),
      { numRuns: 200 },
    );
  });
});

describe('record', () => {
  it('hands events on and completes when the file is whole', async () => {
    const path = fresh();
    const passed = await lastValueFrom(from(three).pipe(record(path, market), toArray()));
    expect(passed).toEqual(three);
    expect((await readAll(await openOwnRecording(path))).events).toEqual(three);
  });

  it('closes the file on errors and on unsubscribing', async () => {
    const failing = fresh();
    const source = throwError(() => new Error('link down')).pipe(startWith(three[0] as TimedEvent));
    await expect(lastValueFrom(source.pipe(record(failing, market)))).rejects.toThrow('link down');
    expect((await readAll(await openOwnRecording(failing))).events).toEqual(three.slice(0, 1));
    const left = fresh();
    await firstValueFrom(from(three).pipe(record(left, market), take(1)));
    await firstValueFrom(NEVER.pipe(startWith(three[1] as TimedEvent), record(fresh(), market)));
    expect((await readAll(await openOwnRecording(left))).events).toEqual(three.slice(0, 1));
  });

  it('refuses to replace a file unless told so', async () => {
    const path = await write(three);
    await expect(lastValueFrom(of(trade(1)).pipe(record(path, market)))).rejects.toThrow(ConfigurationError);
    await lastValueFrom(of(trade(1)).pipe(record(path, { ...market, overwrite: true })));
    expect((await readAll(await openOwnRecording(path))).events).toEqual([trade(1)]);
    await expect(lastValueFrom(of(trade(1)).pipe(record(`${folder.path}/no/such`, market)))).rejects.toThrow(
      /cannot be created/,
    );
  });

  it('opens the file on subscription, and writes before it hands on', () => {
    const path = fresh();
    const input = new Subject<TimedEvent>();
    const recorded = input.pipe(record(path, market));
    expect(existsSync(path)).toBe(false);
    const subscription = recorded.subscribe();
    expect(existsSync(path)).toBe(true);
    subscription.unsubscribe();
    expect(input.observed).toBe(false);
  });
});
