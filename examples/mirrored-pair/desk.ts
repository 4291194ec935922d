import { compose, type Instrument, instrument } from 'millrace';
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
 * Finished orders that the ledger remembers, and every snapshot holds: to know a report that comes late or twice. They must
 * reach as far back as the venue's truth does after a takeover, which is two seconds.
 */
export const FINISHED_ORDERS = 5_000;

/** What may be another in another release of the desk. */
export interface DeskRelease {
  /** Milliseconds for which every seventh order rests. @default 100 */
  readonly restsFor?: number;
  /** Another name is another configuration. @default "mirrored-pair" */
  readonly name?: string;
}

/** What the desk trades. */
export const pairInstruments: readonly Instrument[] = [BTC];

/**
 * The desk that both members run: one order for each signal.
 *
 * @param window milliseconds after which the venue refuses a request: from then on "not found" is final. `undefined`: it
 * never does, and an order that is not found is quarantined
 */
export const pairDesk = (
  window: number | undefined,
  { restsFor = 100, name = 'mirrored-pair' }: DeskRelease = {},
) =>
  compose(
    { name, instruments: pairInstruments },
    books(),
    ledger({ reportingCurrency: 'USDT', capital: 10_000_000, finishedOrders: FINISHED_ORDERS }),
    lookUps({
      venues: window === undefined ? {} : { [VENUE]: { requestExpiry: window } },
      firstWait: 50,
      longestWait: 1_000,
      patience: 1_000,
    }),
    reconciliation({ every: 1_000, patience: 1_000 }),
    signalOrders({ instrument: BTC.id, quantity: LOTS, restsEvery: 7, restsFor }),
    risk([maxPosition({ limit: 100 }), maxVenueExposure({ limit: 5_000_000 })]),
    dispatch({ desk: 'pair' }),
  );
