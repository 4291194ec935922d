import { integerAtLeast, knownKeys, refuse } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';

/** How an agent is asked. Each replica has a lane of its own, so that nobody waits for another. */
export interface LaneOptions {
  /** While it is busy: only the newest snapshot waits, or so many do, oldest first, and a full queue loses its oldest. @default "newest" */
  readonly waiting?: 'newest' | { readonly queue: number };
  /** How many snapshots it thinks about at a time. @default 1 */
  readonly concurrency?: number;
  /** When it has not answered by then it abstains, and what it says later is not heard. @default "5s" */
  readonly deadline?: Duration;
  /** Most questions in a while. @default as many as there are */
  readonly rate?: { readonly calls: number; readonly per: Duration };
  /** After so many failures in a row (late, an error, nonsense) it is left alone. @default 3 */
  readonly failures?: number;
  /** For how long, the first time; it doubles with each that follows, until an answer is good. @default "1s" */
  readonly pause?: Duration;
  /** @default "5m" */
  readonly longestPause?: Duration;
  /** Most answers to one snapshot. @default 16 */
  readonly maximumAnswers?: number;
}

/** {@link LaneOptions}, checked and complete; times in milliseconds. */
export interface LaneSettings {
  readonly capacity: number;
  readonly concurrency: number;
  readonly deadline: number;
  readonly calls: number;
  readonly per: number;
  readonly failures: number;
  readonly pause: number;
  readonly longestPause: number;
  readonly maximumAnswers: number;
}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function laneSettings(at: string, options: LaneOptions = {}): LaneSettings {
  knownKeys(at, options, [
    'waiting',
    'concurrency',
    'deadline',
    'rate',
    'failures',
    'pause',
    'longestPause',
    'maximumAnswers',
  ]);
  const { waiting = 'newest', rate } = options;
  if (waiting !== 'newest' && (typeof waiting !== 'object' || waiting === null))
    refuse(`${at}.waiting`, '"newest" or { queue }', waiting);
  if (rate !== undefined) knownKeys(`${at}.rate`, rate, ['calls', 'per']);
  const pause = milliseconds(`${at}.pause`, options.pause ?? '1s');
  const longestPause = milliseconds(`${at}.longestPause`, options.longestPause ?? Math.max(300_000, pause));
  if (longestPause < pause)
    refuse(`${at}.longestPause`, `at least pause (${pause} ms)`, options.longestPause);
  return {
    capacity: waiting === 'newest' ? 1 : integerAtLeast(`${at}.waiting.queue`, waiting.queue, 1),
    concurrency: integerAtLeast(`${at}.concurrency`, options.concurrency ?? 1, 1),
    deadline: milliseconds(`${at}.deadline`, options.deadline ?? '5s'),
    calls: rate === undefined ? Number.POSITIVE_INFINITY : integerAtLeast(`${at}.rate.calls`, rate.calls, 1),
    per: rate === undefined ? 1 : milliseconds(`${at}.rate.per`, rate.per),
    failures: integerAtLeast(`${at}.failures`, options.failures ?? 3, 1),
    pause,
    longestPause,
    maximumAnswers: integerAtLeast(`${at}.maximumAnswers`, options.maximumAnswers ?? 16, 1),
  };
}
