import type { BookOrderEvent } from '../../domain/market-event.js';

/** Letters of order-by-order records, whether they come as DBN or as CSV. */
export const ACTIONS: ReadonlyMap<string, BookOrderEvent['action']> = new Map([
  ['A', 'add'],
  ['C', 'cancel'],
  ['M', 'modify'],
  ['R', 'clear'],
  ['T', 'trade'],
  ['F', 'fill'],
]);
export const SIDES: ReadonlyMap<string, BookOrderEvent['side']> = new Map([
  ['B', 'bid'],
  ['A', 'ask'],
  ['N', 'none'],
]);

/** Bits of a record's flags: the last one of its event, and one of a snapshot. */
export const LAST = 128;
export const SNAPSHOT = 32;
