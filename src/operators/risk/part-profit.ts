import type { EventKind } from '../../domain/event.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import type { RiskRule, RiskView } from './rule.js';
import type { Scope } from './scope.js';

/** The profit of an agent or at a venue as a rule remembers it: what the ledger does for the desk. */
interface PartProfit {
  lastKnown: number;
  /** Highest so far, at least 0. */
  peak: number;
  dayStart: number;
  nextDay: number;
}

/** Whatever can change a profit. */
const CHANGES: readonly EventKind[] = [
  'quote',
  'trade',
  'book',
  'bookOrder',
  'bar',
  'sync',
  'funding',
  'interest',
  'rate',
  'report',
  'truth',
];

/** The profit of the trading day and the drawdown of a scope: what a rule remembers for it. */
export interface ProfitReadings {
  readonly memory: Pick<RiskRule, 'observes' | 'observe' | 'init' | 'save' | 'restore'>;
  /** `NaN` while it is unknown. */
  dayProfit(view: RiskView, memory: unknown): number;
  drawdown(view: RiskView, memory: unknown): number;
}

/** The desk's own: the ledger remembers it. */
const DESK: ProfitReadings = {
  memory: {},
  dayProfit: ({ ledger }) => ledger.dayProfit(),
  drawdown: ({ ledger }) => ledger.drawdown(),
};

/** Readings of the desk when a scope is everything. A part's walks its instruments at every event of their markets. */
export function profitOf({ agent, venue }: Pick<Scope, 'agent' | 'venue'>): ProfitReadings {
  if (agent === undefined && venue === undefined) return DESK;
  const profitNow = ({ ledger }: RiskView): number =>
    venue === undefined ? ledger.agentProfit(agent as string) : ledger.venueProfit(venue, agent);
  return {
    memory: {
      observes: CHANGES,
      init: (): PartProfit => ({ lastKnown: 0, peak: 0, dayStart: 0, nextDay: 0 }),
      observe: (memory, _event, view, index) => {
        const known = memory as PartProfit;
        if (view.ts >= known.nextDay) {
          known.dayStart = known.lastKnown;
          known.nextDay = view.ledger.nextDay();
        }
        if (venue !== undefined && index >= 0 && view.instruments.at(index).definition.venue !== venue)
          return;
        const profit = profitNow(view);
        if (Number.isNaN(profit)) return;
        known.lastKnown = profit;
        known.peak = Math.max(known.peak, profit);
      },
      save: (memory) => ({ ...(memory as PartProfit) }),
      restore: (saved: Plain) => ({ ...fromPlain<PartProfit>(saved) }),
    },
    dayProfit: (view, memory) => {
      const { nextDay, lastKnown, dayStart } = memory as PartProfit;
      return profitNow(view) - (view.ts >= nextDay ? lastKnown : dayStart);
    },
    drawdown: (view, memory) => (memory as PartProfit).peak - profitNow(view),
  };
}
