import { knownKeys } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { type Feature, type FeatureInput, fingerprint } from './feature.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { windowSize } from './window-size.js';

/** The window of {@link orderFlowImbalance}, in changes of the best quotes. */
export interface OrderFlowImbalanceOptions {
  /** Changes of the best quotes that count. */
  readonly window: number;
}

class Quotes {
  bid: number = Number.NaN;
  ask: number = Number.NaN;
  bidQuantity: number = Number.NaN;
  askQuantity: number = Number.NaN;
  readonly flow: RollingSum;

  constructor(window: number) {
    this.flow = new RollingSum(window);
  }
}

/** What came to the bid less what came to the ask by one change of the best quotes. */
function contribution(before: Quotes, now: FeatureInput): number {
  const bought =
    (now.bid >= before.bid ? now.bidQuantity : 0) - (now.bid <= before.bid ? before.bidQuantity : 0);
  const sold =
    (now.ask <= before.ask ? now.askQuantity : 0) - (now.ask >= before.ask ? before.askQuantity : 0);
  return bought - sold;
}

/**
 * Order flow imbalance over the last `window` changes of the best quotes, in units of the base: what limit orders, cancels
 * and trades added to the bid less what they added to the ask.
 *
 * While a side is unknown it is `NaN`; what comes back is compared with the last quotes that were known.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * orderFlowImbalance({ window: 200 });
 */
export function orderFlowImbalance(options: OrderFlowImbalanceOptions): Feature<Quotes> {
  knownKeys('orderFlowImbalance', options, ['window']);
  const window = windowSize('orderFlowImbalance.window', options.window, 1);
  return {
    warmUp: window + 1,
    unit: 'base units',
    source: 'Cont, Kukanov and Stoikov 2014',
    fingerprint: fingerprint('orderFlowImbalance', { window }),
    init: () => new Quotes(window),
    update: (state, input) => {
      const { bid, ask, bidQuantity, askQuantity } = input;
      if (!Number.isFinite(bid - ask) || !Number.isFinite(bidQuantity - askQuantity)) return Number.NaN;
      const same =
        bid === state.bid &&
        ask === state.ask &&
        bidQuantity === state.bidQuantity &&
        askQuantity === state.askQuantity;
      if (!same) {
        if (!Number.isNaN(state.bid)) state.flow.push(contribution(state, input));
        state.bid = bid;
        state.ask = ask;
        state.bidQuantity = bidQuantity;
        state.askQuantity = askQuantity;
      }
      return state.flow.full ? state.flow.sum + 0 : Number.NaN;
    },
    save: ({ bid, ask, bidQuantity, askQuantity, flow }) => ({
      bid,
      ask,
      bidQuantity,
      askQuantity,
      flow: flow.save(),
    }),
    restore: (saved) => {
      const { flow, ...quotes } = saved as { readonly flow: Plain } & Record<string, number>;
      const state = Object.assign(new Quotes(window), quotes);
      state.flow.load(flow);
      return state;
    },
  };
}
