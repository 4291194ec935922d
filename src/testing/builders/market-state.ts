import type { Instrument } from '../../domain/instrument.js';
import type { LinkEvent, StatusEvent, SyncEvent } from '../../domain/market-event.js';

/**
 * The trading state of an instrument.
 *
 * @example
 * status(BTC, 'halted');
 */
export function status(instrument: Instrument, state: StatusEvent['state']): StatusEvent {
  return { kind: 'status', instrument: instrument.id, venueTime: 0, state };
}

/**
 * A channel to a venue went up or down.
 *
 * @example
 * link('binance', 'down');
 */
export function link(
  venue: string,
  state: LinkEvent['state'],
  channel: LinkEvent['channel'] = 'market',
): LinkEvent {
  return { kind: 'link', venueTime: 0, venue, channel, state, reason: 'a test' };
}

/**
 * A feed lost, or regained, the continuity of an instrument's data.
 *
 * @example
 * sync(BTC, 'unsynced', 'wrong checksum');
 */
export function sync(
  instrument: Instrument,
  state: SyncEvent['state'],
  reason: string = 'a test',
): SyncEvent {
  return { kind: 'sync', instrument: instrument.id, venueTime: 0, state, reason };
}
