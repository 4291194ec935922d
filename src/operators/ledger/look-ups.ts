import type { StageContext } from '../../core/context.js';
import type { Frame } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import type { ClientOrderId } from '../../domain/brand.js';
import { knownKeys, numberAtLeast } from '../../domain/check.js';
import type { LookedUpEvent, ReportEvent } from '../../domain/event.js';
import {
  type CapabilitiesByVenue,
  capabilitiesByVenue,
  type VenueCapabilities,
  venueCapabilities,
} from '../../domain/venue-capabilities.js';
import { type Doubt, Doubts } from './doubts.js';
import type { LedgerFields } from './stage.js';
import type { OrderRecord } from './tracked-order.js';

/** How orders in doubt are looked up. Milliseconds of event time. */
export interface LookUpOptions {
  /** What is known of the venues. @default nothing: an order that is not found is quarantined */
  readonly venues?: CapabilitiesByVenue;
  /** From the first look-up to the second; each wait after it is twice as long. @default 500 */
  readonly firstWait?: number;
  /** @default 30,000 */
  readonly longestWait?: number;
  /** Without a word for so long, an order or a cancel is in doubt by itself. @default 10,000 */
  readonly patience?: number;
}

/** What `lookUps` adds to a frame. */
export interface LookUpFields {
  /** Orders of which nobody knows for sure where they stand. */
  ordersInDoubt: number;
}

interface Settings {
  readonly venues: Readonly<Record<string, Required<VenueCapabilities>>>;
  readonly firstWait: number;
  readonly longestWait: number;
  readonly patience: number;
}

type Needs = Frame & LedgerFields;

const TIMER = 'look-ups';
/** Look-ups in one pass; more than that wait for the next. */
const MOST_AT_ONCE = 100;
const NOTHING_SPECIAL: Required<VenueCapabilities> = venueCapabilities('lookUps', {});

