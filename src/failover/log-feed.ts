import { crc32 } from 'node:zlib';
import { encodeSnapshot } from '../core/snapshot.js';
import type { Block } from '../journal/journal-store.js';
import type { Network, ReplicatedLog } from './ports.js';
import type { SnapshotChunk } from './protocol/message.js';

/** Size of a piece of a snapshot. */
const CHUNK = 65_536;
/** Most bytes of blocks in memory that no follower has acked, so that one in sync is never fed from the disk. */
const RECENT_BYTES = 16_777_216;
/** Bytes of blocks that are read from the journal at a time, for a follower that is behind. */
const AHEAD_BYTES = 1_048_576;
/** So many blocks wait for an ack: what comes is gathered, since more messages would only make it slower. */
const CROWDED = 4;
/** The same when they are long, as at a high rate: a message less saves more than the wait for an ack costs. */
const CROWDED_BYTES = 32_768;

interface Target {
  readonly epoch: number;
  readonly session: number;
}

/** What is fed. */
export type FeedLog = Pick<ReplicatedLog, 'last' | 'blocks' | 'newestSnapshot'>;

/**
 * Sends the log to the follower: live blocks as they are journalled, older ones from the journal, a snapshot first where
 * one was promised, and never more bytes than the follower has given credit for.
 *
 * @example
 * const feed = new LogFeed(log, network, (error) => halt(error), (session, reason) => refuse(session, reason));
 */
export class LogFeed {
  readonly #log: FeedLog;
  readonly #network: Pick<Network, 'send'>;
  readonly #failed: (error: unknown) => void;
  readonly #missing: (session: number, reason: string) => void;
  #target: Target | undefined;
  /** Last `seq` sent. */
  #cursor = 0;
  #credit = 0;
  #inFlightBytes = 0;
  #sent: { readonly to: number; readonly bytes: number }[] = [];
  #recent: Block[] = [];
  #recentBytes = 0;
  #reading = false;
  /** What was read for a follower that is behind, and waits for its credit or for room in the network. */
  #ahead: Block[] = [];
  /** Its snapshot is on the way: what follows it waits. */
  #loading: Target | undefined;
  /** A snapshot is read: one at a time, however often a follower begins anew meanwhile. */
  #opening = false;
  /** Pieces of it that the network has not taken yet. */
  #pieces: SnapshotChunk[] = [];
  /** The snapshot that its follower was promised. */
  #wanted = 0;

  constructor(
    log: FeedLog,
    network: Pick<Network, 'send'>,
    /** The journal cannot be read. */
    failed: (error: unknown) => void,
    /** Retention took what the follower was promised. */
    missing: (session: number, reason: string) => void,
  ) {
    this.#log = log;
    this.#network = network;
    this.#failed = failed;
    this.#missing = missing;
  }

  /** Blocks that were sent and not acked. */
  get inFlight(): number {
    return this.#target === undefined ? 0 : this.#sent.length;
  }

