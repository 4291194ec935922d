import { compose, instrument } from 'millrace';
import {
  books,
  dispatch,
  ledger,
  lookUps,
  maxPosition,
  maxVenueExposure,
  reconciliation,
  risk,
} from 'millrace/operators';
import { signalOrders } from './signal-orders.js';

/** Where the pair trades. */
export const VENUE = 'harsh';

/** What the pair trades. */
export const BTC = instrument({
  venue: VENUE,
  symbol: 'BTC-USDT',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USDT',
  tick: '1',
  lot: '0.001',
});

/** Lots of each order. */
export const LOTS = 10;

/**
 * The desk that both members run: one order for each signal.
 *
 * @param window milliseconds after which the venue refuses a request: from then on "not found" is final
 */
export const pairDesk = (window: number) =>
  compose(
    { name: 'mirrored-pair', instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USDT', capital: 10_000_000 }),
    lookUps({
      venues: { [VENUE]: { requestExpiry: window } },
      firstWait: 50,
      longestWait: 1_000,
      patience: 1_000,
    }),
    reconciliation({ every: 1_000, patience: 1_000 }),
    signalOrders({ instrument: BTC.id, quantity: LOTS, restsEvery: 7, restsFor: 100 }),
    risk([maxPosition({ limit: 100 }), maxVenueExposure({ limit: 5_000_000 })]),
    dispatch({ desk: 'pair' }),
  );
