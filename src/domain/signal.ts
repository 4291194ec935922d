import type { InstrumentId } from './brand.js';

/** Milliseconds by which the clock of another process may be ahead: what it tells of a later event is not believed. */
export const MOST_AHEAD = 5_000;

/** An alpha signal: an opinion about one instrument that is valid for a while. */
export interface Signal {
  /** The name of what produced it. */
  readonly name: string;
  readonly instrument: InstrumentId;
  /** 1: up, -1: down, 0: no move expected. */
  readonly direction: 1 | 0 | -1;
  /** From 0 to 1. */
  readonly strength: number;
  /** From 0 to 1. */
  readonly confidence: number;
  /** Milliseconds over which the opinion is meant to come true. */
  readonly horizon: number;
  /** When what it tells of happened (Unix milliseconds). */
  readonly eventTime: number;
  /** Unix milliseconds; from then on the signal is gone. */
  readonly validUntil: number;
  /** When it was known here (Unix milliseconds): not before {@link eventTime}, and later for one that came late. */
  readonly knownTime?: number;
  /** Milliseconds in which its strength fades by half; without it the strength stands until it expires. */
  readonly halfLife?: number;
  /** The model behind it, with its version. */
  readonly model?: string;
  /** Fingerprint of the features behind it. */
  readonly features?: string;
}
