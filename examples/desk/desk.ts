import { type CapabilitiesByVenue, compose, type Instrument, pure } from 'millrace';
import { overview } from 'millrace/dashboard';
import { breakdown, figures } from 'millrace/monitoring';
import {
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  features,
  ledger,
  lookUps,
  maxDailyLoss,
  maxPosition,
  maxVenueExposure,
  reconciliation,
  risk,
  signals,
  sizing,
  transactionCosts,
} from 'millrace/operators';
import { type Account, accountOf } from './account.js';
import { deskAgents } from './desk-agents.js';
import { deskFeatures } from './desk-features.js';
import { deskSignals } from './desk-signals.js';
import { deskLimits } from './live-page.js';

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
  /** What the venues can do for the safety of orders. @default nothing */
  readonly venues?: CapabilitiesByVenue;
  /** First part of every order's name; a live desk that begins anew needs a new one. @default "example" */
  readonly orderNames?: string;
}

/**
 * A small desk with every stage: three agents that share features and a pool of signals, weighed by confidence, sized,
 * routed to the best venue, judged by risk.
 *
 * Trend following and mean reversion look at the asset's leading market and leave the venue to routing; the arbitrage
 * holds two given instruments against each other, where there are two that allow it.
 */
export function exampleDesk(instruments: readonly Instrument[], options: ExampleDeskOptions) {
  const { asset, sample, budget, venues = {}, orderNames = 'example' } = options;
  const desk = deskAgents(instruments, asset, sample);
  const names = desk.map(({ name }) => name);
  return compose(
    { name: 'example-desk', instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: options.capital }),
    lookUps({ venues }),
    reconciliation(),
    features(deskFeatures(sample)),
    signals(deskSignals(sample)),
    agents(desk),
    confidenceWeighted({ hysteresis: 0.2 }),
    sizing({ budget, minimumTrade: 0.1 }),
    bestNetPrice({ collar: 0.000_4 }),
    risk([
      maxPosition({ limit: options.maxPosition }),
      maxVenueExposure({ limit: options.maxVenueExposure }),
      maxDailyLoss({ limit: options.maxDailyLoss }),
    ]),
    dispatch({ desk: orderNames, venues }),
    transactionCosts(),
    figures(),
    breakdown(),
    overview({ every: 500, limits: deskLimits(options) }),
    // At a barrier, such as the one at the end, the books are drawn up; the ledger is live for one pass only.
    pure(
      'account',
      ({ snapshot, ledger: live }): Account | undefined =>
        snapshot === undefined ? undefined : accountOf(live, instruments, names),
      undefined,
    ),
  );
}
