import type { Instrument } from '../../domain/instrument.js';
import type { PutEvent } from '../recording/event-collector.js';
import type { Fields } from './fields.js';
import type { ReaderOptions } from './reader-options.js';

/** What one venue's messages become; one object serves one pass over a file. */
export interface VenueConnections {
  /** A connection was made, perhaps again. */
  connected(connection: string, ts: number, put: PutEvent): void;
  /** We sent a message: a subscription. */
  sent(connection: string, message: Fields): void;
  /** An answer of the venue's REST interface. */
  answered(url: string, body: Fields, ts: number, put: PutEvent): void;
  received(connection: string, message: Fields, ts: number, put: PutEvent): void;
}

/** How a venue's recordings are read. */
export interface VenueFormat {
  readonly instruments: readonly Instrument[];
  connections(): VenueConnections;
}

/** Finds out what a recording holds, from its header and the REST answers in front of its first message. */
export type VenueOpener = (
  header: Fields,
  answers: readonly RestAnswer[],
  options: ReaderOptions,
) => VenueFormat;

/** An answer of REST that was recorded. */
export interface RestAnswer {
  readonly url: string;
  readonly body: Fields;
  readonly ts: number;
}
