import type { Instrument } from '../../domain/instrument.js';
import type { Damage } from '../recording/event-collector.js';

/** Where a file ends in the middle of a record: what a writer leaves that was killed. */
export interface TornTail {
  readonly file: string;
  /** Where the last whole record ends, in bytes of the unpacked file. */
  readonly offset: number;
  /** Bytes after it that are left aside. */
  readonly bytes: number;
  readonly reason: string;
}

/** What every reader takes; each uses what concerns it. */
export interface ReaderOptions {
  /**
   * Definitions that go before the defaults, found by venue, symbol and kind. Those of other venues are left alone.
   *
   * @default `defaultInstrument`, or what the recording itself says
   */
  readonly instruments?: readonly Instrument[];
  /** Symbols of the venue's numeric instrument ids, for formats that carry only those: `{ '17077': 'ESH4' }`. */
  readonly symbols?: Readonly<Record<string, string>>;
  /** What a table of bars does not say itself. */
  readonly bars?: {
    /** Length of the bars in milliseconds. @default what the file's name says, else what its times have in common */
    readonly interval?: number;
    /** Whether a row's time is where its bar starts or where it ends. @default by the table's header */
    readonly stamp?: 'start' | 'end';
  };
  /**
   * What becomes of a message that is bad. `refuse`: it ends the recording with one `InputError`. `report`: it becomes
   * one `fault` event (component `feed:FILE`, code `bad-input`) that names file, line, field and value, and where it may
   * have been a change of a book, an `unsynced` event for each book in question; reading goes on. So does a `ts` that goes
   * back by more than a minute: it is told once, and what follows stands at the last time until it has caught up. More than 100 bad
   * messages in a row, a damaged header or definition in front, and damaged packing end the recording all the same, and
   * so does anything wrong with a journal. @default "refuse"
   */
  readonly damage?: Damage;
  /** Told when a recording of our own ends in a torn record. */
  readonly onTornTail?: (tail: TornTail) => void;
}