/**
 * Makes sure where orders stand of which nobody knows: looks them up, with growing patience, until the venue has said.
 *
 * ```
 * reports   s---u-----n-------n-           s submitted, u unknown, n not found
 * asks      ----?-?------------?--         at once, after 500 ms, and once more when the request has expired
 * derived   -------------------x-          neverArrived: the ledger has it as rejected
 * ```
 *
 * In doubt is an order that a time-out calls `unknown`, of which nothing is heard for too long, whose cancel is refused,
 * which does not rest (IOC, FOK) and whose end is not heard, or of which the venue counts more fills than were reported;
 * after the order channel comes up again, and after a takeover (`epoch`), every open order of the venue, or of all, is
 * looked up at once.
 *
 * An order that the venue does not know is over only when its request has expired by the venue's own time. Then
 * `lookedUp: neverArrived` is derived, and the ledger takes it as rejected: a new attempt is a new decision with a name
 * of its own. It is never sent again by itself. A venue whose requests do not expire quarantines the order, by an event
 * and a fault; it counts as exposure until the venue, or an operator's reconciliation, says otherwise.
 *
 * A driver answers by the order's fills and one state report whose `answers` repeats the look-up's `requestTime`, with
 * the venue's time and, where it can, `filled`. It stands behind `ledger`; all of it is in the log and in snapshots.
 *
 * @example
 * compose({ instruments }, books(), ledger({ reportingCurrency: 'USDT' }), lookUps({ venues: { binance: { requestExpiry: 5_000 } } }), ...);
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function lookUps(options: LookUpOptions = {}): StageOperator<Needs, LookUpFields> {
  knownKeys('lookUps', options, ['venues', 'firstWait', 'longestWait', 'patience']);
  const firstWait = numberAtLeast('lookUps.firstWait', options.firstWait ?? 500, 1);
  const engine = new Engine({
    venues: capabilitiesByVenue('lookUps.venues', options.venues ?? {}),
    firstWait,
    longestWait: numberAtLeast(
      'lookUps.longestWait',
      options.longestWait ?? Math.max(30_000, firstWait),
      firstWait,
    ),
    patience: numberAtLeast('lookUps.patience', options.patience ?? 10_000, 1),
  });
  return stage<Needs, LookUpFields, Doubts>({
    name: 'lookUps',
    fingerprint: JSON.stringify(engine.settings),
    assumes: engine.settings.venues,
    adds: { ordersInDoubt: 0 },
    init: () => new Doubts(),
    step: (doubts, frame, context) => {
      engine.step(doubts, frame, context);
      frame.ordersInDoubt = doubts.size === 0 ? 0 : doubts.count();
    },
    save: (doubts) => doubts.save(),
    restore: (saved) => new Doubts().restore(saved),
  });
}

class Engine {
  readonly settings: Settings;

  constructor(settings: Settings) {
    this.settings = settings;
  }

  step(doubts: Doubts, frame: Needs, context: StageContext): void {
    const { event, ts } = frame;
    switch (event.kind) {
      case 'submitted':
        this.#await(doubts, event.order.clientOrderId, ts, context);
        return;
      case 'cancelRequested':
        this.#await(doubts, event.clientOrderId, ts, context);
        return;
      case 'report':
        this.#hear(doubts, event, frame, context);
        break;
      case 'link':
        if (event.channel !== 'orders' || event.state !== 'up') return;
        this.#doubtOpen(doubts, frame, event.venue);
        break;
      case 'epoch':
        // The timer that the last leader waited for is nobody's now.
        doubts.timer = Number.POSITIVE_INFINITY;
        this.#doubtOpen(doubts, frame, undefined);
        break;
      case 'timer':
        if (event.name !== TIMER) return;
        doubts.timer = Number.POSITIVE_INFINITY;
        break;
      default:
        return;
    }
    if (doubts.urgent || event.kind !== 'report') this.#see(doubts, frame, context);
  }

  /** A word is awaited; an earlier doubt stands. */
  #await(doubts: Doubts, id: ClientOrderId, ts: number, context: StageContext): void {
    if (doubts.find(id) !== undefined) return;
    const { firstWait, patience } = this.settings;
    doubts.set(id, { doubted: false, since: ts, due: ts + patience, wait: firstWait, said: 'nothing' });
    wait(doubts, ts + patience, context);
  }

  #doubt(doubts: Doubts, id: ClientOrderId, ts: number): void {
    const said = doubts.find(id)?.said ?? 'nothing';
    doubts.delete(id);
    doubts.set(id, { doubted: true, since: ts, due: ts, wait: this.settings.firstWait, said });
    doubts.urgent = true;
  }

  #doubtOpen(doubts: Doubts, { ledger, ts }: Needs, venue: string | undefined): void {
    for (const { order } of ledger.openOrders())
      if (venue === undefined || order.venue === venue) this.#doubt(doubts, order.clientOrderId, ts);
  }

  #hear(doubts: Doubts, report: ReportEvent, { ledger, ts }: Needs, context: StageContext): void {
    const { clientOrderId: id } = report;
    const record = ledger.order(id);
    if (record === undefined) {
      doubts.delete(id);
      return;
    }
    const known = doubts.find(id);
    const answered =
      known?.doubted === true &&
      'answers' in report &&
      report.answers !== undefined &&
      report.answers >= known.since;
    if (answered && report.type === 'notFound')
      this.#notFound(doubts, known, report.venueTime, record, context);
    else if (report.type === 'unknown') {
      if (record.remaining > 0) this.#doubt(doubts, id, ts);
    } else if (isSettled(record, report, answered || known?.doubted !== true)) {
      doubts.delete(id);
      if (mustEndSoon(record)) this.#await(doubts, id, ts, context);
    } else if (known?.doubted !== true && isDoubtful(record, report)) this.#doubt(doubts, id, ts);
  }

  /** The venue does not know it: over once its request has expired there, and until then nobody can tell. */
  #notFound(
    doubts: Doubts,
    doubt: Doubt,
    venueTime: number,
    record: OrderRecord,
    context: StageContext,
  ): void {
    const { order, acknowledged } = record;
    const { clientOrderId, venue, requestTime } = order;
    const { requestExpiry, idempotent } = this.settings.venues[venue] ?? NOTHING_SPECIAL;
    const at = `order ${clientOrderId} is not found at ${venue}`;
    if (acknowledged) {
      say(doubt, record, 'quarantined', `${at}, which had it: what became of it is not known`, context);
    } else if (requestExpiry > 0) {
      const expires = requestTime + requestExpiry;
      if (venueTime > expires) {
        doubts.delete(clientOrderId);
        say(doubt, record, 'neverArrived', `${at} after its request has expired`, context);
      } else {
        doubt.due = Math.max(doubt.due, expires + 1);
        wait(doubts, doubt.due, context);
      }
    } else if (idempotent) {
      say(doubt, record, 'repeatable', `${at}, and may still arrive; its id is taken once`, context);
    } else {
      say(doubt, record, 'quarantined', `${at}, and may still arrive: its requests do not expire`, context);
    }
  }

  /** Asks about what is due, and waits for the rest. */
  #see(doubts: Doubts, { ledger, ts }: Needs, context: StageContext): void {
    doubts.urgent = false;
    const { firstWait, longestWait } = this.settings;
    let asked = 0;
    let next = Number.POSITIVE_INFINITY;
    for (const [id, doubt] of doubts.all()) {
      if (doubt.due <= ts) {
        const record = ledger.order(id);
        if (record === undefined) {
          doubts.delete(id);
          continue;
        }
        if (asked < MOST_AT_ONCE) {
          asked++;
          if (!doubt.doubted) Object.assign(doubt, { doubted: true, since: ts });
          doubt.due = ts + doubt.wait;
          doubt.wait = Math.min(2 * doubt.wait, longestWait);
          const { venue, instrument } = record.order;
          context.request({
            kind: 'ask',
            what: 'order',
            venue,
            instrument,
            clientOrderId: id,
            requestTime: ts,
          });
        } else doubt.due = ts + firstWait;
      }
      if (doubt.due < next) next = doubt.due;
    }
    wait(doubts, next, context);
  }
}

