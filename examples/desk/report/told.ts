import type { Outcome } from '../follow-run.js';
import type { Market } from '../market.js';

/** All that a report speaks of. */
export interface Told {
  readonly outcome: Outcome;
  readonly market: Pick<Market, 'simulated' | 'instruments' | 'names'> & {
    /** Traded as it happened, and at what. */
    readonly live?: 'doubles' | 'testnets' | 'venues';
  };
  readonly asset: string;
  /** Milliseconds between two samples of a price. */
  readonly sample: number;
  readonly notes: readonly string[];
}

/** What the report is called: nobody shall take a simulation for a market. */
export function titleOf({ market: { simulated, names, live } }: Told): string {
  if (live === 'doubles') return `LIVE against doubles on this machine: ${names.join(', ')}`;
  if (live !== undefined)
    return `LIVE at ${live === 'testnets' ? 'the testnets of ' : ''}${names.join(', ')}`;
  if (simulated) return `SIMULATED market, ${(names[0] ?? '').replace(/^simulated market, /, '')}`;
  return `recorded market: ${names.join(', ')}`;
}

export const eventsPerSecond = ({ outcome: { summary, seconds } }: Told): number =>
  Math.round(summary.events / Math.max(seconds, 0.001));
