import { crc32 } from 'node:zlib';
import { encodeSnapshot } from '../../core/snapshot.js';
import type { Block, JournalStore } from '../../journal/journal-store.js';
import type { Network } from '../ports.js';

/** What follows whom, and from where. */
export interface FeedOrder {
  readonly epoch: number;
  readonly session: number;
  /** The follower holds everything up to here. */
  readonly after: number;
  /** `seq` of the snapshot that goes first; 0: none. */
  readonly snapshot: number;
}

/** Bytes of one piece of a snapshot. */
const PIECE = 256 * 1024;

/** Blocks that were appended lately and need not be read from the disk, in bytes. */
const TAIL = 16 * 1024 * 1024;

/** Pause before a message is tried again for which the network had no room, in milliseconds. */
const RETRY = 2;

/**
 * Sends the leader's log to its follower: a snapshot if need be, then blocks, as far as the follower's credit goes.
 *
 * A follower that keeps up gets blocks from memory, the very bytes that the journal wrote; one that is behind gets
 * them from the journal. What is not acked counts against the credit; one block is always let out, however long, so
 * that a credit smaller than a block does not stop the pair.
 *
 * ```
 * appended  --a--b--c--d--------e---
 * grant     x2-----------a2---------
 * sent      --a--b-------c------d---   no credit for c before a is acked, nor for d before b is
 * ```
 */
export class LogFeed {
  readonly #journal: Pick<JournalStore, 'last' | 'blocks' | 'newestSnapshot'>;
  readonly #network: Pick<Network, 'send'>;
  readonly #failed: (error: Error) => void;
  readonly #tail: Block[] = [];
  #tailBytes = 0;
  #order: FeedOrder | undefined;
  /** Everything up to here was sent. */
  #sent = 0;
  #credit = 0;
  /** Sent and not acked. */
  readonly #outstanding: { readonly to: number; readonly size: number }[] = [];
  #outstandingBytes = 0;
  #pieces: (() => boolean)[] = [];
  #reading = false;
  /** Something changed while it was reading. */
  #wanted = false;
  #retry: NodeJS.Timeout | undefined;

  /** @param failed is told when the journal cannot be read, and the feed stands still from then on */
  constructor(
    journal: Pick<JournalStore, 'last' | 'blocks' | 'newestSnapshot'>,
    network: Pick<Network, 'send'>,
    failed: (error: Error) => void,
  ) {
    this.#journal = journal;
    this.#network = network;
    this.#failed = failed;
  }

