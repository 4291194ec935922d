import { EMPTY, filter, merge, mergeMap, type Observable, of } from 'rxjs';
import type { Driver } from '../../core/driver.js';
import { knownKeys, refuse } from '../../domain/check.js';
import type { Command } from '../../domain/command.js';
import type { OutsideEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { type SimulatedVenueOptions, simulatedVenue } from '../simulated/index.js';

/** What paper mode is made of. */
export interface PaperOptions {
  /** A driver of the real venue: only its market data is taken. It needs no keys, and is better off without. */
  readonly market: Driver;
  /** How orders are executed, beside the venue's name: latencies, fees, faults. @default at once, with the instruments' fees */
  readonly execution?: Omit<SimulatedVenueOptions, 'venue'>;
}

const OF_ACCOUNT: ReadonlySet<OutsideEvent['kind']> = new Set(['report', 'account', 'interest', 'truth']);

/**
 * Trades on paper: live market data of a venue, simulated execution. No order reaches the venue.
 *
 * ```
 * market      b-d-t-d---t-
 * commands$   ---s--------     goes to the simulated venue alone
 * output      b-dat-d---tf     a accepted, f filled against the live book
 * ```
 *
 * The real venue's driver hears asks for books and nothing else; what it says of orders and accounts is left out. While its
 * link for market data is down, its markets are unsynced for the simulated venue too: it takes no market orders then.
 *
 * Of a pair, the follower's simulated venue knows nothing of the leader's paper orders: a takeover finds none of them.
 *
 * @example
 * run(desk, { clock: liveClock(), drivers: [paper({ market: binance(), execution: { latency: { submit: 20, report: 20 } } })] });
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function paper(options: PaperOptions): Driver {
  knownKeys('paper', options, ['market', 'execution']);
  const { market, execution = {} } = options;
  const name = market?.venue?.name;
  if (name === undefined) refuse('paper.market', 'a driver of a venue, such as binance()', market);
  const simulated = simulatedVenue({ ...execution, venue: name });
  return {
    ...simulated,
    connect(context) {
      const commands$ = context.commands$.pipe(filter((command) => isForBook(command, name)));
      // A kill on paper is no word for the account: a driver may be set to cancel all on one.
      const events$ = context.events$.pipe(
        filter(({ event: { kind } }) => kind !== 'control' && kind !== 'fault'),
      );
      const live$ = market
        .connect({ ...context, commands$, events$, restored: undefined })
        .pipe(mergeMap((event) => toldOf(event, name, context.instruments)));
      return merge(simulated.connect(context), live$);
    },
  };
}

function isForBook(command: Command, venue: string): boolean {
  return command.kind === 'ask' && command.what === 'book' && command.venue === venue;
}

/** What paper mode makes of an event of the real venue's driver. */
function toldOf(event: OutsideEvent, venue: string, instruments: InstrumentTable): Observable<OutsideEvent> {
  if (OF_ACCOUNT.has(event.kind)) return EMPTY;
  if (event.kind !== 'link') return of(event);
  if (event.channel !== 'market') return EMPTY;
  if (event.state === 'up') return of(event);
  const lost = instruments.list.filter(({ definition }) => definition.venue === venue);
  const reason = event.reason.slice(0, 200);
  const { venueTime } = event;
  const unsynced = lost.map(
    ({ id: instrument }): OutsideEvent => ({
      kind: 'sync',
      instrument,
      venueTime,
      state: 'unsynced',
      reason,
    }),
  );
  return of(event, ...unsynced);
}
