import type { Duration } from 'millrace';
import { orderFlowImbalance, volumeImbalance } from 'millrace/operators';
import { type Alpha, alpha } from './alpha.js';

export interface FlowPressureOptions {
  /** Changes of the best quotes that count, and trades. @default 50 */
  readonly window?: number;
  /** Share of the traded volume by which one side must outweigh the other. @default 0.3 */
  readonly threshold?: number;
  readonly horizon: Duration;
}

/**
 * Order flow: what limit orders and cancels add to the best quotes (Cont, Kukanov and Stoikov 2014) and what trades take point the same way.
 * Either alone is often somebody who lays bait.
 */
export function flowPressure({
  window = 50,
  threshold = 0.3,
  horizon,
}: FlowPressureOptions): Alpha<'quoted' | 'traded'> {
  return alpha(
    { quoted: orderFlowImbalance({ window }), traded: volumeImbalance({ window }) },
    {
      name: 'flowPressure',
      horizon,
      evaluate: ({ features: { quoted, traded } }) => {
        if (!(Math.abs(traded) >= threshold) || !(quoted * traded > 0)) return undefined;
        return { direction: traded > 0 ? 1 : -1, strength: Math.abs(traded), confidence: 0.5 };
      },
    },
  );
}
