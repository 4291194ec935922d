// @ts-check
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { LogFeed, openBridge } from 'millrace/failover';
import { Router } from 'zeromq';
import { BlockEncoder } from '../../dist/journal/block/block-encoder.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));
/** As a leader that has nothing to do: one that spins takes the processor from ZeroMQ's own threads and from the mirror. */
const rest = () => new Promise((resolve) => setTimeout(resolve, 1));

/** @param {ArrayLike<number>} values */
function percentiles(values) {
  const sorted = Float64Array.from(values).sort();
  const at = (/** @type {number} */ share) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return { p50: at(0.5), p99: at(0.99), most: at(1) };
}

/** @param {number} seq */
const trade = (seq) => ({
  seq,
  ts: 1_770_000_000_000 + seq * 0.005,
  event: {
    kind: /** @type {const} */ ('trade'),
    instrument: /** @type {any} */ (`A${seq & 15}`),
    venueTime: 1_770_000_000_000 + seq * 0.005,
    price: 1_000_000 + (seq % 97),
    quantity: 1 + (seq % 13),
    aggressor: /** @type {const} */ ('buy'),
    tradeId: String(seq),
  },
});

/** What one turn of an idle event loop takes at worst: no latency here can be better than that. */
async function noise(/** @type {number} */ duration) {
  const gaps = [];
  const end = performance.now() + duration;
  for (let last = performance.now(); last < end; ) {
    await turn();
    const now = performance.now();
    gaps.push(now - last);
    last = now;
  }
  return percentiles(gaps);
}

/** Bare ZeroMQ: one small message there and back, one at a time. */
async function roundTrips(
  /** @type {Router} */ socket,
  /** @type {Buffer} */ peer,
  /** @type {number} */ count,
) {
  const times = [];
  const body = Buffer.alloc(100);
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await socket.send([peer, body]);
    await socket.receive();
    times.push(performance.now() - start);
  }
  return times;
}

/** The same once a millisecond, as blocks are sent at a steady rate: both processes have gone to rest between. */
async function pacedRoundTrips(
  /** @type {Router} */ socket,
  /** @type {Buffer} */ peer,
  /** @type {number} */ count,
) {
  const times = [];
  const body = Buffer.alloc(300);
  for (let index = 0; index < count; index++) {
    const start = performance.now();
    await socket.send([peer, body]);
    await socket.receive();
    times.push(performance.now() - start);
    await rest();
  }
  return times;
}

/** The same while this process never rests, as in the measurements of the bridge. */
async function busyRoundTrips(
  /** @type {Router} */ socket,
  /** @type {Buffer} */ peer,
  /** @type {number} */ count,
) {
  let over = false;
  const spin = (async () => {
    while (!over) await turn();
  })();
  const times = await roundTrips(socket, peer, count);
  over = true;
  await spin;
  return times;
}

