import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { Booking } from './accounts.js';

/** An execution that a venue spoke of, and what was booked of it. */
export interface Execution {
  readonly key: string;
  /** The order of ours on which it was booked. */
  order: ClientOrderId | undefined;
  /** What stands in the books; `undefined` when nothing does. */
  booking: Booking | undefined;
  /** A later word of the venue stands above any report of the fill itself. */
  last: 'fill' | 'correction' | 'bust';
}

export type SavedExecution = {
  readonly key: string;
  readonly last: Execution['last'];
  readonly booked: {
    readonly agents: readonly string[];
    readonly parts: readonly number[];
    readonly ticks: number;
    readonly fee: string;
    readonly feeCurrency: string;
  } | null;
};

/** What makes an execution one: venue, instrument and the venue's id. None of them holds a line break. */
export function executionKey(report: {
  readonly venue: string;
  readonly instrument: InstrumentId;
  readonly executionId: string;
}): string {
  return `${report.venue}\n${report.instrument}\n${report.executionId}`;
}

/** The instrument that an execution's key names. */
export const instrumentOfKey = (key: string): InstrumentId => key.split('\n')[1] as InstrumentId;

/** Whether two bookings say that the same was traded. Who owns it is not the venue's matter. */
export function sameFacts(one: Booking, other: Booking): boolean {
  return (
    one.ticks === other.ticks &&
    one.fee === other.fee &&
    one.feeCurrency === other.feeCurrency &&
    lotsOf(one) === lotsOf(other)
  );
}

/** Signed lots of an execution. */
export const lotsOf = ({ parts }: Booking): number => parts.reduce((sum, part) => sum + part, 0);

export function saveExecution({ key, last, booking }: Execution): SavedExecution {
  if (booking === undefined) return { key, last, booked: null };
  const { agents, parts, ticks, fee, feeCurrency } = booking;
  return { key, last, booked: { agents, parts, ticks, fee, feeCurrency } };
}

export function restoreExecution(
  { key, last, booked }: SavedExecution,
  index: number,
  order: ClientOrderId | undefined,
): Execution {
  return { key, order, last, booking: booked === null ? undefined : { execution: key, index, ...booked } };
}
