import type { StageContext } from '../../core/context.js';
import { keyOf, type TargetOf } from '../../domain/decision.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import type { MarketsView } from '../books/markets-view.js';
import type { Subject } from './subject.js';

interface Position {
  readonly of: TargetOf;
  readonly price: number;
  /** What each agent wanted held when the interval began. */
  readonly exposures: readonly (readonly [string, number])[];
}

/** The price of what a decision is about: of the instrument, or of the first of its asset that is known; `NaN`: unknown. */
export function priceOf(of: TargetOf, markets: MarketsView, { instruments }: StageContext): number {
  if (of.instrument !== undefined) {
    const index = instruments.indexOf(of.instrument);
    return index >= 0 && markets.synced(index) ? markets.mid(index) : Number.NaN;
  }
  for (const { index } of instruments.ofAsset(of.asset)) if (markets.synced(index)) return markets.mid(index);
  return Number.NaN;
}

/**
 * What each agent's decisions would have earned, interval by interval, as a share of its budget: exposure × return, less
 * the cost of changing the exposure.
 */
export class PaperReturns {
  readonly #every: number;
  readonly #cost: number;
  #positions = new Map<string, Position>();
  #dueAt = Number.NEGATIVE_INFINITY;

  constructor(every: number, cost: number) {
    this.#every = every;
    this.#cost = cost;
  }

  /** At an interval's end: what it brought, by agent, sorted by name. `undefined` until then. */
  settle(
    ts: number,
    subjects: Iterable<Subject>,
    markets: MarketsView,
    context: StageContext,
  ): ReadonlyMap<string, number> | undefined {
    if (ts < this.#dueAt) return undefined;
    const first = this.#dueAt === Number.NEGATIVE_INFINITY;
    this.#dueAt = ts + this.#every;
    const sums = new Map<string, number>();
    const positions = new Map<string, Position>();
    for (const { of, decisions } of subjects) {
      const key = keyOf(of);
      const before = this.#positions.get(key);
      const price = priceOf(of, markets, context);
      // Of a price of 0 or less, such as a spread's, no share can be taken.
      if (!(price > 0)) {
        // Its return will be told when it is known again.
        if (before !== undefined) positions.set(key, before);
        continue;
      }
      const now = decisions
        .filter(({ confidence }) => confidence > 0)
        .map(({ agent, exposure }) => [agent, exposure] as const);
      positions.set(key, { of, price, exposures: now });
      if (before === undefined) continue;
      const change = price / before.price - 1;
      for (const [agent, exposure] of before.exposures) {
        const next = now.find(([name]) => name === agent)?.[1] ?? 0;
        const gain = exposure * change - this.#cost * Math.abs(next - exposure);
        sums.set(agent, (sums.get(agent) ?? 0) + gain);
      }
    }
    this.#positions = positions;
    if (first || sums.size === 0) return undefined;
    return new Map([...sums].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  save(): Plain {
    return asPlain({ dueAt: this.#dueAt, positions: [...this.#positions.values()] });
  }

  restore(plain: Plain): void {
    const { dueAt, positions } = fromPlain<{
      readonly dueAt: number;
      readonly positions: readonly Position[];
    }>(plain);
    this.#dueAt = dueAt;
    this.#positions = new Map(positions.map((one) => [keyOf(one.of), one]));
  }
}
