/** What {@link CostSummary} reads of a transaction-cost report: money in the reporting currency, above 0 where it cost. */
export interface MeasuredCosts {
  readonly id: string;
  readonly filled: number;
  readonly notional: number;
  readonly delay: number;
  readonly trading: number;
  readonly fees: number;
  readonly opportunity: number;
  readonly shortfall: number;
  readonly venues: readonly {
    readonly venue: string;
    readonly notional: number;
    readonly delay: number;
    readonly trading: number;
    readonly fees: number;
  }[];
}

/** Costs of all parents, or of what one venue executed. Basis points of the traded notional; `null`: nothing was traded. */
export interface CostTally {
  readonly notional: number;
  readonly delay: number;
  readonly trading: number;
  readonly fees: number;
  readonly basisPoints: number | null;
}

/** Transaction costs of a run. */
export interface CostResult extends CostTally {
  /** Parents that ended. */
  readonly parents: number;
  /** What was never traded; parents of which that is unknown are left out. */
  readonly opportunity: number;
  /** Delay, trading, opportunity and fees. */
  readonly shortfall: number;
  readonly venues: readonly (CostTally & { readonly venue: string })[];
}

/**
 * Adds up the reports of `transactionCosts`, the last word of each parent; with its memory bounded: of parents beyond the last
 * ten thousand no revision is taken.
 *
 * @example
 * const costs = new CostSummary();
 * backtest(core, recording, { drivers }).subscribe((frame) => costs.observe(frame));
 * costs.result().shortfall;
 */
export class CostSummary {
  readonly #last = new Map<string, MeasuredCosts>();
  readonly #venues = new Map<string, Sums>();
  readonly #whole: Sums = { notional: 0, delay: 0, trading: 0, fees: 0 };
  #opportunity = 0;
  #parents = 0;

  observe({ costs }: { readonly costs: readonly MeasuredCosts[] }): void {
    for (const report of costs) {
      const before = this.#last.get(report.id);
      if (before === undefined) this.#parents++;
      else this.#count(before, -1);
      this.#count(report, 1);
      this.#last.delete(report.id);
      this.#last.set(report.id, report);
      if (this.#last.size <= REMEMBERED) continue;
      for (const oldest of this.#last.keys()) {
        this.#last.delete(oldest);
        break;
      }
    }
  }

  result(): CostResult {
    const { delay, trading, fees } = this.#whole;
    return {
      ...tallyOf(this.#whole),
      parents: this.#parents,
      opportunity: this.#opportunity,
      shortfall: delay + trading + fees + this.#opportunity,
      venues: [...this.#venues]
        .sort(([one], [two]) => (one < two ? -1 : 1))
        .map(([venue, sums]) => ({ venue, ...tallyOf(sums) })),
    };
  }

  #count(report: MeasuredCosts, direction: 1 | -1): void {
    add(this.#whole, report, direction);
    if (!Number.isNaN(report.opportunity)) this.#opportunity += direction * report.opportunity;
    for (const { venue, ...parts } of report.venues) {
      let sums = this.#venues.get(venue);
      if (sums === undefined) {
        sums = { notional: 0, delay: 0, trading: 0, fees: 0 };
        this.#venues.set(venue, sums);
      }
      add(sums, parts, direction);
    }
  }
}

const REMEMBERED = 10_000;

interface Sums {
  notional: number;
  delay: number;
  trading: number;
  fees: number;
}

function add(sums: Sums, parts: Readonly<Sums>, direction: 1 | -1): void {
  sums.notional += direction * parts.notional;
  sums.delay += direction * parts.delay;
  sums.trading += direction * parts.trading;
  sums.fees += direction * parts.fees;
}

function tallyOf({ notional, delay, trading, fees }: Sums): CostTally {
  const basisPoints = notional > 0 ? ((delay + trading + fees) / notional) * 10_000 : null;
  return { notional, delay, trading, fees, basisPoints };
}
