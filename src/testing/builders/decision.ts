import type { DecisionEvent } from '../../domain/event.js';
import { type TargetFixture, targetOf } from './target-of.js';

/** A decision as a test states it. */
export interface DecisionFixture {
  /** @default 'remote' */
  readonly agent?: string;
  readonly of: TargetFixture;
  readonly exposure: number;
  /** @default 1 */
  readonly confidence?: number;
  /** The `seq` that the agent had seen. @default 0 */
  readonly basedOn?: number;
  /** Unix milliseconds. @default far away */
  readonly validUntil?: number;
}

/**
 * Late enough for every test, and still a time that the wire carries.
 *
 * @example
 * decision({ agent: 'model', of: 'BTC', exposure: 1, validUntil: FAR_AWAY });
 */
export const FAR_AWAY: number = 90_000_000_000_000;

/**
 * The reply of an asynchronous agent.
 *
 * @example
 * decision({ agent: 'model', of: 'BTC', exposure: 0.5, basedOn: 1, validUntil: 60_000 });
 */
export function decision(fixture: DecisionFixture): DecisionEvent {
  const { agent = 'remote', of, exposure, confidence = 1, basedOn = 0, validUntil = FAR_AWAY } = fixture;
  return {
    kind: 'decision',
    decision: { agent, of: targetOf(of), exposure, confidence, basedOn, validUntil },
  };
}