/** Leader and follower in two processes. @param {{ quick: boolean }} task */
export async function work({ quick }) {
  const bare = new Router({ linger: 0, mandatory: true });
  await bare.bind('tcp://127.0.0.1:*');
  const bridge = await openBridge({ node: 'a', bind: 'tcp://127.0.0.1:*' });
  const mirror = fork(fileURLToPath(new URL('./mirror.js', import.meta.url)), [
    /** @type {string} */ (bare.lastEndpoint),
    bridge.address,
  ]);
  const [peer] = await bare.receive();
  const encoder = new BlockEncoder();
  let last = 0;
  let acked = 0;
  let follower = '';
  /** What is not acked: on a machine that is busy it may be more than the feed itself remembers. @type {any[]} */
  const kept = [];
  let heard = (/** @type {number} */ _) => {};
  const feed = new LogFeed(
    {
      get last() {
        return last;
      },
      async *blocks(after) {
        for (const block of kept) if (block.to > after) yield block;
      },
      newestSnapshot: async () => undefined,
    },
    { send: (message) => bridge.send(follower, message) === 'queued' },
    (error) => {
      throw error;
    },
    (_session, reason) => {
      throw new Error(reason);
    },
  );
  const standing = new Promise((resolve) => {
    bridge.messages$.subscribe(({ from, message }) => {
      if (message.type !== 'ack') return;
      follower = from;
      acked = message.upTo;
      while (/** @type {any} */ (kept[0])?.to <= acked) kept.shift();
      feed.grant(message.session, message.upTo, message.credit);
      heard(message.upTo);
      resolve(undefined);
    });
  });
  // A member does so at each of its beats: what the network had no room for goes out then, if no ack comes before.
  const beat = setInterval(() => feed.pump(), 2);
  feed.start({ epoch: 1, session: 1 }, 0, 0);
  await standing;
  /** @type {any[]} */
  let due = [];
  /** When each block was cut, that is before it was encoded. @type {{ to: number, at: number }[]} */
  let cuts = [];
  const flush = () => {
    // While enough is on the way, what is due is gathered into the next.
    if (due.length === 0 || (due.length < 4_096 && feed.crowded)) return;
    cuts.push({ to: due.at(-1).seq, at: performance.now() });
    const block = encoder.encode(due);
    due = [];
    last = block.to;
    kept.push(block);
    feed.appended(block);
  };
  let seq = 0;

  /** Events at a steady rate, each due at its own instant; what is due is sent at once, as one block. */
  async function paced(/** @type {number} */ rate, /** @type {number} */ duration) {
    const first = seq + 1;
    const count = Math.floor((rate * duration) / 1_000);
    // Made beforehand: lists that grow to a million would be copied, and collected, while we measure.
    const lags = new Float64Array(count);
    const sent = new Float64Array(count);
    cuts = [];
    let cut = 0;
    const start = performance.now();
    const dueAt = (/** @type {number} */ each) => start + ((each - first) * 1_000) / rate;
    let next = acked + 1;
    heard = (upTo) => {
      const now = performance.now();
      for (; next <= upTo; next++) {
        while (/** @type {any} */ (cuts[cut]).to < next) cut++;
        sent[next - first] = now - /** @type {any} */ (cuts[cut]).at;
        lags[next - first] = now - dueAt(next);
      }
    };
    while (seq < first + count - 1) {
      const now = performance.now();
      for (let most = 1_024; most > 0 && seq < first + count - 1 && dueAt(seq + 1) <= now; most--)
        due.push(trade(++seq));
      flush();
      await rest();
    }
    while (acked < seq) {
      flush();
      await rest();
    }
    heard = () => {};
    return { due: percentiles(lags), sent: percentiles(sent) };
  }

  /** As many as it takes, in blocks of 256. */
  async function flood(/** @type {number} */ count) {
    const end = seq + count;
    const start = performance.now();
    while (acked < end) {
      for (let blocks = 0; blocks < 4 && seq < end && feed.inFlight < 4; blocks++) {
        for (let each = 0; each < 256 && seq < end; each++) due.push(trade(++seq));
        flush();
      }
      flush();
      await turn();
    }
    return (count * 1_000) / (performance.now() - start);
  }

  const rounds = quick ? 200 : 3_000;
  const duration = quick ? 300 : 5_000;
  await roundTrips(bare, /** @type {Buffer} */ (peer), rounds);
  await flood(quick ? 20_000 : 500_000);
  await paced(20_000, duration / 2);
  const idle = await noise(duration / 2);
  const before = await roundTrips(bare, /** @type {Buffer} */ (peer), rounds);
  const busy = await busyRoundTrips(bare, /** @type {Buffer} */ (peer), rounds);
  const pacedBefore = await pacedRoundTrips(bare, /** @type {Buffer} */ (peer), rounds / 2);
  const slow = await paced(20_000, duration);
  const pacedAfter = await pacedRoundTrips(bare, /** @type {Buffer} */ (peer), rounds / 2);
  const after = await roundTrips(bare, /** @type {Buffer} */ (peer), rounds);
  const fast = await paced(200_000, duration);
  const perSecond = await flood(quick ? 50_000 : 2_000_000);
  bare.close();
  clearInterval(beat);
  feed.stop();
  await bridge.close();
  mirror.disconnect();
  await once(mirror, 'exit');
  return {
    noise: idle,
    roundTrip: percentiles([...before, ...after]),
    busy: percentiles(busy),
    paced: percentiles([...pacedBefore, ...pacedAfter]),
    slow,
    fast,
    perSecond,
  };
}
