import type { EventKind } from '../../domain/event.js';
import type { Plain } from '../../domain/plain.js';
import type { RiskRule, RiskView } from './rule.js';

/** An agent's profit as a rule remembers it: what the ledger does for the desk, for one agent. */
interface AgentProfit {
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
  'rate',
  'report',
  'truth',
];

/** The profit of the trading day and the drawdown of the desk, or of an agent: what a rule remembers for it. */
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

/** Readings of the desk when no agent is named. An agent's walks its instruments at every event of a market. */
export function profitOf(agent: string | undefined): ProfitReadings {
  if (agent === undefined) return DESK;
  return {
    memory: {
      observes: CHANGES,
      init: (): AgentProfit => ({ lastKnown: 0, peak: 0, dayStart: 0, nextDay: 0 }),
      observe: (memory, _event, { ts, ledger }) => {
        const known = memory as AgentProfit;
        if (ts >= known.nextDay) {
          known.dayStart = known.lastKnown;
          known.nextDay = ledger.nextDay();
        }
        const profit = ledger.agentProfit(agent);
        if (Number.isNaN(profit)) return;
        known.lastKnown = profit;
        known.peak = Math.max(known.peak, profit);
      },
      save: (memory) => ({ ...(memory as AgentProfit) }),
      restore: (saved: Plain) => ({ ...(saved as unknown as AgentProfit) }),
    },
    dayProfit: ({ ts, ledger }, memory) => {
      const { nextDay, lastKnown, dayStart } = memory as AgentProfit;
      return ledger.agentProfit(agent) - (ts >= nextDay ? lastKnown : dayStart);
    },
    drawdown: ({ ledger }, memory) => (memory as AgentProfit).peak - ledger.agentProfit(agent),
  };
}