  /**
   * Blocks on the way to the follower, or waiting for credit. Whoever appends gathers events while it is 4 or more:
   * larger blocks then, and less lag than a long queue of small ones.
   */
  get inFlight(): number {
    if (this.#order === undefined) return 0;
    return this.#outstanding.length + this.#tail.length - this.#indexAfter(this.#sent);
  }

  /** The leader appended a block. */
  appended(block: Block): void {
    if (this.#tail.at(-1)?.to !== block.from - 1) {
      // The log was cut meanwhile: what is remembered may not be in it any more.
      this.#tail.length = 0;
      this.#tailBytes = 0;
    }
    this.#tail.push(block);
    this.#tailBytes += block.bytes.length;
    while (this.#tailBytes > TAIL && this.#tail.length > 1)
      this.#tailBytes -= (this.#tail.shift() as Block).bytes.length;
    this.#pump();
  }

  /** Sends what follows `after` from now on, whatever was sent before. */
  start(order: FeedOrder): void {
    this.stop();
    this.#order = order;
    this.#sent = order.after;
    if (order.snapshot > 0) void this.#snapshot(order);
    else this.#pump();
  }

  /** The follower of this session holds everything up to `upTo` and takes `credit` bytes beyond it. */
  grant(session: number, upTo: number, credit: number): void {
    if (session !== this.#order?.session) return;
    this.#credit = credit;
    for (
      let first = this.#outstanding[0];
      first !== undefined && first.to <= upTo;
      first = this.#outstanding[0]
    ) {
      this.#outstandingBytes -= first.size;
      this.#outstanding.shift();
    }
    this.#pump();
  }

  stop(): void {
    this.#order = undefined;
    this.#credit = 0;
    this.#outstanding.length = 0;
    this.#outstandingBytes = 0;
    this.#pieces = [];
    clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  /** Sends what it may. Called whenever something changed. */
  #pump(): void {
    const order = this.#order;
    this.#wanted = this.#reading;
    if (order === undefined || this.#reading || this.#retry !== undefined) return;
    for (let piece = this.#pieces[0]; piece !== undefined; piece = this.#pieces[0]) {
      if (!piece()) {
        this.#later();
        return;
      }
      this.#pieces.shift();
    }
    if (this.#sent >= this.#journal.last) return;
    const first = this.#tail[0];
    if (first === undefined || first.from > this.#sent + 1) {
      if (this.#room(1)) void this.#catchUp(order);
      return;
    }
    for (let index = this.#indexAfter(this.#sent); index < this.#tail.length; index += 1) {
      const block = this.#tail[index] as Block;
      if (!this.#room(block.bytes.length)) return;
      if (!this.#send(order, block)) {
        this.#later();
        return;
      }
    }
  }

  /** Place in the tail of the block that holds what follows `seq`. */
  #indexAfter(seq: number): number {
    let low = 0;
    let high = this.#tail.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#tail[middle] as Block).to <= seq) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #room(size: number): boolean {
    return (
      this.#credit > 0 && (this.#outstanding.length === 0 || this.#outstandingBytes + size <= this.#credit)
    );
  }

  #send({ epoch, session }: FeedOrder, { from, to, bytes }: Block): boolean {
    const end = Math.max(to, this.#journal.last);
    if (!this.#network.send({ type: 'append', epoch, session, from, to, end, block: bytes })) return false;
    this.#sent = to;
    this.#outstanding.push({ to, size: bytes.length });
    this.#outstandingBytes += bytes.length;
    return true;
  }

  #later(): void {
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#pump();
    }, RETRY);
  }

  /** Reads the journal as far as the credit goes, or to where the tail begins. */
  async #catchUp(order: FeedOrder): Promise<void> {
    this.#reading = true;
    const before = this.#sent;
    let full = false;
    try {
      for await (const block of this.#journal.blocks(before)) {
        if (this.#order !== order || !this.#room(block.bytes.length)) break;
        full = !this.#send(order, block);
        const first = this.#tail[0];
        if (full || (first !== undefined && first.from <= this.#sent + 1)) break;
      }
    } catch (error) {
      if (this.#order === order) this.#fail(error as Error);
    }
    this.#reading = false;
    if (full && this.#order === order) this.#later();
    // Without progress nothing but a change brings any: reading the same again would go on without end.
    else if (this.#wanted || this.#order !== order || this.#sent > before) this.#pump();
  }

  async #snapshot(order: FeedOrder): Promise<void> {
    this.#reading = true;
    try {
      const { epoch, session, snapshot: seq } = order;
      const found = await this.#journal.newestSnapshot(seq);
      if (this.#order === order) {
        if (found?.seq !== seq) throw new Error(`the snapshot at ${seq} is not there any more`);
        const bytes = encodeSnapshot(found);
        const chunks = Math.ceil(bytes.length / PIECE);
        this.#pieces = Array.from({ length: chunks }, (_, chunk) => () => {
          const piece = bytes.subarray(chunk * PIECE, (chunk + 1) * PIECE);
          return this.#network.send({
            type: 'snapshot',
            epoch,
            session,
            seq,
            chunk,
            chunks,
            crc: crc32(piece),
            bytes: piece,
          });
        });
        this.#sent = Math.max(this.#sent, seq);
      }
    } catch (error) {
      if (this.#order === order) this.#fail(error as Error);
    }
    this.#reading = false;
    this.#pump();
  }

  #fail(error: Error): void {
    this.stop();
    this.#failed(error);
  }
}
