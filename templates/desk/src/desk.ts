import { compose, type Instrument } from 'millrace';
import { figures } from 'millrace/monitoring';
import {
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ema,
  features,
  ledger,
  lookUps,
  maxDailyLoss,
  maxOrderSize,
  maxPosition,
  reconciliation,
  risk,
  sizing,
} from 'millrace/operators';
import { crossover } from './crossover.js';

/** How the desk may be set up. */
export interface DeskOptions {
  /** Samples of the averages. @default 60 and 600, one a second */
  readonly fast?: number;
  readonly slow?: number;
  /** Money that a whole conviction is worth. @default 20,000 */
  readonly budget?: number;
}

/** The whole chain. Risk stands between every wish and every order. */
export function makeDesk(instruments: readonly Instrument[], options: DeskOptions = {}) {
  const { fast = 60, slow = 600, budget = 20_000 } = options;
  const [first] = instruments;
  if (first === undefined) throw new Error('a desk needs an instrument at least');
  return compose(
    { name: '{{name}}', instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 100_000 }),
    lookUps(),
    reconciliation(),
    features({ fast: ema({ period: fast, every: '1s' }), slow: ema({ period: slow, every: '1s' }) }),
    agents([crossover(first)]),
    confidenceWeighted({ hysteresis: 0.1 }),
    sizing({ budget, minimumTrade: 0.1 }),
    bestNetPrice(),
    risk([
      maxPosition({ limit: 1 }),
      maxOrderSize({ of: 'notional', limit: 2 * budget }),
      maxDailyLoss({ limit: 1_000 }),
    ]),
    dispatch(),
    figures(),
  );
}
