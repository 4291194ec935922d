/** What was odd about an event that the ledger took. */
export type LedgerNoticeCode =
  /** A word about an order that cannot follow what was known of it; the order is left as it is. */
  | 'invalid-transition'
  /** The terms of an order contradict each other; it is followed all the same. */
  | 'invalid-order'
  /** The venue counts more lots of an order as filled than were reported; they count as exposure until they are. */
  | 'missing-fills'
  /** More was filled than ordered; booked. */
  | 'overfill'
  /** A report about an order that is not, or no longer, known. */
  | 'unknown-order'
  /** An execution that had been booked before; not booked again. */
  | 'duplicate-execution'
  /** The same execution with other facts, and no word of a correction; not booked. */
  | 'conflicting-execution'
  /** An execution was taken back; what was booked of it is undone. */
  | 'bust'
  /** The facts of an execution were changed, and so is what was booked. */
  | 'correction'
  /** A bust of an execution that is not, or no longer, known: should its report come, it is not booked. */
  | 'unknown-execution'
  /** A venue's truth differs: in an execution, an order, a position, a balance. */
  | 'truth-fill'
  | 'truth-order'
  | 'truth-position'
  | 'truth-balance'
  /** Interest that had been booked before. */
  | 'duplicate-payment'
  /** A fill of an order that was already canceled, expired or rejected; booked. */
  | 'late-fill';

/** A finding of the ledger that somebody should hear of. */
export interface LedgerNotice {
  readonly code: LedgerNoticeCode;
  readonly message: string;
  /** The desk must not go on by itself. */
  readonly severity?: 'halt';
}

/**
 * What {@link Ledger.apply} returns when all is well: always this array, so that market data costs nothing.
 *
 * @example
 * notices === NO_NOTICES; // nothing to tell
 */
export const NO_NOTICES: readonly LedgerNotice[] = Object.freeze([]);

export const notice = (code: LedgerNoticeCode, message: string): readonly LedgerNotice[] => [
  { code, message },
];
