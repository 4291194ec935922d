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

interface Waiting {
  readonly frames: readonly Uint8Array[];
  readonly size: number;
  /** It says all that an earlier one of its kind said. */
  readonly newest: boolean;
}

interface Lane {
  readonly peer: string;
  readonly waiting: Waiting[];
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
  /** What is being written. */
  #writing: Waiting | undefined;
  #closed = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(outlet: Outlet, limits: QueueLimits) {
    this.#outlet = outlet;
    this.#limits = limits;
  }

  /**
   * Hands a message over; a first one is always taken, whatever its length.
   *
   * @param newest it says all that an earlier such message said: if one waits last, it takes that one's place
   */
  push(peer: string, frames: readonly Uint8Array[], newest = false): Sent {
    if (this.#closed) return 'gone';
    const message = { frames, size: sizeOf(frames), newest };
    let lane = this.#lanes.get(peer);
    if (lane === undefined) {
      lane = { peer, waiting: [], bytes: 0, blocked: false };
      this.#lanes.set(peer, lane);
    }
    const { messages, bytes } = this.#limits;
    const { waiting } = lane;
    const last = waiting.at(-1);
    if (newest && last?.newest === true && last !== this.#writing) {
      waiting[waiting.length - 1] = message;
      lane.bytes += message.size - last.size;
      return 'queued';
    }
    if (waiting.length > 0 && (waiting.length >= messages || lane.bytes + message.size > bytes))
      return 'full';
    waiting.push(message);
    lane.bytes += message.size;
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
    if (this.#writing !== undefined || this.#closed) return;
    const lane = this.#free();
    if (lane === undefined) return;
    const { peer, waiting } = lane;
    const message = waiting[0] as Waiting;
    this.#writing = message;
    this.#outlet.write(peer, message.frames).then(
      () => {
        this.#writing = undefined;
        this.#written(lane, message);
        this.#next();
      },
      (error: NodeJS.ErrnoException) => {
        this.#writing = undefined;
        this.#refused(lane, error);
        this.#next();
      },
    );
  }

  #free(): Lane | undefined {
    for (const lane of this.#lanes.values()) if (!lane.blocked) return lane;
    return undefined;
  }

  #written(lane: Lane, { size }: Waiting): void {
    // The lane may have been dropped, and another begun for the same peer, while the message was written.
    if (this.#lanes.get(lane.peer) !== lane) return;
    lane.waiting.shift();
    lane.bytes -= size;
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