  /** So much was sent and not acked that whoever appends had better gather events: lag is less then, and so is work. */
  get crowded(): boolean {
    const blocks = this.inFlight;
    return blocks >= CROWDED || (blocks > 1 && this.#inFlightBytes >= CROWDED_BYTES);
  }

  /** Begins, or begins again, behind `after`. */
  start(target: Target, after: number, snapshot: number): void {
    this.#target = { ...target };
    this.#cursor = after;
    this.#sent = [];
    this.#pieces = [];
    this.#ahead = [];
    this.#inFlightBytes = 0;
    this.#wanted = snapshot;
    this.#loading = snapshot > 0 ? this.#target : undefined;
    if (snapshot === 0) this.pump();
    else if (!this.#opening) this.#sendSnapshots().catch(this.#failed);
  }

  stop(): void {
    this.#target = undefined;
    this.#pieces = [];
    this.forget();
  }

  /** A block that was just journalled. It stays in memory until the follower has acked it; without one it does not. */
  appended(block: Block): void {
    if (this.#target === undefined) return;
    this.#recent.push(block);
    this.#recentBytes += block.bytes.length;
    while (this.#recentBytes > RECENT_BYTES && this.#recent.length > 1)
      this.#recentBytes -= (this.#recent.shift() as Block).bytes.length;
    this.pump();
  }

  /** Drops what is in memory: nobody is fed, or the log was cut or begun anew. */
  forget(): void {
    this.#ahead = [];
    this.#recent = [];
    this.#recentBytes = 0;
  }

  grant(session: number, upTo: number, credit: number): void {
    if (this.#target?.session !== session) return;
    this.#credit = credit;
    let settled = 0;
    while (settled < this.#sent.length && (this.#sent[settled] as { to: number }).to <= upTo) {
      this.#inFlightBytes -= (this.#sent[settled] as { bytes: number }).bytes;
      settled += 1;
    }
    if (settled > 0) this.#sent.splice(0, settled);
    this.#forgetUpTo(upTo);
    this.pump();
  }

  /**
   * Lets go what the follower holds: who begins anew behind less is fed from the journal. Blocks that were kept beyond
   * their ack grew old in the heap, and each second had collections for them while orders waited.
   */
  #forgetUpTo(acked: number): void {
    let held = 0;
    for (; held < this.#recent.length; held += 1) {
      const { to, bytes } = this.#recent[held] as Block;
      if (to > acked) break;
      this.#recentBytes -= bytes.length;
    }
    if (held > 0) this.#recent.splice(0, held);
  }

  /** Sends what may be sent. */
  pump(): void {
    const target = this.#target;
    if (target === undefined || this.#reading || this.#loading === target) return;
    // What the network has no room for now goes out when it is asked again, in order.
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      if (!this.#network.send(piece)) return;
      this.#pieces.shift();
    }
    const last = this.#log.last;
    let taken = 0;
    while (taken < this.#ahead.length && this.#send(target, this.#ahead[taken] as Block, last)) taken += 1;
    this.#ahead.splice(0, taken);
    if (this.#ahead.length > 0 || this.#cursor >= last || this.#target !== target) return;
    const oldest = this.#recent[0];
    if (oldest !== undefined && oldest.from <= this.#cursor + 1) {
      let index = this.#recent.length - 1;
      while (index > 0 && (this.#recent[index] as Block).from > this.#cursor + 1) index -= 1;
      for (; index < this.#recent.length; index += 1)
        if (!this.#send(target, this.#recent[index] as Block, last)) return;
    } else if (this.#inFlightBytes < this.#credit) this.#read(target).catch(this.#failed);
  }

  /** A piece of the journal, however little of it may be sent now: to find the place again costs as much as to read on. */
  async #read(target: Target): Promise<void> {
    this.#reading = true;
    const ahead: Block[] = [];
    let bytes = 0;
    try {
      for await (const block of this.#log.blocks(this.#cursor)) {
        if (this.#target !== target) break;
        ahead.push(block);
        bytes += block.bytes.length;
        if (bytes >= AHEAD_BYTES) break;
      }
    } finally {
      this.#reading = false;
    }
    if (this.#target === target) {
      // Where nothing was found, the next beat or ack looks again.
      if (ahead.length === 0) return;
      this.#ahead = ahead;
    }
    // Who began again meanwhile is served now.
    this.pump();
  }

  /** False when the follower takes no more now. */
  #send(target: Target, block: Block, end: number): boolean {
    if (block.to <= this.#cursor) return true;
    if (block.from > this.#cursor + 1) {
      this.stop();
      this.#missing(target.session, `the journal has nothing between seq ${this.#cursor} and ${block.from}`);
      return false;
    }
    if (this.#inFlightBytes >= this.#credit) return false;
    const { from, to, bytes } = block;
    const taken = this.#network.send({ type: 'append', ...target, from, to, end, block: bytes });
    if (!taken) return false;
    this.#cursor = to;
    this.#sent.push({ to, bytes: bytes.length });
    this.#inFlightBytes += bytes.length;
    return true;
  }

  /** For whoever asked last: those who asked meanwhile have begun anew. */
  async #sendSnapshots(): Promise<void> {
    this.#opening = true;
    try {
      for (let target = this.#loading; target !== undefined; target = this.#loading) {
        if (this.#target !== target) this.#loading = undefined;
        else await this.#sendSnapshot(target, this.#wanted);
      }
    } finally {
      this.#opening = false;
    }
  }

  async #sendSnapshot(target: Target, seq: number): Promise<void> {
    const snapshot = await this.#log.newestSnapshot(seq);
    if (this.#target !== target) return;
    this.#loading = undefined;
    if (snapshot?.seq !== seq) {
      this.stop();
      this.#missing(target.session, `the snapshot at seq ${seq} is gone`);
      return;
    }
    const bytes = encodeSnapshot(snapshot);
    const chunks = Math.max(1, Math.ceil(bytes.length / CHUNK));
    this.#pieces = Array.from({ length: chunks }, (_, chunk) => {
      const piece = bytes.subarray(chunk * CHUNK, (chunk + 1) * CHUNK);
      return { type: 'snapshot', ...target, seq, chunk, chunks, crc: crc32(piece), bytes: piece };
    });
    this.#cursor = seq;
    this.pump();
  }
}
