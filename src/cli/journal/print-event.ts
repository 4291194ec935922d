import { instrumentOf, type OutsideEvent, type SequencedEvent } from '../../domain/event.js';
import type { JournalCommand, Place } from './options.js';

/** Whether an event is one that was asked for. */
export function wanted({ kinds, instrument, order }: JournalCommand, { event }: SequencedEvent): boolean {
  if (kinds.length > 0 && !kinds.includes(event.kind)) return false;
  if (instrument !== undefined && instrumentOf(event) !== instrument) return false;
  return order === undefined || speaksOf(event, order);
}

function speaksOf(event: OutsideEvent, order: string): boolean {
  if (event.kind === 'report') return event.clientOrderId === order;
  if (event.kind !== 'truth') return false;
  return [...event.orders, ...event.fills].some(({ clientOrderId }) => clientOrderId === order);
}

/** -1 before a place, 0 at it, 1 behind it. */
export function compare({ seq, ts }: SequencedEvent, place: Place): number {
  return 'seq' in place ? Math.sign(seq - place.seq) : Math.sign(ts - place.time);
}

/** One line of the table: seq, UTC time, kind, instrument, the rest as fields. */
export function line(timed: SequencedEvent): string {
  const { seq, ts, event } = timed;
  const instrument = instrumentOf(event) ?? '';
  const rest = Object.entries(event)
    .filter(([field, value]) => field !== 'kind' && field !== 'venueTime' && value !== instrument)
    .map(([field, value]) => `${field}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const time = new Date(ts).toISOString().replace('T', ' ').replace('Z', '');
  return `${String(seq).padStart(9)}  ${time}  ${event.kind.padEnd(10)}  ${instrument.padEnd(18)}  ${printable(rest)}`.trimEnd();
}

/** A text off a wire may hold anything; a terminal gets no control characters of it. */
const printable = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be found
  text.replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, (character) => JSON.stringify(character).slice(1, -1));
