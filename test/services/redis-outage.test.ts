import { randomUUID } from 'node:crypto';
import { Subject } from 'rxjs';
import { expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { run } from '../../src/core/run.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import { books, type SignalFields, signals } from '../../src/operators/index.js';
import { encodeSignal, redisSignalLog, signalQueue } from '../../src/queues/index.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { said } from '../queues/feed-conformance.js';
import { instrumentOf } from '../queues/support.js';
import { REDIS } from './plans.js';
import { describeWithServer, RunningServer } from './server.js';

const BTC = instrumentOf();
/** What counts, and how much had expired when it came. */
const seen = pure(
  'seen',
  ({ pool }: Frame & SignalFields) => ({
    active: pool.active().map(({ name }) => name),
    stale: pool.statistics.stale,
  }),
  { active: [], stale: 0 } as { readonly active: readonly string[]; readonly stale: number },
);

describeWithServer('a queue of signals whose Redis is away for three seconds', [REDIS], () => {
  it('goes on: what was not acknowledged comes once, and what has expired meanwhile is not taken for fresh', async () => {
    const server = await RunningServer.start(REDIS);
    const open = () => redisSignalLog({ url: `redis://127.0.0.1:${server.port}`, key, timeout: '15s' });
    const key = randomUUID();
    const [producer, log] = [open(), open()];
    const append = (name: string, validUntil: number) =>
      producer.append(
        name,
        encodeSignal(said({ name, instrument: BTC.id, eventTime: Date.now(), validUntil })),
      );
    const held = new Subject<number>();
    const journal = new MemoryJournal();
    const events = journal.events as SequencedEvent[];
    const told = () => events.flatMap(({ event }) => (event.kind === 'signal' ? [event.signal.name] : []));
    let pool: readonly string[] = [];
    let expired = 0;
    const running = run(compose({ instruments: [BTC] }, books(), signals([]), seen), {
      clock: liveClock(),
      // Two are in the pipeline and unacknowledged: the third waits in Redis while it is away.
      drivers: [signalQueue({ log, acknowledgements: [held], maximumPending: 2 })],
      journal,
    }).subscribe((frame) => {
      pool = frame.seen.active;
      expired = frame.seen.stale;
    });
    try {
      const later = Date.now() + 600_000;
      await append('first', later);
      await append('second', later);
      await append('short', Date.now() + 2_500);
      await expect.poll(told, { timeout: 10_000 }).toEqual(['first', 'second']);
      await server.kill();
      await expect(append('lost', later)).rejects.toThrow();
      await new Promise((done) => setTimeout(done, 3_000));
      await server.start();
      await append('last', later);
      held.next(events.at(-1)?.seq ?? 0);
      await expect.poll(told, { timeout: 10_000 }).toContain('short');
      held.next(events.at(-1)?.seq ?? 0);
      await expect.poll(told, { timeout: 10_000 }).toContain('last');
      held.next(events.at(-1)?.seq ?? 0);
      expect(told()).toEqual(['first', 'second', 'short', 'last']);
      expect(pool).toEqual(['first', 'last', 'second']);
      expect(expired).toBe(1);
      // All was acknowledged: who comes next has nothing left.
      await expect
        .poll(
          async () => {
            const abort = AbortSignal.timeout(700);
            const other = open();
            const left: string[] = [];
            for await (const { id } of other.readFrom(0, abort)) left.push(id);
            await other.close();
            return left;
          },
          { timeout: 10_000 },
        )
        .toEqual([]);
    } finally {
      running.unsubscribe();
      await Promise.all([producer.close(), log.close()]);
      await server.stop();
    }
  }, 60_000);
});
