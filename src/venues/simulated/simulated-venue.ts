import { Observable } from 'rxjs';
import type { Driver } from '../../core/driver.js';
import { type SimulatedVenueOptions, venueSettings } from './options.js';
import { VenueSession } from './session.js';

/**
 * A venue made up of a recording: our orders meet the book that was recorded, at the time they arrive.
 *
 * ```
 * events$    S--d--t-----d--t--|     S snapshot, d delta, t trade
 * commands$  ----s-------------|     s submit, latency 1 each way
 * output     ------a-------f---|     a accepted, f fill
 * ```
 *
 * - Market orders and limits that cross take displayed lots level by level, at the recorded prices. What they took
 *   is gone until the recording changes that level.
 * - Limits that rest stand behind the lots displayed on their arrival. Prints at their price serve those first; a
 *   shrinking level moves them forward (never back); a price that the book does not show has an unknown queue. `queue`
 *   names other models of the place in the queue.
 *   A print through their price, or a displayed price that crosses it, fills them at their own price, by no more
 *   than was printed or displayed. Fills as a whole never exceed what the recording has.
 * - Not open: orders are refused when closed or halted; in an auction only those that can rest are taken, and they
 *   wait. Market orders need a synced book that is not empty.
 * - An unfilled rest: GTC rests, IOC and market are canceled, FOK expires without any fill.
 * - `ask` for an order repeats its fills, and says where it stands (`notFound` when unknown) and how many lots are filled.
 *   Without an order, it does so for every open order of the instrument, and repeats the fills of those that ended.
 *   `auctions: 'uncross'`: a trade that is printed meanwhile is the auction's price, and ours that bid as much trade at it, as takers.
 *   `halts`, `priceBands`, `selfTradePrevention`: rules of the venue beside those of the instrument.
 * - `reconcile` is answered by a `truth` event: orders, fills and positions; with `balances` also balances and entry prices.
 * - `capabilities`: requests that come too late after their request time are refused, an id that was taken answers for its
 *   order, an order is replaced by one request (without that, `replaces` is not looked at). `schedule`: busts,
 *   corrections, interest and funding at times to come.
 * - `reduceOnly` is left to risk: the venue's position starts at 0 and need not be the desk's.
 *
 * Reports come in order: with no latency, from within the command or market event that caused them. Latencies may be
 * drawn from a seeded model. Fees are exact decimal strings in the settlement currency.
 *
 * With `faults` the venue and the way to it fail, by a script or by seeded chance; see `FaultKind`. A submit or
 * cancel without a word in time is `unknown`. While the order channel is down (`link` events), orders and cancels are
 * refused as not sent, asks are answered by nothing, and reports are lost until they are asked for.
 *
 * A submit without a genuine approval, or with another order than the approved one, is not sent: a `fault` event
 * `unapproved` of severity `halt` says so.
 *
 * @example
 * backtest(core, recording, { drivers: [simulatedVenue({ venue: 'binance', latency: { submit: 20, report: 20 } })] });
 * @example
 * simulatedVenue({
 *   venue: 'binance',
 *   latency: { submit: { kind: 'lognormal', median: 12, sigma: 0.6 }, report: 8 },
 *   faults: { seed: 7, chances: { lostReply: 0.01 }, script: [{ fault: 'disconnect', nth: 3, lasts: 2_000 }] },
 * });
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function simulatedVenue(options: SimulatedVenueOptions): Driver {
  const settings = venueSettings(options);
  let session: VenueSession | undefined;
  return {
    name: `venue:${settings.venue}`,
    venue: { name: settings.venue, capabilities: settings.capabilities },
    connect: (context) =>
      new Observable((output) => {
        session = new VenueSession(settings, context, output);
      }),
    save: () => session?.save() ?? null,
  };
}
