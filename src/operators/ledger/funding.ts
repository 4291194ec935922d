import { type Decimal, decimal, ZERO } from '../../domain/decimal.js';

/** Who holds how many signed lots; a funding payment goes by this. */
export interface Holdings {
  readonly lots: number;
  readonly agents: readonly (readonly [agent: string, lots: number])[];
}

/** A rate as a share of the notional (exact decimal string) that is due at a time. */
export interface FundingDue {
  readonly index: number;
  readonly rate: string;
  readonly time: number;
}

/** Due, but nobody knew a mark then: paid by those who held the lots, as soon as one is known. */
export interface FundingOwed extends FundingDue {
  readonly holdings: Holdings;
}

export type SavedFunding = {
  readonly pending: readonly (readonly [index: number, rate: string, time: number])[];
  readonly paid: readonly (readonly [index: number, time: number])[];
  readonly owed: readonly {
    readonly index: number;
    readonly rate: string;
    readonly time: number;
    readonly lots: number;
    readonly agents: readonly (readonly [agent: string, lots: number])[];
  }[];
};

/**
 * What funding is due when. Venues tell a rate over and over before its time; the last word counts, and each time is
 * paid once.
 */
export class FundingSchedule {
  /** When the next payment is due; asked at every event. */
  nextDue: number = Number.POSITIVE_INFINITY;
  /** In order of time, then instrument. */
  readonly #pending: { readonly index: number; rate: string; readonly time: number }[] = [];
  /** The latest time paid, by instrument. */
  readonly #paid = new Map<number, number>();
  #owed: FundingOwed[] = [];

  /**
   * Takes a rate. What was paid stays paid; a time of 0 is unknown and never comes. Venues repeat themselves every second,
   * so a repetition allocates nothing.
   */
  take(index: number, rate: string, time: number): void {
    if (time <= (this.#paid.get(index) ?? 0)) return;
    for (const due of this.#pending) {
      if (due.index !== index || due.time !== time) continue;
      due.rate = rate;
      return;
    }
    this.#pending.push({ index, rate, time });
    this.#pending.sort((a, b) => a.time - b.time || a.index - b.index);
    this.nextDue = (this.#pending[0] as FundingDue).time;
  }

  /** The next payment that is due at a time, once. */
  next(ts: number): FundingDue | undefined {
    if (ts < this.nextDue) return undefined;
    const due = this.#pending.shift() as FundingDue;
    this.nextDue = this.#pending[0]?.time ?? Number.POSITIVE_INFINITY;
    this.#paid.set(due.index, due.time);
    return due;
  }

  owe(owed: FundingOwed): void {
    this.#owed.push(owed);
  }

  get owes(): boolean {
    return this.#owed.length > 0;
  }

  /** What is owed on an instrument, once; for when its mark is known. */
  settle(index: number): readonly FundingOwed[] {
    const settled = this.#owed.filter((owed) => owed.index === index);
    if (settled.length > 0) this.#owed = this.#owed.filter((owed) => owed.index !== index);
    return settled;
  }

  save(): SavedFunding {
    return {
      pending: this.#pending.map(({ index, rate, time }) => [index, rate, time] as const),
      paid: [...this.#paid].sort(([a], [b]) => a - b),
      owed: this.#owed.map(({ index, rate, time, holdings }) => ({ index, rate, time, ...holdings })),
    };
  }

  /** @param indexOf where an instrument of the snapshot stands in the table of this run */
  restore(saved: SavedFunding, indexOf: (saved: number) => number): void {
    for (const [index, time] of saved.paid) this.#paid.set(indexOf(index), time);
    for (const [index, rate, time] of saved.pending) this.take(indexOf(index), rate, time);
    for (const { index, rate, time, lots, agents } of saved.owed)
      this.owe({ index: indexOf(index), rate, time, holdings: { lots, agents } });
  }
}

/** What a holder receives: longs pay a positive rate, shorts receive it. @param notional with the sign of the lots */
export const fundingReceived = (rate: string, notional: Decimal): Decimal =>
  notional.eq(ZERO) ? ZERO : decimal(rate).times(notional).neg();
