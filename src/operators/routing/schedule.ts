import { knownKeys, oneOf, positiveNumber, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';

/**
 * When the parts of a parent order are sent.
 *
 * - `immediate`: all of it, now.
 * - `twap`: equal parts, one every `every`, over the time `over`.
 * - `vwap`: parts in proportion to the volume that is usual at the time of day: `curve` holds it for equal parts of a UTC day
 *   (24 numbers: hours), in any unit. Where the curve is 0 throughout, as `twap`.
 * - `participation`: a share of the volume that the venues print from its start on, looked at every `every`. Live, prints
 *   include our own.
 * - `iceberg`: one part of at most `display` base units at a time, the next when it is over.
 */
export type Schedule =
  | { readonly kind: 'immediate' }
  | { readonly kind: 'twap'; readonly over: Duration; readonly every: Duration }
  | {
      readonly kind: 'vwap';
      readonly over: Duration;
      readonly every: Duration;
      readonly curve: readonly number[];
    }
  | { readonly kind: 'participation'; readonly share: number; readonly every: Duration }
  | { readonly kind: 'iceberg'; readonly display: number };

/** {@link Schedule}, checked, with times in milliseconds. */
export type CheckedSchedule =
  | { readonly kind: 'immediate' }
  | { readonly kind: 'twap'; readonly over: number; readonly every: number }
  | {
      readonly kind: 'vwap';
      readonly over: number;
      readonly every: number;
      readonly curve: readonly number[];
    }
  | { readonly kind: 'participation'; readonly share: number; readonly every: number }
  | { readonly kind: 'iceberg'; readonly display: number };

const KEYS = {
  immediate: ['kind'],
  twap: ['kind', 'over', 'every'],
  vwap: ['kind', 'over', 'every', 'curve'],
  participation: ['kind', 'share', 'every'],
  iceberg: ['kind', 'display'],
} as const;

const DAY = 86_400_000;
/** A hair before a slice, by the rounding of floats, is at it. */
const HAIR = 1e-6;

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function checkedSchedule(at: string, schedule: Schedule): CheckedSchedule {
  if (typeof schedule !== 'object' || schedule === null) refuse(at, 'an object', schedule);
  const kind = oneOf(`${at}.kind`, schedule.kind, Object.keys(KEYS) as (keyof typeof KEYS)[]);
  knownKeys(at, schedule, KEYS[kind]);
  switch (schedule.kind) {
    case 'immediate':
      return { kind: 'immediate' };
    case 'iceberg':
      return { kind: 'iceberg', display: positiveNumber(`${at}.display`, schedule.display) };
    case 'participation': {
      const share = positiveNumber(`${at}.share`, schedule.share);
      if (share > 1) refuse(`${at}.share`, 'a share from 0 to 1', share);
      return { kind: 'participation', share, every: milliseconds(`${at}.every`, schedule.every) };
    }
    default: {
      const over = milliseconds(`${at}.over`, schedule.over);
      const every = milliseconds(`${at}.every`, schedule.every);
      if (every > over) refuse(`${at}.every`, `at most the time that it is spread over, ${over} ms`, every);
      if (schedule.kind === 'twap') return { kind: 'twap', over, every };
      return { kind: 'vwap', over, every, curve: checkedCurve(`${at}.curve`, schedule.curve) };
    }
  }
}

function checkedCurve(at: string, curve: readonly number[]): readonly number[] {
  if (!Array.isArray(curve) || curve.length === 0) refuse(at, 'at least one number', curve);
  for (const [place, volume] of curve.entries()) {
    if (typeof volume !== 'number' || !Number.isFinite(volume) || volume < 0)
      refuse(`${at}[${place}]`, 'a number of at least 0', volume);
  }
  return [...curve];
}

/** How far a parent order should have come, and when that is to be asked again. */
export interface Due {
  /** Share of the parent that may have been sent by now, from 0 to 1. */
  readonly share: number;
  /** Unix milliseconds; `Infinity`: nothing changes by itself. */
  readonly next: number;
}

/**
 * What a schedule says at a time.
 *
 * @param quantity of the parent, in base units
 * @param volume that was printed since its start, in base units
 */
export function dueAt(
  schedule: CheckedSchedule,
  startedAt: number,
  now: number,
  quantity: number,
  volume: number,
): Due {
  if (schedule.kind === 'immediate' || schedule.kind === 'iceberg')
    return { share: 1, next: Number.POSITIVE_INFINITY };
  const { every } = schedule;
  const slice = Math.floor((now - startedAt) / every + HAIR) + 1;
  const next = startedAt + slice * every;
  if (schedule.kind === 'participation') {
    const share = quantity > 0 ? Math.min(1, (schedule.share * volume) / quantity) : 1;
    return { share, next: share < 1 ? next : Number.POSITIVE_INFINITY };
  }
  const { over } = schedule;
  const until = Math.min(slice * every, over);
  if (until >= over - HAIR) return { share: 1, next: Number.POSITIVE_INFINITY };
  if (schedule.kind === 'twap') return { share: slice / Math.ceil(over / every - HAIR), next };
  const whole = usualVolume(schedule.curve, startedAt, startedAt + over);
  const share = whole > 0 ? usualVolume(schedule.curve, startedAt, startedAt + until) / whole : until / over;
  return { share, next };
}

/** The volume that a curve of a day has between two times, in its own unit times milliseconds. */
export function usualVolume(curve: readonly number[], from: number, to: number): number {
  const width = DAY / curve.length;
  const days = Math.floor(from / DAY);
  const ofDay = curve.reduce((sum, volume) => sum + volume, 0) * width;
  const upTo = (time: number): number => {
    const whole = Math.floor(time / DAY);
    let volume = (whole - days) * ofDay;
    const rest = time - whole * DAY;
    for (let part = 0; part * width < rest && part < curve.length; part++)
      volume += (curve[part] as number) * Math.min(width, rest - part * width);
    return volume;
  };
  return upTo(to) - upTo(from);
}
