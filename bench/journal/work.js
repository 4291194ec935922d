// @ts-check
import { closeSync, fdatasync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BlockEncoder, decodeBlock, openJournal } from 'millrace/journal';
import { nanosecondsEach } from '../harness/measure.js';
import { pollute } from '../harness/pollute.js';
import { median } from '../harness/statistics.js';

const BATCH = 256;
const INSTRUMENTS = Array.from({ length: 16 }, (_, index) => /** @type {any} */ (`venue:MARKET${index}`));

/** Six quotes, two trades and two deltas of a book in ten. @param {number} seq */
function market(seq) {
  const instrument = INSTRUMENTS[seq & 15];
  const venueTime = 1_770_000_000_000.5 + seq;
  const turn = seq % 10;
  if (turn < 6)
    return {
      kind: /** @type {const} */ ('quote'),
      instrument,
      venueTime,
      bidPrice: 6_000_000 + (seq & 1_023),
      bidQuantity: seq & 63,
      askPrice: 6_000_010 + (seq & 1_023),
      askQuantity: 5,
      updateId: 10_000_000_000 + seq,
    };
  if (turn < 8)
    return {
      kind: /** @type {const} */ ('trade'),
      instrument,
      venueTime,
      price: 6_000_000,
      quantity: 200,
      aggressor: /** @type {const} */ ('buy'),
      tradeId: String(3_735_683_259 + seq),
    };
  return {
    kind: /** @type {const} */ ('book'),
    instrument,
    venueTime,
    action: /** @type {const} */ ('delta'),
    first: seq,
    last: seq + 1,
    previous: -1,
    bids: [6_000_000, 3, 5_999_999, 0],
    asks: [6_000_011, 7],
  };
}

/** @param {number} from */
const batch = (from) =>
  Array.from({ length: BATCH }, (_, index) => ({
    seq: from + index,
    ts: 1_770_000_000_000 + from + index,
    event: market(from + index),
  }));

const RING = Array.from({ length: 64 }, (_, index) => batch(1 + index * BATCH));

/** The same events with the places that come next, made before anything is timed. @param {number} count */
const logOf = (count) => Array.from({ length: count }, (_, index) => batch(1 + index * BATCH));

/** @param {{ variant: string, quick?: boolean, warmUp: number, count: number, folder: string }} task */
export async function work({ variant, quick, warmUp, count, folder }) {
  const polluted = pollute(quick);
  let seen = 0;
  if (variant === 'encode' || variant === 'encode and decode') {
    const encoder = new BlockEncoder();
    const play = (/** @type {number} */ from, /** @type {number} */ to) => {
      for (let index = from; index < to; index += BATCH) {
        const { bytes } = encoder.encode(/** @type {any} */ (RING[(index / BATCH) & 63]));
        seen += variant === 'encode' ? bytes.length : decodeBlock(bytes).length;
      }
    };
    for (let index = 0; index < warmUp; index += 4 * BATCH) play(index, index + 4 * BATCH);
    return { each: nanosecondsEach(play, { warmUp: 0, count }), seen: seen + polluted };
  }
  const place = mkdtempSync(join(folder, 'millrace-bench-'));
  try {
    if (variant === 'bare fdatasync') return { each: await bareSyncs(join(place, 'file'), quick) };
    const journal = await openJournal({ folder: join(place, 'journal') });
    const log = /** @type {any[]} */ (logOf((warmUp + count) / BATCH));
    try {
      if (variant === 'group commit') return { each: await commits(journal, log, quick) };
      const play = (/** @type {number} */ from, /** @type {number} */ to) => {
        for (let index = from; index < to; index += BATCH) journal.append(log[index / BATCH]);
      };
      play(0, warmUp);
      const each = [];
      // Wall time: a disk that is waited for costs no processor.
      for (let slice = 0; slice < 10; slice++) {
        const from = warmUp + Math.floor((count / BATCH) * (slice / 10)) * BATCH;
        const to = warmUp + Math.floor((count / BATCH) * ((slice + 1) / 10)) * BATCH;
        const start = performance.now();
        play(from, to);
        each.push(((performance.now() - start) * 1e6) / (to - from));
      }
      return { each: median(each), seen: journal.last + polluted };
    } finally {
      await journal.close();
    }
  } finally {
    rmSync(place, { recursive: true });
  }
}

/** Nanoseconds of a write of a block's size with a bare fdatasync behind it. @param {string} path @param {boolean} [quick] */
async function bareSyncs(path, quick) {
  const file = openSync(path, 'w');
  const bytes = Buffer.alloc(18_000, 1);
  const times = [];
  for (let index = 0; index < (quick ? 20 : 400); index++) {
    writeSync(file, bytes, 0, bytes.length, index * bytes.length);
    const start = performance.now();
    await promisify(fdatasync)(file);
    times.push((performance.now() - start) * 1e6);
  }
  closeSync(file);
  return median(times);
}

/**
 * Nanoseconds from an append to the word that it is on the disk, while others are appended all the time.
 *
 * @param {import('millrace/journal').JournalStore} journal
 * @param {any[]} log
 * @param {boolean} [quick]
 */
async function commits(journal, log, quick) {
  /** @type {number[]} */
  const times = [];
  const wanted = quick ? 20 : 1_000;
  const waiting = [];
  for (let index = 0; index < wanted && index < log.length; index++) {
    journal.append(log[index]);
    const start = performance.now();
    waiting.push(
      journal.flushed(journal.last, 'fsync').then(() => {
        times.push((performance.now() - start) * 1e6);
      }),
    );
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.all(waiting);
  return median(times);
}
