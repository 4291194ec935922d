import { type Decimal, plainNumber } from '../../domain/decimal.js';
import type { Costing } from './cost-basis.js';
import { FeeTotals, type SavedFees } from './fee-totals.js';
import { Position, type SavedPosition } from './position.js';
import type { Valuation } from './valuation.js';

export type SavedBook = {
  /** By instrument index of the table given in the snapshot. */
  readonly positions: readonly (readonly [index: number, position: SavedPosition])[];
  readonly fees: SavedFees;
  readonly interest: readonly (readonly [venue: string, totals: SavedFees])[];
};

interface Amounts {
  readonly cost: Decimal;
  readonly realised: Decimal;
  readonly funding: Decimal;
}

/**
 * The positions of one owner (the desk, or one agent), exact, with float copies by instrument index that
 * hot readers take in O(1).
 */
export class PositionBook {
  /** Signed lots. */
  readonly lots: Float64Array;
  /** Fees over all instruments. */
  readonly fees: FeeTotals = new FeeTotals();
  /** Interest received, by venue. */
  readonly interest: Map<string, FeeTotals> = new Map();
  readonly #cost: Float64Array;
  readonly #realised: Float64Array;
  readonly #funding: Float64Array;
  /** What the float copies are of. */
  readonly #copied: (Amounts | undefined)[];
  readonly #costing: Costing;
  readonly #positions: (Position | undefined)[];
  /** Instruments ever traded, ascending: sums must not depend on which came first. */
  #traded: readonly number[] = [];
  readonly #valuation: Valuation;

  constructor(valuation: Valuation, costing: Costing) {
    const size = valuation.marks.length;
    this.#valuation = valuation;
    this.#costing = costing;
    this.lots = new Float64Array(size);
    this.#cost = new Float64Array(size);
    this.#realised = new Float64Array(size);
    this.#funding = new Float64Array(size);
    this.#positions = new Array(size).fill(undefined);
    this.#copied = new Array(size).fill(undefined);
  }

  /** Books signed lots traded for an exact value; see {@link Position.book}. */
  book(index: number, lots: number, value: Decimal, execution: string): void {
    const position = this.#at(index);
    position.book(lots, value, execution);
    this.#copy(index, position);
  }

  /** Takes a fill back; see {@link Position.unbook}. */
  unbook(index: number, lots: number, value: Decimal, execution: string): void {
    const position = this.#at(index);
    position.unbook(execution, lots, value);
    this.#copy(index, position);
  }

  /** Changes a fill where it stands; see {@link Position.rebook}. */
  rebook(
    index: number,
    was: readonly [lots: number, value: Decimal],
    lots: number,
    value: Decimal,
    execution: string,
  ): void {
    const position = this.#at(index);
    position.rebook(execution, was, lots, value);
    this.#copy(index, position);
  }

  bookInterest(venue: string, currency: string, received: Decimal): void {
    const totals = this.interest.get(venue) ?? new FeeTotals();
    totals.add(currency, received);
    this.interest.set(venue, totals);
  }

  bookFunding(index: number, received: Decimal): void {
    const position = this.#at(index);
    position.bookFunding(received);
    this.#copy(index, position);
  }

  bookFee(index: number, currency: string, amount: Decimal): void {
    this.#at(index).fees.add(currency, amount);
    this.fees.add(currency, amount);
  }

  /** The exact position; `undefined` when nothing was ever traded. */
  find(index: number): Position | undefined {
    return this.#positions[index];
  }

  /** Indices of the instruments ever traded, ascending. */
  get traded(): readonly number[] {
    return this.#traded;
  }

  /** Profit of closed lots in the settlement currency. */
  realised(index: number): number {
    return this.#realised[index] as number;
  }

  /** Funding received in the settlement currency; negative: paid. */
  funding(index: number): number {
    return this.#funding[index] as number;
  }

  /** Profit of open lots at the mark in the settlement currency; `NaN` without a mark, 0 when flat. */
  unrealised(index: number): number {
    const lots = this.lots[index] as number;
    return lots === 0 ? 0 : this.#valuation.value(index, lots) - (this.#cost[index] as number);
  }

  averagePrice(index: number): number {
    const contract = this.#valuation.contracts[index];
    return contract?.averagePrice(this.lots[index] as number, this.#cost[index] as number) ?? Number.NaN;
  }

  /** Realised and unrealised profit and funding in the reporting currency; `NaN` when what it needs is unknown. */
  worth(index: number): number {
    const amount = this.realised(index) + this.unrealised(index) + this.funding(index);
    return amount === 0 ? 0 : amount * (this.#valuation.factors[index] as number);
  }

  /** Fees in the reporting currency; `NaN` when a rate is unknown that a fee needs. */
  feesPaid(): number {
    return this.#plain(this.fees);
  }

  /** Interest in the reporting currency; `NaN` when a rate is unknown that it needs. */
  interestReceived(): number {
    let received = 0;
    for (const totals of this.interest.values()) received += this.#plain(totals);
    return received;
  }

  /** Everything after fees in the reporting currency; walks the instruments traded. */
  profit(): number {
    let profit = 0;
    for (const index of this.#traded) profit += this.worth(index);
    return profit - this.feesPaid() + this.interestReceived();
  }

  /** What {@link profit} is for some instruments, those of a venue, and the interest of that venue. */
  profitAt(venue: string, indices: readonly number[]): number {
    let profit = 0;
    for (const index of indices) {
      const position = this.#positions[index];
      if (position !== undefined) profit += this.worth(index) - this.#plain(position.fees);
    }
    const interest = this.interest.get(venue);
    return interest === undefined ? profit : profit + this.#plain(interest);
  }

  save(): SavedBook {
    return {
      positions: this.#traded.map((index) => [index, (this.#positions[index] as Position).save()] as const),
      fees: this.fees.save(),
      interest: Array.from(this.interest, ([venue, totals]) => [venue, totals.save()] as const),
    };
  }

  /** @param indexOf where an instrument of the snapshot stands in the table of this run */
  restore(saved: SavedBook, indexOf: (saved: number) => number): void {
    for (const [from, position] of saved.positions) {
      const index = indexOf(from);
      this.#insert(index, Position.restore(position, this.#costing));
    }
    this.fees.restore(saved.fees);
    for (const [venue, received] of saved.interest) {
      const totals = new FeeTotals();
      totals.restore(received);
      this.interest.set(venue, totals);
    }
  }

  #plain(totals: FeeTotals): number {
    let sum = 0;
    for (const [currency, amount] of totals.entries()) {
      const plain = plainNumber(amount);
      if (plain !== 0) sum += plain * this.#valuation.factorOf(currency);
    }
    return sum;
  }

  #at(index: number): Position {
    return this.#positions[index] ?? this.#insert(index, new Position(this.#costing));
  }

  #insert(index: number, position: Position): Position {
    this.#positions[index] = position;
    this.#traded = [...this.#traded, index].sort((a, b) => a - b);
    this.#copy(index, position);
    return position;
  }

  #copy(index: number, position: Position): void {
    this.lots[index] = position.lots;
    const { cost, realised, funding } = position;
    const copied = this.#copied[index];
    // Decimals are never changed in place: the same object is the same amount, and to spell one out is dear.
    if (copied?.cost !== cost) this.#cost[index] = plainNumber(cost);
    if (copied?.realised !== realised) this.#realised[index] = plainNumber(realised);
    if (copied?.funding !== funding) this.#funding[index] = plainNumber(funding);
    this.#copied[index] = { cost, realised, funding };
  }
}
