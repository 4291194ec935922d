import type { Market } from '../market.js';
import type { Outcome } from '../trade.js';

/** All that a report speaks of. */
export interface Told {
  readonly outcome: Outcome;
  readonly market: Market;
  readonly asset: string;
  /** Milliseconds between two samples of a price. */
  readonly sample: number;
  readonly notes: readonly string[];
}

/** What the report is called: nobody shall take a simulation for a market. */
export function titleOf({ market: { simulated, names } }: Told): string {
  if (simulated) return `SIMULATED market, ${(names[0] ?? '').replace(/^simulated market, /, '')}`;
  return `recorded market: ${names.join(', ')}`;
}

export const eventsPerSecond = ({ outcome: { summary, seconds } }: Told): number =>
  Math.round(summary.events / Math.max(seconds, 0.001));
