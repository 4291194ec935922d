import type { Frame } from './frame.js';

/**
 * Measures how long the parts of a chain take, on every so many frames. It sees times and nothing else: what the chain
 * makes of an event is the same with it and without.
 *
 * @example
 * const slowest = new Map<number, number>();
 * const probe: StageProbe = {
 *   every: 1_000,
 *   now: () => performance.now(),
 *   took: (part, milliseconds) => slowest.set(part, Math.max(slowest.get(part) ?? 0, milliseconds)),
 * };
 * run(core, { clock: liveClock(), probe });
 */
export interface StageProbe {
  /** Frames from one that is measured to the next. From 1. */
  readonly every: number;
  /** Milliseconds on a clock that never jumps. */
  now(): number;
  /** An event from outside is about to pass, stamped `ts` (Unix milliseconds); called for every one of them. */
  accepted?(seq: number, ts: number): void;
  /** A frame came out of the chain, before any subscriber has it; called for every one of them. It must not throw. */
  passed?(frame: Frame): void;
  /** A part, by its place in the chain (`core.parts`), took so many milliseconds. */
  took(part: number, milliseconds: number): void;
}
