import type { SignalEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import { FAR_AWAY } from './decision.js';

/** A signal as a test states it. */
export interface SignalFixture {
  /** @default 'remote' */
  readonly name?: string;
  readonly direction: 1 | 0 | -1;
  /** @default 1 */
  readonly strength?: number;
  /** @default 1 */
  readonly confidence?: number;
  /** Milliseconds. @default 60_000 */
  readonly horizon?: number;
  /** Unix milliseconds. @default 0 */
  readonly eventTime?: number;
  /** Unix milliseconds. @default far away */
  readonly validUntil?: number;
}

/**
 * A signal that another process put into the pool.
 *
 * @example
 * externalSignal(BTC, { name: 'news', direction: -1, validUntil: 5_000 });
 */
export function externalSignal(instrument: Instrument, fixture: SignalFixture): SignalEvent {
  const { name = 'remote', direction, strength = 1, confidence = 1, horizon = 60_000 } = fixture;
  const { eventTime = 0, validUntil = FAR_AWAY } = fixture;
  return {
    kind: 'signal',
    signal: {
      name,
      instrument: instrument.id,
      direction,
      strength,
      confidence,
      horizon,
      eventTime,
      validUntil,
    },
  };
}
