import { knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { type Feature, type FeatureInput, fingerprint } from './feature.js';

/** How fast {@link tradeFlow} forgets, in event time. */
export interface TradeFlowOptions {
  /** Event time after which a trade counts half. */
  readonly halfLife: Duration;
}

/** The flow as it was at the last trade. */
export interface TradeFlowState {
  flow: number;
  /** Unix milliseconds of the last trade; `NaN` before the first. */
  since: number;
}

/**
 * Signed trade volume in units of the base (or contracts), fading with event time: positive while buyers take more.
 *
 * `NaN` before the first trade whose side is known; trades of unknown side or quantity do not count. Between trades it
 * fades towards 0.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * tradeFlow({ halfLife: '30s' });
 */
export function tradeFlow(options: TradeFlowOptions): Feature<TradeFlowState> {
  knownKeys('tradeFlow', options, ['halfLife']);
  const halfLife = milliseconds('tradeFlow.halfLife', options.halfLife);
  const rate = Math.LN2 / halfLife;
  return {
    warmUp: 1,
    unit: 'base units',
    source: 'sum of signed quantities, each fading by half a half-life',
    fingerprint: fingerprint('tradeFlow', { halfLife }),
    init: () => ({ flow: 0, since: Number.NaN }),
    update: (state, input) => {
      // From the last trade each time, not from the last event: rounding does not depend on how often one looks.
      const faded = Number.isNaN(state.since) ? 0 : state.flow * Math.exp(-rate * (input.ts - state.since));
      const volume = signedVolume(input);
      if (volume !== 0) {
        state.flow = faded + volume;
        state.since = input.ts;
        return state.flow;
      }
      return Number.isNaN(state.since) ? Number.NaN : faded;
    },
    save: ({ flow, since }) => ({ flow, since }),
    restore: (saved) => {
      const { flow, since } = saved as { readonly flow: number; readonly since: number };
      return { flow, since };
    },
  };
}

/** Positive when the buyer took, negative when the seller did; 0 for no trade, or one that tells too little. */
function signedVolume({ tradeSign, tradeQuantity }: FeatureInput): number {
  const volume = tradeSign * tradeQuantity;
  return Number.isFinite(volume) ? volume : 0;
}
