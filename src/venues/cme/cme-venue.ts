import { Observable } from 'rxjs';
import type { DriverContext } from '../../core/driver.js';
import type { OutsideEvent } from '../../domain/event.js';
import type { Plain } from '../../domain/plain.js';
import { type VenueDriver, venueDriver } from '../driver/index.js';
import { CmeAdapter } from './adapter.js';
import { cmeCapabilities } from './capabilities.js';
import type { SessionOperation } from './gateway-session.js';
import { KnownOrders } from './known-orders.js';
import { type CheckedSession, type CmeOptions, cmeSettings } from './options.js';

/** {@link cmeVenue}, with its sessions in reach of an operator. */
export interface CmeVenue extends VenueDriver {
  /**
   * A session while the desk runs; `undefined` where there is none, or it is not open.
   *
   * @example
   * cme.session('orders')?.resetTo(1_500); // the broker says that it expects 1500
   */
  session(name: CheckedSession['name']): SessionOperation | undefined;
}

/**
 * CME through a broker's FIX gateway.
 *
 * ```
 * commands$  s1------------c1----?2
 * orders     D-------------F-----H       numbered, stored, then sent
 *            --8(new)-8(fill)--8-----8
 * output     --a------f--------x-----a(2)
 * ```
 *
 * - A report counts as received once the pipeline's log has it: after a crash the broker repeats what the log may lack,
 *   and an execution is known by its id.
 * - After a lost connection the broker repeats what was missed; the link is up when nothing is missing. Orders that may
 *   be alive are asked for (messages H and AF) then, at the start and at each `reconcile`, and positions (AN) where the
 *   gateway tells them; FIX tells no balances.
 * - An order that was decided longer ago than `requestExpiry` is neither sent nor repeated. Messages of a session are
 *   taken in order: a look-up that goes out later and finds nothing is final.
 * - Native replacement (message G) where an order has `replaces`.
 * - Each node of a pair has a CompID of its own. A node that takes over asks for every order of the log; executions
 *   themselves come to it by its drop copy, if it has one, and else as counts of the venue that fills are missing for.
 * - A store that is corrupt halts the desk by a fault `fix-store`; numbers that contradict each other do not reconnect
 *   (`fix-sequence`).
 *
 * @example
 * cmeVenue({
 *   gateway: ttGateway(), account: 'A1', operator: 'OP7',
 *   orders: {
 *     senderCompID: 'DESK', targetCompID: 'TT', transport: tcp({ host: 'fix.example', port: 11702, tls: true }),
 *     store: { folder: 'fix/orders' }, logon: () => [[554, process.env['FIX_PASSWORD'] ?? '']],
 *   },
 * })
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function cmeVenue(options: CmeOptions): CmeVenue {
  const settings = cmeSettings(options);
  const { venue, recorded$ } = settings;
  let run: { readonly known: KnownOrders; adapter?: CmeAdapter } | undefined;
  let context: DriverContext | undefined;
  const inner = venueDriver({
    venue,
    capabilities: cmeCapabilities(settings),
    timeout: settings.timeout,
    ...(options.limits === undefined ? {} : { limits: options.limits }),
    ...(options.reserved === undefined ? {} : { reserved: options.reserved }),
    adapter: (port) => {
      const { known } = run as { known: KnownOrders };
      const { clock, rank } = context as DriverContext;
      const adapter = new CmeAdapter(settings, port, { known, clock, rank });
      Object.assign(run as object, { adapter });
      return adapter;
    },
  });
  return {
    ...inner,
    connect: (given) =>
      new Observable<OutsideEvent>((output) => {
        const known = new KnownOrders(venue);
        if (given.restored !== undefined && given.restored !== null) known.restore(given.restored);
        const current: { readonly known: KnownOrders; adapter?: CmeAdapter } = { known };
        run = current;
        context = given;
        output.add(given.events$.subscribe({ next: (logged) => current.adapter?.logged(logged) }));
        if (recorded$ !== undefined) output.add(recorded$.subscribe((seq) => current.adapter?.durable(seq)));
        output.add(
          inner.connect(given).subscribe({
            next: (event) => {
              if (event.kind === 'report') current.adapter?.recorder?.tells(event);
              output.next(event);
            },
            error: (error: unknown) => output.error(error),
            complete: () => output.complete(),
          }),
        );
      }),
    session: (name) => run?.adapter?.session(name)?.operation,
    save: (): Plain => run?.known.save() ?? null,
  };
}
