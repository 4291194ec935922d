import { type Decimal, decimal, formatDecimal, ZERO } from '../../domain/decimal.js';
import { CostBasis, type Costing, type SavedBasis } from './cost-basis.js';
import { FeeTotals, type SavedFees } from './fee-totals.js';

/** So many latest fills of a position can be taken back as if they had never been. */
const HISTORY = 1_000;

interface Entry {
  readonly execution: string;
  readonly lots: number;
  readonly value: Decimal;
}

export type SavedPosition = {
  readonly now: SavedBasis;
  readonly base: SavedBasis;
  readonly history: readonly (readonly [execution: string, lots: number, value: string])[];
  readonly funding: string;
  readonly fees: SavedFees;
};

/**
 * A position in one instrument: its cost basis, and beside it fees and funding.
 *
 * The latest fills are kept in order over the basis they started from, so that one that a venue busts or corrects is
 * taken out or changed where it stood, and everything after it is booked again: profit and cost are then what they
 * would be had it never been. A fill older than that is booked backwards at its own price, which gives the same
 * profit in all, though not the same share of it as realised.
 *
 * Money is in the settlement currency; `ContractValue` says what lots are worth there, linear or inverse.
 */
export class Position {
  readonly fees: FeeTotals = new FeeTotals();
  readonly #costing: Costing;
  #now: CostBasis;
  /** What was booked before the history begins. */
  #base: CostBasis;
  #history: Entry[] = [];
  #funding: Decimal = ZERO;

  constructor(costing: Costing = 'average') {
    this.#costing = costing;
    this.#now = new CostBasis(costing);
    this.#base = new CostBasis(costing);
  }

  /** Signed lots. */
  get lots(): number {
    return this.#now.lots;
  }

  /** Value at which the open lots were traded; its sign is that of the lots (linear) or the opposite (inverse). */
  get cost(): Decimal {
    return this.#now.cost;
  }

  /** Profit of closed lots since the beginning, before fees and funding. */
  get realised(): Decimal {
    return this.#now.realised;
  }

  /** Funding received since the beginning; negative: paid. */
  get funding(): Decimal {
    return this.#funding;
  }

  /** Books lots traded, see {@link CostBasis.book}. */
  book(lots: number, value: Decimal, execution = ''): void {
    this.#now.book(lots, value);
    this.#history.push({ execution, lots, value });
    if (this.#history.length < 2 * HISTORY) return;
    // The older half goes at once: moving entries one by one would cost a copy of the list each time.
    for (const old of this.#history.splice(0, HISTORY)) this.#base.book(old.lots, old.value);
  }

  /** Takes a fill back: lots and value are what was booked. */
  unbook(execution: string, lots: number, value: Decimal): void {
    const at = this.#history.findIndex((entry) => entry.execution === execution);
    if (at < 0) this.book(-lots, value.neg());
    else {
      this.#history.splice(at, 1);
      this.#again();
    }
  }

  /** Puts other lots and another value in the place of a fill. */
  rebook(execution: string, was: readonly [number, Decimal], lots: number, value: Decimal): void {
    const at = this.#history.findIndex((entry) => entry.execution === execution);
    if (at < 0) {
      this.book(-was[0], was[1].neg());
      this.book(lots, value, execution);
    } else {
      this.#history[at] = { execution, lots, value };
      this.#again();
    }
  }

  bookFunding(received: Decimal): void {
    this.#funding = this.#funding.plus(received);
  }

  save(): SavedPosition {
    return {
      now: this.#now.save(),
      base: this.#base.save(),
      history: this.#history.map(
        ({ execution, lots, value }) => [execution, lots, formatDecimal(value)] as const,
      ),
      funding: formatDecimal(this.#funding),
      fees: this.fees.save(),
    };
  }

  static restore(saved: SavedPosition, costing: Costing = 'average'): Position {
    const position = new Position(costing);
    position.#now.restore(saved.now);
    position.#base.restore(saved.base);
    position.#history = saved.history.map(([execution, lots, value]) => ({
      execution,
      lots,
      value: decimal(value),
    }));
    position.#funding = decimal(saved.funding);
    position.fees.restore(saved.fees);
    return position;
  }

  #again(): void {
    const now = new CostBasis(this.#costing);
    now.restore(this.#base.save());
    for (const { lots, value } of this.#history) now.book(lots, value);
    this.#now = now;
  }
}
