import type { RateEvent } from '../../domain/market-event.js';

/**
 * One unit of `from` is worth `worth` units of `to`.
 *
 * @example
 * rate('USDT', 'USD', '0.999');
 */
export function rate(from: string, to: string, worth: string | number): RateEvent {
  return { kind: 'rate', venueTime: 0, from, to, rate: String(worth) };
}
