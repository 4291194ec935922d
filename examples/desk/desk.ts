import { compose, type Instrument } from 'millrace';
import {
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  features,
  ledger,
  maxDailyLoss,
  maxPosition,
  maxVenueExposure,
  risk,
  signals,
  sizing,
} from 'millrace/operators';
import { deskAgents } from './desk-agents.js';
import { deskFeatures } from './desk-features.js';
import { deskSignals } from './desk-signals.js';

/** What the example desk may be told. Money in dollars. */
export interface ExampleDeskOptions {
  /** The asset that it trades. */
  readonly asset: string;
  /** Milliseconds between two samples of a price: the pace of everything that looks back. */
  readonly sample: number;
  readonly capital: number;
  /** Notional of one agent's whole conviction. */
  readonly budget: number;
  /** Most base units, long or short, in one instrument. */
  readonly maxPosition: number;
  /** Most gross notional at one venue. */
  readonly maxVenueExposure: number;
  /** The loss in a day at which everything stops. */
  readonly maxDailyLoss: number;
}

/**
 * A small desk with every stage: three agents that share features and a pool of signals, weighed by confidence, sized,
 * routed to the best venue, judged by risk.
 *
 * Trend following and mean reversion look at the asset's leading market and leave the venue to routing; the arbitrage
 * holds two given instruments against each other, where there are two that allow it.
 */
export function exampleDesk(instruments: readonly Instrument[], options: ExampleDeskOptions) {
  const { asset, sample, budget } = options;
  return compose(
    { name: 'example-desk', instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: options.capital }),
    features(deskFeatures(sample)),
    signals(deskSignals(sample)),
    agents(deskAgents(instruments, asset, sample)),
    confidenceWeighted({ hysteresis: 0.2 }),
    sizing({ budget, minimumTrade: 0.1 }),
    bestNetPrice({ collar: 0.000_4 }),
    risk([
      maxPosition({ limit: options.maxPosition }),
      maxVenueExposure({ limit: options.maxVenueExposure }),
      maxDailyLoss({ limit: options.maxDailyLoss }),
    ]),
    dispatch({ desk: 'example' }),
  );
}
