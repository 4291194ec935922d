import { integerAtLeast } from '../domain/check.js';
import type { OutsideEvent, SequencedEvent } from '../domain/event.js';
import { Inbox } from './inbox.js';

/** How the sequencer is bounded. */
export interface SequencerOptions {
  /** Most events that may wait. @default 65536 */
  readonly capacity?: number;
  /** Part of the capacity kept for reports, decisions, controls and the like. @default 4096 */
  readonly reserved?: number;
  /** Longest chain of events that cause each other at one instant before it counts as a loop. @default 100000 */
  readonly maximumFeedback?: number;
}

/** What the sequencer works for. */
export interface SequencerPort {
  now(): number;
  /** Takes an event that now has its place in the log. */
  accept(sequenced: SequencedEvent): void;
  /** The inbox is full, or a loop feeds itself: no new risk from here on. */
  halt(code: 'overflow' | 'feedback-loop', message: string): void;
}

/**
 * The one place where the inputs of all drivers meet and get their order.
 *
 * ```
 * market   a-----b--
 * reports  -r(rr)---
 *          sequencer
 * log      ar(rr)b--     seq 1, 2, 3, 4, 5; ts never goes back
 * ```
 *
 * It is a FIFO: an `offer` from within the handling of another event queues, it never nests. What waits is
 * bounded; quotes and L2 deltas of one instrument merge while they wait.
 */
export class Sequencer {
  #seq: number;
  #ts: number;
  #busy = false;
  #depth = 0;
  #loopReported = false;
  #overflowReported = false;
  #refused = 0;
  readonly #inbox: Inbox;
  readonly #maximumFeedback: number;
  readonly #port: SequencerPort;

  constructor(
    port: SequencerPort,
    options: SequencerOptions = {},
    start: { seq: number; ts: number } = { seq: 0, ts: 0 },
  ) {
    const capacity = integerAtLeast('sequencer.capacity', options.capacity ?? 65_536, 2);
    const reserved = integerAtLeast(
      'sequencer.reserved',
      options.reserved ?? Math.min(4_096, capacity >> 1),
      1,
    );
    this.#maximumFeedback = integerAtLeast(
      'sequencer.maximumFeedback',
      options.maximumFeedback ?? 100_000,
      1,
    );
    this.#inbox = new Inbox(capacity, reserved);
    this.#port = port;
    this.#seq = start.seq;
    this.#ts = start.ts;
  }

  /** The last place given in the log. */
  get seq(): number {
    return this.#seq;
  }

  /** The last time given in the log. */
  get ts(): number {
    return this.#ts;
  }

  /** How many events wait. */
  get depth(): number {
    return this.#inbox.length;
  }

  /** How many events were merged into another, and how many refused after a halt. */
  get counts(): { readonly merged: number; readonly refused: number } {
    return { merged: this.#inbox.merged, refused: this.#refused };
  }

  /** What waits, oldest first: a snapshot holds it, since it is not in the log yet. */
  waiting(): readonly OutsideEvent[] {
    return this.#inbox.peekAll();
  }

  /** Goes on behind an event that another member of a pair put into the log. */
  follow(seq: number, ts: number): void {
    this.#seq = seq;
    this.#ts = ts;
  }

  /** Puts an event into the log, now or as soon as those before it are through; false when it is refused. */
  offer(event: OutsideEvent): boolean {
    if (!this.#busy) {
      this.#busy = true;
      this.#depth = 0;
      try {
        // What an exception left behind goes first.
        if (this.#inbox.length > 0) this.#inbox.push(event, 0);
        else this.#stamp(event);
        this.#drain();
      } finally {
        this.#busy = false;
      }
      return true;
    }
    const depth = this.#depth + 1;
    if (depth > this.#maximumFeedback && !this.#mayFeedback(event, depth)) return false;
    if (this.#inbox.push(event, depth)) return true;
    this.#refused++;
    if (this.#overflowReported) return false;
    this.#overflowReported = true;
    this.#port.halt(
      'overflow',
      `the inbox is full: ${this.#inbox.length} events wait, and a ${event.kind} event found no place`,
    );
    return false;
  }

  /**
   * Several events at one instant, as a burst off a socket brings them: all wait in the inbox (and merge there)
   * before the first is handled.
   */
  offerAll(events: readonly OutsideEvent[]): void {
    if (this.#busy) {
      for (const event of events) this.offer(event);
      return;
    }
    this.hold();
    for (const event of events) this.offer(event);
    this.release();
  }

  /** Lets events wait until {@link release}: drivers speak while others are not connected yet. */
  hold(): void {
    this.#busy = true;
    this.#depth = -1;
  }

  /** Handles what waited since {@link hold}. */
  release(): void {
    try {
      this.#drain();
    } finally {
      this.#busy = false;
    }
  }

  #drain(): void {
    for (;;) {
      const event = this.#inbox.shift();
      if (event === undefined) return;
      this.#depth = this.#inbox.shiftedDepth;
      this.#stamp(event);
    }
  }

  #stamp(event: OutsideEvent): void {
    const now = this.#port.now();
    if (now > this.#ts) this.#ts = now;
    this.#port.accept({ seq: ++this.#seq, ts: this.#ts, event });
  }

  /** A loop is cut: the first time it is reported; what the venue says of our orders still comes in, within reason. */
  #mayFeedback(event: OutsideEvent, depth: number): boolean {
    if (!this.#loopReported) {
      this.#loopReported = true;
      this.#port.halt(
        'feedback-loop',
        `events caused each other ${depth - 1} times at one instant, last by a ${event.kind} event; new orders stop here`,
      );
    }
    if ((event.kind === 'report' || event.kind === 'fault') && depth <= 2 * this.#maximumFeedback)
      return true;
    this.#refused++;
    return false;
  }
}
