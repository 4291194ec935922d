import { integerAtLeast } from '../domain/check.js';
import type { DerivedEvent, Event } from '../domain/event.js';
import type { Core, RunningCore, StartOptions } from './core.js';
import type { Frame } from './frame.js';

/** What a loop of derived events works for. */
export interface FrameLoopPort<F extends Frame> {
  /** Takes a frame that has left the chain. */
  frame(frame: F): void;
  /** Takes an event that reached no core any more, since the core has failed. */
  unseen(seq: number, ts: number, event: Event): void;
  /** The core failed, or feeds itself. */
  failed(component: string, code: 'threw' | 'feedback-loop', error: unknown): void;
}

/** How a frame loop is started. */
export interface FrameLoopOptions extends StartOptions {
  /** Most events that the core may derive from one outside event. @default 10000 */
  readonly maximumDerived?: number;
}

/**
 * Passes each logged event through the core, and then what the core derived from it, stamped `(seq, sub)`, before
 * the next logged event: so the ledger knows of an order before the next tick is judged.
 *
 * An exception of a stage ends the core, not the loop: events are still counted and shown to whoever watches.
 */
export class FrameLoop<F extends Frame> {
  readonly #core: RunningCore<F>;
  readonly #port: FrameLoopPort<F>;
  readonly #maximumDerived: number;
  #failed = false;

  constructor(core: Core<F>, port: FrameLoopPort<F>, options: FrameLoopOptions = {}) {
    this.#maximumDerived = integerAtLeast('maximumDerived', options.maximumDerived ?? 10_000, 1);
    this.#port = port;
    this.#core = core.start(options);
  }

  accept(seq: number, ts: number, event: Event): void {
    if (this.#failed) {
      this.#port.unseen(seq, ts, event);
      return;
    }
    if (this.#pass(seq, 0, ts, event)) this.#drain(seq, ts);
  }

  /** Goes on from a snapshot: passes what the frame of its barrier, at `seq`, had derived. */
  resume(seq: number, ts: number, derived: readonly DerivedEvent[]): void {
    for (const event of derived) this.#core.context.derive(event);
    this.#drain(seq, ts);
  }

  /** What the last frame derived and has yet to pass. */
  derived(): readonly DerivedEvent[] {
    return this.#core.context.peekDerived();
  }

  #drain(seq: number, ts: number): void {
    const { context } = this.#core;
    let sub = 0;
    while (context.derivedCount > 0) {
      const derived = context.takeDerived() as Event;
      if (++sub > this.#maximumDerived) {
        const dropped = context.dropDerived() + 1;
        this.#port.failed(
          'core',
          'feedback-loop',
          new Error(
            `the core derived more than ${this.#maximumDerived} events from (${seq}, 0), the last a ${derived.kind}; ${dropped} were cut off`,
          ),
        );
        return;
      }
      if (!this.#pass(seq, sub, ts, derived)) return;
    }
  }

  #pass(seq: number, sub: number, ts: number, event: Event): boolean {
    let frame: F;
    try {
      frame = this.#core.pass(seq, sub, ts, event);
    } catch (error) {
      this.#failed = true;
      const stage = (error as { stage?: string }).stage ?? 'core';
      this.#port.failed(stage, 'threw', error);
      this.#port.unseen(seq, ts, event);
      return false;
    }
    this.#port.frame(frame);
    return true;
  }
}
