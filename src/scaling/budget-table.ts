/** What is lent to one shard. Amounts are in the unit of the limit that is shared. */
export interface Loan {
  /** Counted up by one with every change. */
  readonly version: number;
  /** The limit that the shard is to have in force. */
  readonly amount: number;
  /** The most that it may have in force as long as it has not said that it has this version: at least `amount`. */
  readonly atMost: number;
}

/** All that is lent, by shard: one value, changed as a whole and only from the one that was read. */
export type BudgetTable = Readonly<Record<string, Loan>>;

/** What a shard last said of itself. */
export interface Standing {
  readonly shard: string;
  /** The version that its log holds, on both members of a pair; 0: none yet. */
  readonly version: number;
  /** The limit that is in force by it. */
  readonly limit: number;
  /** What of it is taken, open orders counted as if filled. */
  readonly used: number;
  /** What it could use. */
  readonly wants: number;
}
