import { Observable } from 'rxjs';
import type { Driver } from '../../core/driver.js';
import type { InstrumentId } from '../../domain/brand.js';
import type { CanceledAll } from './cancel-all.js';
import { driverSettings, type VenueDriverOptions } from './driver-options.js';
import { VenueSession } from './venue-session.js';

/** A driver of a real venue. */
export interface VenueDriver extends Driver {
  /** Resolves when all that the last run opened is closed: no socket, no timer is left. */
  closed(): Promise<void>;
  /**
   * The brake beside the pipeline: cancels everything on the instruments of this venue, by one request each where the venue
   * has it, else order by order, and then reconciles. It reaches orders that the desk does not know, and those of others on the
   * same account. What ends is told by reports, as ever. Only the member that leads may; asking again does no harm.
   *
   * @param instruments ids of instruments of this venue. @default all of them
   * @returns for each instrument what became of it: acknowledged, refused or unknown; nothing throws
   * @example
   * const live = binance({ credentials });
   * run(desk, { clock: liveClock(), drivers: [live] }).subscribe();
   * const inDoubt = (await live.cancelAll()).filter(({ outcome }) => outcome.kind !== 'acknowledged');
   */
  cancelAll(instruments?: readonly InstrumentId[]): Promise<readonly CanceledAll[]>;
}

/**
 * Makes a driver of a venue's adapter: what every venue owes the core is done here, once.
 *
 * ```
 * commands$   s1-----s2------c2-?2-------s3
 * adapter     --a----hangs---hangs-f-----
 * output      --a1-------u2------a2(f2)--r3     a accepted, u unknown by time-out, f found by look-up, r not sent
 * ```
 *
 * - A submit without a genuine approval, or with another order than the approved one, is not sent: a `fault` event
 *   `unapproved` of severity `halt`. An id that the venue would not take, or a kind of order that it has not, is
 *   `rejected` without being sent.
 * - Submit, cancel and replace have three outcomes: acknowledged, refused, unknown. No answer within `timeout` is
 *   unknown; a later answer is told all the same. Nothing is sent twice.
 * - With `cancelAllOnKill` a kill in the log cancels everything by one request an instrument; the core's cancels of single
 *   orders wait for its answer, and are sent where it is a refusal or a doubt.
 * - While the link for orders is down orders are `rejected`, and cancels `cancelRejected`, as not sent.
 * - Every `up` of orders or account reconciles: fills that were missed are told as reports, then a `truth` event. A
 *   `reconcile` command meanwhile is answered by the same.
 * - A refused key halts the desk (`dead-key`); a refused clock is set once and told (`clock`); a throttled venue is left
 *   alone for a while (`throttled`), cancels included, and the desk asks for them again.
 * - A follower stays connected and silent; when it leads it tells links, whole books, and the trades and reports that lie
 *   beyond the log, then goes on.
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 *
 * @example
 * run(core, { clock, drivers: [venueDriver({ venue: 'mine', capabilities, adapter: (port) => new MyAdapter(port) })] });
 */
export function venueDriver(options: VenueDriverOptions): VenueDriver {
  const settings = driverSettings(options);
  let session: VenueSession | undefined;
  return {
    name: `venue:${settings.venue}`,
    venue: { name: settings.venue, capabilities: settings.capabilities },
    connect: (context) =>
      new Observable((output) => {
        session = new VenueSession(settings, context, output);
        session.open();
      }),
    closed: () => session?.closed ?? Promise.resolve(),
    cancelAll: (instruments) => session?.cancelAll(instruments) ?? Promise.resolve([]),
  };
}
