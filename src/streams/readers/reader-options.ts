import type { Instrument } from '../../domain/instrument.js';

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
  /** Told when a recording of our own ends in a torn record. */
  readonly onTornTail?: (tail: TornTail) => void;
}
