/** What became of a message that was handed over. */
export type Sent =
  /** It is on its way, or waits for its turn: not a promise that it arrives. */
  | 'queued'
  /** The peer does not keep up and it was not taken: as good as lost. */
  | 'full'
  /** There is no such peer now. */
  | 'gone';

/** How much may wait for one peer. */
export interface QueueLimits {
  readonly messages: number;
  readonly bytes: number;
}

/** A socket as its one writer sees it: `write` rejects at once when the peer is full or not there. */
export interface Outlet {
  write(peer: string, frames: readonly Uint8Array[]): Promise<void>;
  /** The peer is not there any more, and what waited for it was dropped. */
  gone(peer: string): void;
  /** The socket itself failed. */
  failed(error: Error): void;
}

interface Lane {
  readonly peer: string;
  readonly waiting: (readonly Uint8Array[])[];
  bytes: number;
  /** The peer was full a moment ago. */
  blocked: boolean;
}

const RETRY = 1;

/**
 * The one writer of a socket, since a second send while one is pending would throw.
 *
 * Each peer has a lane of its own, so that one that does not read delays no other; within a lane the order is kept, and
 * a message that found the peer full stays first until it is taken. So there are no gaps: what was `queued` arrives in
 * order, or the peer is gone.
 */
export class WriterQueue {
  readonly #outlet: Outlet;
  readonly #limits: QueueLimits;
  readonly #lanes = new Map<string, Lane>();
  #writing = false;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(outlet: Outlet, limits: QueueLimits) {
    this.#outlet = outlet;
    this.#limits = limits;
  }

  /** Hands a message over; a first one is always taken, whatever its length. */
  push(peer: string, frames: readonly Uint8Array[]): Sent {
    if (this.#closed) return 'gone';
    const size = sizeOf(frames);
    let lane = this.#lanes.get(peer);
    if (lane === undefined) {
      lane = { peer, waiting: [], bytes: 0, blocked: false };
      this.#lanes.set(peer, lane);
    }
    const { messages, bytes } = this.#limits;
    const { waiting } = lane;
    if (waiting.length > 0 && (waiting.length >= messages || lane.bytes + size > bytes)) return 'full';
    waiting.push(frames);
    lane.bytes += size;
    this.#next();
    return 'queued';
  }

  /** Nothing waits for the peer any more. */
  drop(peer: string): void {
    this.#lanes.delete(peer);
  }

  close(): void {
    this.#closed = true;
    this.#lanes.clear();
    clearTimeout(this.#retry);
  }

  /** Writes the next message, the peers by turns. */
  #next(): void {
    if (this.#writing || this.#closed) return;
    const lane = this.#free();
    if (lane === undefined) return;
    this.#writing = true;
    const { peer, waiting } = lane;
    const frames = waiting[0] as readonly Uint8Array[];
    this.#outlet.write(peer, frames).then(
      () => {
        this.#writing = false;
        this.#written(lane, frames);
        this.#next();
      },
      (error: NodeJS.ErrnoException) => {
        this.#writing = false;
        this.#refused(lane, error);
        this.#next();
      },
    );
  }

  #free(): Lane | undefined {
    for (const lane of this.#lanes.values()) if (!lane.blocked) return lane;
    return undefined;
  }

  #written(lane: Lane, frames: readonly Uint8Array[]): void {
    // The lane may have been dropped, and another begun for the same peer, while the message was written.
    if (this.#lanes.get(lane.peer) !== lane) return;
    lane.waiting.shift();
    lane.bytes -= sizeOf(frames);
    this.#lanes.delete(lane.peer);
    if (lane.waiting.length > 0) this.#lanes.set(lane.peer, lane);
  }

  #refused(lane: Lane, error: NodeJS.ErrnoException): void {
    if (this.#closed) return;
    if (error.code === 'EAGAIN') {
      lane.blocked = true;
      this.#retry ??= setTimeout(() => {
        this.#retry = undefined;
        for (const each of this.#lanes.values()) each.blocked = false;
        this.#next();
      }, RETRY);
      return;
    }
    if (this.#lanes.get(lane.peer) === lane) this.#lanes.delete(lane.peer);
    if (error.code === 'EHOSTUNREACH') this.#outlet.gone(lane.peer);
    else this.#outlet.failed(error);
  }
}

const sizeOf = (frames: readonly Uint8Array[]): number => {
  let size = 0;
  for (const { length } of frames) size += length;
  return size;
};