function wait(doubts: Doubts, due: number, context: StageContext): void {
  if (due >= doubts.timer) return;
  doubts.timer = due;
  context.request({ kind: 'timer', name: TIMER, due });
}

function say(
  doubt: Doubt,
  { order }: OrderRecord,
  outcome: LookedUpEvent['outcome'],
  reason: string,
  context: StageContext,
): void {
  if (outcome !== 'neverArrived') {
    if (doubt.said === outcome) return;
    doubt.said = outcome;
  }
  const { clientOrderId, instrument } = order;
  context.derive({ kind: 'lookedUp', clientOrderId, instrument, outcome, reason });
  if (outcome === 'quarantined') context.fault('lookUps', 'quarantined', reason);
}

/** An order that does not rest is over at once: that it is taken, and stays so, means that its end was not heard. */
function mustEndSoon({ order: { timeInForce }, status }: OrderRecord): boolean {
  return (
    (timeInForce === 'IOC' || timeInForce === 'FOK') &&
    (status === 'accepted' || status === 'partiallyFilled')
  );
}

/** A cancel that is refused while the order seems open, lots that are missing: something was not heard. */
function isDoubtful({ status, missing, remaining }: OrderRecord, { type }: ReportEvent): boolean {
  return missing > 0 || (remaining > 0 && (type === 'cancelRejected' || status === 'unknown'));
}

/** @param conclusive the word is an answer, or nothing was in doubt */
function isSettled({ status, missing }: OrderRecord, report: ReportEvent, conclusive: boolean): boolean {
  if (missing > 0 || report.type === 'notFound' || status === 'unknown') return false;
  if (status === 'filled') return true;
  const over = status === 'canceled' || status === 'expired' || status === 'rejected';
  // A venue that counts its fills has said all when it ends an order; others are asked once more.
  if (over) return conclusive || (report.type !== 'fill' && 'filled' in report);
  if (!conclusive || report.type === 'cancelRejected') return false;
  return (
    report.type !== 'fill' && (status === 'accepted' || status === 'partiallyFilled' || 'answers' in report)
  );
}
