import { knownKeys, oneOf, positiveNumber } from '../../domain/check.js';
import type { RiskRule, RiskView } from './rule.js';
import { within } from './within.js';

/** The largest part of the book that one instrument may be. */
export interface ConcentrationOptions {
  /** Share of the gross exposure, above 0 and at most 1. */
  readonly limit: number;
  /** A book below this gross notional (reporting currency) counts as if it were as large: the first order is all of it. */
  readonly from: number;
  /** Whether a proposal that leads beyond is denied or cut. @default "deny" */
  readonly action?: 'deny' | 'clip';
}

/**
 * No instrument may be more than a share of the book: its worst case against the least that all others may come to.
 *
 * ```
 * proposals  --a-b-c-     buy A for 60, buy B for 50, buy B for 40; a is filled
 *            risk([concentration({ limit: 0.5, from: 100 })])
 * verdicts   --a-b-c-     denied (60 of 100), approved, denied (90 of 100)
 * ```
 *
 * It judges the order's own instrument. What other orders or prices make of the shares is not undone.
 *
 * @throws ConfigurationError for options that cannot be
 * @example
 * risk([concentration({ limit: 0.4, from: 100_000 })])
 */
export function concentration(options: ConcentrationOptions): RiskRule {
  knownKeys('concentration', options, ['limit', 'from', 'action']);
  const limit = positiveNumber('concentration.limit', options.limit);
  const from = positiveNumber('concentration.from', options.from);
  const action = oneOf('concentration.action', options.action ?? 'deny', ['deny', 'clip']);
  return {
    name: 'concentration',
    limit,
    fingerprint: `concentration(${from},${action})`,
    clips: action === 'clip',
    allows: (share) => (share <= 1 ? undefined : 'a share of at most 1'),
    uses: (_limit, view) => {
      let most = 0;
      for (const { index } of view.instruments.list) {
        const lots = Math.max(Math.abs(view.worstLong(index)), Math.abs(view.worstShort(index)));
        if (lots === 0) continue;
        const mine = lots * view.lotNotional(index);
        most = Math.max(most, mine / Math.max(from, mine + leastOfOthers(view, index)));
      }
      return most;
    },
    judge: (proposal, { index, id }, allowed, view) => {
      const { side, quantity } = proposal;
      const long = view.worstLong(index) + (side === 'buy' ? quantity : 0);
      const short = view.worstShort(index) - (side === 'sell' ? quantity : 0);
      const mine = Math.max(Math.abs(long), Math.abs(short)) * view.lotNotional(index);
      const book = Math.max(from, mine + leastOfOthers(view, index));
      if (within(mine, allowed * book)) return undefined;
      if (Number.isNaN(book)) return 'the exposure is unknown: a mark or a conversion rate is missing';
      return `${id} could become ${((100 * mine) / book).toFixed(1)}% of the book, beyond the limit of ${100 * allowed}%`;
    },
  };
}

/** The gross notional that all others come to at least, whatever of their orders fills. */
function leastOfOthers(view: RiskView, except: number): number {
  let total = 0;
  for (const { index } of view.instruments.list) {
    if (index === except) continue;
    const [long, short] = [view.worstLong(index), view.worstShort(index)];
    const lots = long > 0 && short < 0 ? 0 : Math.min(Math.abs(long), Math.abs(short));
    if (lots !== 0) total += lots * view.lotNotional(index);
  }
  return total;
}
