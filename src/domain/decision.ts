import type { InstrumentId } from './brand.js';

/** What a decision is about: one instrument, or an asset that several venues trade (routing picks the venue). */
export type TargetOf =
  | { readonly instrument: InstrumentId; readonly asset?: never }
  | { readonly asset: string; readonly instrument?: never };

/** One string for what a decision is about: assets and instruments never share one. */
export const keyOf = (of: TargetOf): string =>
  of.instrument === undefined ? `asset ${of.asset}` : of.instrument;

/** What an agent answers: what it wants held, as a share of its budget, and how sure it is. */
export interface Answer {
  readonly of: TargetOf;
  /** From -1 (short the whole budget) to 1; 0 wants to be flat. */
  readonly exposure: number;
  /** From 0 to 1. */
  readonly confidence: number;
}

/**
 * What one agent wants held.
 *
 * `exposure` is a share of the agent's budget, from -1 (short all of it) to 1; 0 wants to be flat.
 */
export interface Decision {
  readonly agent: string;
  readonly of: TargetOf;
  readonly exposure: number;
  /** From 0 to 1; an agent without confidence abstains. */
  readonly confidence: number;
  /** The `seq` of the frame that the agent had seen. */
  readonly basedOn: number;
  /** Unix milliseconds; from then on the decision counts no more. */
  readonly validUntil: number;
}

/** What the ensemble wants held, with each agent's part; the parts add up to `exposure`. */
export interface Target {
  readonly of: TargetOf;
  readonly exposure: number;
  readonly contributions: readonly { readonly agent: string; readonly exposure: number }[];
}
