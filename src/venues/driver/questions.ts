import type { AskCommand } from '../../domain/command.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { OpenOrders } from './open-orders.js';
import type { Finding } from './outcome.js';
import { messageOf, type SessionPort } from './session-port.js';
import type { OrderKey } from './venue-adapter.js';

/** Fills are asked for again over so long: a venue may list one later than the next. */
const OVERLAP = 60_000;

/** What the venue is asked, and what its answers say: look-ups, and the whole truth. */
export class Questions {
  readonly #port: SessionPort;
  readonly #open: OpenOrders;
  #reconciling = false;
  #reconcileAgain = false;
  /** Fills up to here (venue's clock) were told by a truth. */
  #knownUntil: number;

  constructor(port: SessionPort, open: OpenOrders) {
    this.#port = port;
    this.#open = open;
    this.#knownUntil = port.context.clock.now() - port.settings.history;
  }

  ask({ what, instrument, clientOrderId, requestTime }: AskCommand): void {
    const listed = this.#port.context.instruments.find(instrument);
    if (listed === undefined) return;
    if (what === 'book') this.#port.adapter.requestBook(listed);
    else if (clientOrderId !== undefined) this.#lookUp({ clientOrderId, instrument }, listed, requestTime);
    else for (const key of this.#open.of(instrument)) this.#lookUp(key, listed, requestTime);
  }

  /** Asks for everything; an asking while one is under way is answered by one more behind it. */
  reconcile(): void {
    if (this.#reconciling) {
      this.#reconcileAgain = true;
      return;
    }
    const port = this.#port;
    this.#reconciling = true;
    this.#reconcileAgain = false;
    port.adapter
      .reconcile(Math.max(0, this.#knownUntil - OVERLAP))
      .then((truth) => {
        if (truth === undefined || port.isOver()) return;
        for (const fill of truth.fills) port.say(fill);
        this.#knownUntil = truth.venueTime;
        port.emit({ kind: 'truth', venue: port.settings.venue, ...truth });
      })
      .catch((error: unknown) => port.fault('reconcile', messageOf(error)))
      .finally(() => {
        this.#reconciling = false;
        if (this.#reconcileAgain && !port.isOver()) this.reconcile();
      });
  }

  /** Open orders on an instrument by the venue's word, whoever sent them; `undefined`: no answer. */
  async openAtVenue({ id }: ListedInstrument): Promise<readonly OrderKey[] | undefined> {
    const truth = await this.#port.adapter.reconcile(this.#port.context.clock.now());
    return truth?.orders.filter(
      ({ instrument, status }) =>
        instrument === id && (status === 'accepted' || status === 'partiallyFilled'),
    );
  }

  #lookUp(key: OrderKey, listed: ListedInstrument, requestTime: number | undefined): void {
    this.#port.adapter.lookUp(key, listed).then(
      (finding) => this.#found(key, finding, requestTime),
      // Nothing is said: the core asks again.
      (error: unknown) => this.#port.fault('look-up', messageOf(error)),
    );
  }

  #found(key: OrderKey, finding: Finding, requestTime: number | undefined): void {
    const port = this.#port;
    if (port.isOver() || finding.kind === 'unknown') return;
    const answers = requestTime === undefined ? {} : { answers: requestTime };
    const { venueTime } = finding;
    if (finding.kind === 'notFound') {
      port.state(key, 'notFound', 'not found', { venueTime, ...answers });
      return;
    }
    for (const fill of finding.fills) port.say(fill);
    const { status, filled, averagePrice, reason } = finding;
    const told = { venueTime, filled, ...(averagePrice === undefined ? {} : { averagePrice }), ...answers };
    // A filled order is accepted with all of its lots filled.
    const type = status === 'partiallyFilled' || status === 'filled' ? 'accepted' : status;
    port.state(key, type, reason, told);
  }
}
