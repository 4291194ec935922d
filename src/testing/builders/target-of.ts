import type { TargetOf } from '../../domain/decision.js';
import type { Instrument } from '../../domain/instrument.js';

/** What a test names as the subject of an answer or a decision: an asset such as `BTC`, or one instrument. */
export type TargetFixture = string | Instrument;

/** The subject as decisions carry it. */
export const targetOf = (subject: TargetFixture): TargetOf =>
  typeof subject === 'string' ? { asset: subject } : { instrument: subject.id };
