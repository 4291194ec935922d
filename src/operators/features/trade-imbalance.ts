import { knownKeys } from '../../domain/check.js';
import type { Plain } from '../../domain/plain.js';
import { type Feature, type FeatureInput, fingerprint } from './feature.js';
import { RollingSum } from './kernels/rolling-sum.js';
import { windowSize } from './window-size.js';

/** The window of {@link tradeImbalance}, in trades. */
export interface TradeImbalanceOptions {
  /** Trades that count: those whose side the venue says. */
  readonly window: number;
}

class Trades {
  readonly signed: RollingSum;
  readonly all: RollingSum;

  constructor(window: number) {
    this.signed = new RollingSum(window);
    this.all = new RollingSum(window);
  }
}

function imbalance(
  kind: string,
  { window }: TradeImbalanceOptions,
  size: (input: FeatureInput) => number,
): Feature<Trades> {
  windowSize(`${kind}.window`, window, 1);
  return {
    warmUp: window,
    unit: 'from -1 to 1',
    source: '(bought - sold) / (bought + sold) by aggressor; Hasbrouck 1991',
    fingerprint: fingerprint(kind, { window }),
    init: () => new Trades(window),
    update: ({ signed, all }, input) => {
      const { tradeSign } = input;
      const weight = size(input);
      if ((tradeSign === 1 || tradeSign === -1) && Number.isFinite(weight) && weight >= 0) {
        signed.push(tradeSign * weight);
        all.push(weight);
      }
      const value = all.full ? signed.sum / all.sum : Number.NaN;
      if (!Number.isFinite(value)) return Number.NaN;
      return Math.max(-1, Math.min(1, value)) + 0;
    },
    save: ({ signed, all }) => ({ signed: signed.save(), all: all.save() }),
    restore: (saved) => {
      const { signed, all } = saved as { readonly signed: Plain; readonly all: Plain };
      const trades = new Trades(window);
      trades.signed.load(signed);
      trades.all.load(all);
      return trades;
    },
  };
}

/**
 * Of the last `window` trades, those in which the buyer took less those in which the seller did, over all of them.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * tradeSignImbalance({ window: 100 });
 */
export function tradeSignImbalance(options: TradeImbalanceOptions): Feature<Trades> {
  knownKeys('tradeSignImbalance', options, ['window']);
  return imbalance('tradeSignImbalance', options, ({ tradeQuantity }) =>
    tradeQuantity >= 0 ? 1 : Number.NaN,
  );
}

/**
 * Of the quantity of the last `window` trades, what buyers took less what sellers took, over all of it.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * volumeImbalance({ window: 100 });
 */
export function volumeImbalance(options: TradeImbalanceOptions): Feature<Trades> {
  knownKeys('volumeImbalance', options, ['window']);
  return imbalance('volumeImbalance', options, ({ tradeQuantity }) => tradeQuantity);
}
