import type { StageContext } from '../../core/context.js';
import type { Frame } from '../../core/frame.js';
import type { ClientOrderId, InstrumentId } from '../../domain/brand.js';
import type { CancelRequestedEvent } from '../../domain/event.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import type { LedgerFields } from '../ledger/stage.js';

/** Milliseconds until a cancel is asked for again; each time twice as long as the time before. */
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 30_000;
/** A link that flaps makes no storm: an order is not asked about more often than this. */
const LEAST_GAP = 100;
/** Repetitions of one venue in a second: the rest waits for the next. A kill's first cancels are never held back. */
const MOST = 10;
const WINDOW = 1_000;
const TIMER = 'risk:cancels';

/** A cancel that somebody asked for, and of which nobody knows yet that its order has ended. */
interface Standing {
  readonly venue: string;
  readonly instrument: InstrumentId;
  /** Why it was asked for at first. */
  readonly reason: string;
  /** How often it was asked for since the link last came up. */
  times: number;
  askedAt: number;
  /** When it is asked for again; `Infinity` while a repetition is on its way through the chain. */
  due: number;
}

/** How many repetitions a venue was sent in the second that began `from`. */
interface Allowance {
  from: number;
  count: number;
}

type Saved = {
  readonly standing: readonly (readonly [ClientOrderId, Plain])[];
  readonly allowances: readonly (readonly [string, Plain])[];
  readonly awaited: number;
};

/**
 * Cancels that stand: whoever asked for them (risk, a group of orders, a stage of the user's), they are asked for again
 * until the order is seen to have ended.
 *
 * ```
 * asked     c-----------
 * repeated  -r--r----r--     after 1 s, 2 s, 4 s, up to 30 s
 * links     --------u---
 * repeated  -r--r---r---     at once when the orders' link to the venue is up again
 * ```
 *
 * A cancel is lost, refused because a link is down, or overtakes its own order; a desk that is killed must not be left with
 * a live one. Repetitions wait by a timer event, so they are in the log and a mirror makes the same, and pass as
 * `cancelRequested` events, so rates count them.
 */
export class StandingCancels {
  readonly #standing = new Map<ClientOrderId, Standing>();
  readonly #allowances = new Map<string, Allowance>();
  /** When the timer is due that was asked for; `Infinity`: none is. */
  #awaited = Number.POSITIVE_INFINITY;

  has(id: ClientOrderId): boolean {
    return this.#standing.has(id);
  }

  /** Takes note of an event that the ledger knows already, and asks again for what is due. */
  look(frame: Frame & LedgerFields, context: StageContext): void {
    const { event } = frame;
    // Timers are a leader's: those of the last one are gone with it.
    if (isOurs(event) || event.kind === 'epoch') this.#awaited = Number.POSITIVE_INFINITY;
    if (event.kind === 'cancelRequested') this.#note(event, frame, context);
    else if (this.#standing.size === 0) return;
    else if (event.kind === 'report') this.#forget(event.clientOrderId, frame);
    else if (event.kind === 'link') {
      if (event.channel === 'orders' && event.state === 'up') this.#linked(event.venue, frame, context);
    } else if (isOurs(event)) this.#repeat(frame, context);
    else if (event.kind === 'epoch') this.#wait(context);
  }

  save(): Plain {
    return {
      standing: [...this.#standing].map(([id, each]) => [id, { ...each }]),
      allowances: [...this.#allowances].map(([venue, each]) => [venue, { ...each }]),
      awaited: this.#awaited,
    };
  }

  static restore(saved: Plain): StandingCancels {
    const cancels = new StandingCancels();
    const { standing, allowances, awaited } = fromPlain<Saved>(saved);
    for (const [id, each] of standing) cancels.#standing.set(id, { ...fromPlain<Standing>(each) });
    for (const [venue, each] of allowances) cancels.#allowances.set(venue, { ...fromPlain<Allowance>(each) });
    cancels.#awaited = awaited;
    return cancels;
  }

  #note(
    { clientOrderId, instrument, reason }: CancelRequestedEvent,
    frame: Frame & LedgerFields,
    context: StageContext,
  ): void {
    const record = frame.ledger.order(clientOrderId);
    if (record === undefined || record.remaining === 0) return;
    const { venue } = record.order;
    const known = this.#standing.get(clientOrderId);
    const each = known ?? { venue, instrument, reason, times: 0, askedAt: 0, due: 0 };
    each.askedAt = frame.ts;
    each.due = frame.ts + Math.min(FIRST_WAIT * 2 ** each.times, LONGEST_WAIT);
    each.times++;
    if (known === undefined) this.#standing.set(clientOrderId, each);
    this.#wait(context);
  }

  #forget(id: ClientOrderId, { ledger }: LedgerFields): boolean {
    return (ledger.order(id)?.remaining ?? 0) === 0 && this.#standing.delete(id);
  }

  #linked(up: string, frame: Frame & LedgerFields, context: StageContext): void {
    for (const each of this.#standing.values()) {
      if (each.venue !== up) continue;
      each.times = 0;
      if (each.due < Number.POSITIVE_INFINITY) each.due = Math.max(frame.ts, each.askedAt + LEAST_GAP);
    }
    this.#repeat(frame, context);
  }

  #repeat(frame: Frame & LedgerFields, context: StageContext): void {
    const { ts } = frame;
    for (const [clientOrderId, each] of this.#standing) {
      // It may have ended by a word that was no report.
      if (this.#forget(clientOrderId, frame) || each.due > ts) continue;
      const { venue, instrument } = each;
      const again = this.#allow(venue, ts);
      if (again > ts) {
        each.due = again;
        continue;
      }
      const reason = `asked for again: ${each.reason}`;
      each.due = Number.POSITIVE_INFINITY;
      context.request({ kind: 'cancel', venue, instrument, clientOrderId, requestTime: ts, reason });
      context.derive({ kind: 'cancelRequested', clientOrderId, instrument, reason });
    }
    this.#wait(context);
  }

  /** When the venue may be asked: now, and then it counts, or when its next second begins. */
  #allow(venue: string, ts: number): number {
    const known = this.#allowances.get(venue);
    if (known === undefined || ts - known.from >= WINDOW) {
      this.#allowances.set(venue, { from: ts, count: 1 });
      return ts;
    }
    if (known.count === MOST) return known.from + WINDOW;
    known.count++;
    return ts;
  }

  /** Asks for the timer when nothing wakes it early enough. */
  #wait(context: StageContext): void {
    let due = Number.POSITIVE_INFINITY;
    for (const each of this.#standing.values()) due = Math.min(due, each.due);
    if (due >= this.#awaited) return;
    this.#awaited = due;
    context.request({ kind: 'timer', name: TIMER, due });
  }
}

const isOurs = (event: Frame['event']): boolean => event.kind === 'timer' && event.name === TIMER;
