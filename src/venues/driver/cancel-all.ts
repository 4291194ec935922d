import type { InstrumentId } from '../../domain/brand.js';
import type { Event } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { OpenOrders } from './open-orders.js';
import type { OrderRequests } from './order-requests.js';
import { settled } from './order-requests.js';
import { acknowledged, type CancelAllOutcome, type Outcome, refused, unknown } from './outcome.js';
import type { Questions } from './questions.js';
import type { SessionPort } from './session-port.js';
import type { OrderKey } from './venue-adapter.js';

/** What became of canceling all orders on one instrument. */
export interface CanceledAll {
  readonly instrument: InstrumentId;
  /**
   * Acknowledged: nothing of what was open at that time works any more, but for fills that are still to be told. Unknown:
   * ask again, it does no harm.
   */
  readonly outcome: Outcome;
}

/**
 * Cancels all that works on instruments: by the venue's own request where there is one, else order by order, those of the
 * venue's list too that nobody here knows. Then everything is reconciled.
 *
 * ```
 * log          --k------------            k: a kill, the core's cancels c1 c2 behind it
 * requests     --A------------            A: one request for all; c1 and c2 wait for its answer
 * reports      -----x1-x2--t--            both canceled, nothing else sent; then the truth
 * refused      --A---c1-c2-t--            A is refused, or in doubt: each is canceled by itself
 * ```
 */
export class CancelAll {
  readonly #port: SessionPort;
  readonly #open: OpenOrders;
  readonly #questions: Questions;
  readonly #orders: OrderRequests;
  readonly #underWay = new Map<InstrumentId, Promise<Outcome>>();
  /** Settled, whatever it came to, once the venue's own request is answered: only behind it single cancels are sent. */
  readonly #wider = new Map<InstrumentId, Promise<unknown>>();

  constructor(port: SessionPort, open: OpenOrders, questions: Questions, orders: OrderRequests) {
    this.#port = port;
    this.#open = open;
    this.#questions = questions;
    this.#orders = orders;
  }

  /** Settles when the venue's own request for an instrument is answered; `undefined`: there is none. */
  underWay({ id }: ListedInstrument): Promise<unknown> | undefined {
    return this.#wider.get(id);
  }

  /** Begins within the call. One that is under way for an instrument is not begun anew. */
  async cancel(instruments: readonly ListedInstrument[]): Promise<readonly CanceledAll[]> {
    const all = await Promise.all(
      instruments.map(async (listed) => ({ instrument: listed.id, outcome: await this.#one(listed) })),
    );
    if (!this.#port.isOver()) this.#questions.reconcile();
    return all;
  }

  /** Whether an event of the log kills what is traded here. */
  isKill(event: Event): boolean {
    const { venue } = this.#port.settings;
    const scopes = ['desk', `venue:${venue}`];
    if (event.kind === 'control') return event.action === 'kill' && scopes.includes(event.scope);
    if (event.kind !== 'fault') return false;
    if (event.severity === 'halt') return true;
    // Risk kills by rules of its own, and says what.
    const { component, code, message } = event;
    return (
      component === 'risk' && code === 'kill' && scopes.some((scope) => message.startsWith(`${scope}: `))
    );
  }

  #one(listed: ListedInstrument): Promise<Outcome> {
    const known = this.#underWay.get(listed.id);
    if (known !== undefined) return known;
    const made = this.#all(listed)
      .then((outcome) => this.#cleaned(outcome))
      .finally(() => this.#underWay.delete(listed.id));
    this.#underWay.set(listed.id, made);
    return made;
  }

  /** What is handed back is told as well: without secrets. */
  #cleaned(outcome: Outcome): Outcome {
    if (outcome.kind === 'acknowledged') return outcome;
    return { ...outcome, reason: this.#port.settings.redaction.clean(outcome.reason) };
  }

  async #all(listed: ListedInstrument): Promise<Outcome> {
    if (!this.#port.isUp('orders')) return refused('rejected', 'not sent: the order channel is down');
    const native = this.#native(listed);
    if (native !== undefined) {
      this.#wider.set(listed.id, native);
      const outcome = await native.finally(() => this.#wider.delete(listed.id));
      if (outcome.kind === 'acknowledged') return acknowledged(outcome.venueTime);
      if (this.#port.isOver()) return outcome;
      this.#port.fault('cancel-all', `${outcome.reason}; orders on ${listed.id} are canceled one by one`);
    }
    return this.#singly(listed);
  }

  /** The venue's own request, with a time-out of ours; what it canceled is told. */
  #native(listed: ListedInstrument): Promise<CancelAllOutcome> | undefined {
    const { adapter, settings } = this.#port;
    if (adapter.cancelAll === undefined) return undefined;
    return new Promise((resolve) => {
      const stop = this.#port.after(settings.timeout, () =>
        resolve(unknown(`no word about canceling all in ${settings.timeout} ms`)),
      );
      settled<CancelAllOutcome>(
        () => adapter.cancelAll?.(listed) ?? Promise.resolve(unknown('nobody was asked')),
        (said) => {
          stop();
          const outcome = said as CancelAllOutcome;
          if (!this.#port.isOver()) {
            if (outcome.kind === 'refused') this.#port.learn(outcome);
            if (outcome.kind === 'acknowledged')
              for (const { clientOrderId, filled } of outcome.canceled)
                this.#orders.canceled(
                  { clientOrderId, instrument: listed.id },
                  acknowledged(outcome.venueTime, filled),
                );
          }
          resolve(outcome);
        },
      );
    });
  }

  /** The venue's list of what is open, or `undefined` when it does not come in time. */
  #openAtVenue(listed: ListedInstrument): Promise<readonly OrderKey[] | undefined> {
    return new Promise((resolve) => {
      const stop = this.#port.after(this.#port.settings.timeout, () => resolve(undefined));
      void this.#questions
        .openAtVenue(listed)
        .catch(() => undefined)
        .then((told) => {
          stop();
          resolve(told);
        });
    });
  }

  /** What we know of at once, then what the venue knows of besides. */
  async #singly(listed: ListedInstrument): Promise<Outcome> {
    const ours = this.#open.of(listed.id);
    const asked = new Set(ours.map(({ clientOrderId }) => clientOrderId));
    const known = Promise.all(ours.map((key) => this.#orders.cancel(key)));
    const told = await this.#openAtVenue(listed);
    const others = (told ?? []).filter(({ clientOrderId }) => !asked.has(clientOrderId));
    const outcomes = [
      ...(await known),
      ...(await Promise.all(others.map((key) => this.#orders.cancel(key)))),
    ];
    const doubts = outcomes.filter(({ kind }) => kind === 'unknown').length;
    if (doubts > 0) return unknown(`${doubts} of ${outcomes.length} cancels are in doubt`);
    const refusal = outcomes.find((each) => each.kind === 'refused' && each.error !== 'not-found');
    if (refusal !== undefined) return refusal;
    return told === undefined ? unknown('the venue did not say which orders are open') : acknowledged(0);
  }
}
