import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import type { ClientOrderId } from '../../domain/brand.js';
import { keyOf, type TargetOf } from '../../domain/decision.js';
import type { DeniedEvent, ReportEvent, SubmittedEvent } from '../../domain/event.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { TradeEvent } from '../../domain/market-event.js';
import type { Proposal } from '../../domain/order.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import { baseUnitsPerLot } from '../contract-units.js';
import type { TargetFields } from '../ensemble/confidence-weighted.js';
import type { LedgerFields } from '../ledger/stage.js';
import type { IntentFields } from '../sizing/sizing.js';
import { MarketVolume } from './market-volume.js';
import { instrumentsOf } from './offers.js';
import { type Child, ParentOrder } from './parent-order.js';
import type { ParentWord } from './parent-word.js';
import { isTooSmall, type Placed, placeParts, type RouterSettings, readyAt } from './place-parts.js';
import { type CheckedSchedule, dueAt } from './schedule.js';
import { VenueHealth } from './venue-health.js';

type Seen = Frame & MarketFields & LedgerFields & TargetFields & IntentFields;
type Filled = Seen & { proposals: readonly Proposal[]; parents: readonly ParentWord[] };

const TIMER = 'routing';
/** After denials, and while nothing is to be had. */
const LONGEST_PAUSE = 60_000;
const LONGEST_WAIT = 5_000;
/** Base units that are nothing: the rounding of floats. */
const DUST = 1e-12;

type Saved = {
  readonly parents: readonly Plain[];
  readonly health: Plain;
  readonly taken: Float64Array;
  readonly volume: Plain;
  readonly awaited: number;
};

/** The parents that are under way, and what is known of the venues. */
export class Router {
  readonly #settings: RouterSettings;
  readonly #table: InstrumentTable;
  /** By what they are about. */
  readonly #parents = new Map<string, ParentOrder>();
  readonly #byOrder = new Map<ClientOrderId, { readonly parent: ParentOrder; readonly child: Child }>();
  #health = new VenueHealth();
  /** When liquidity was last taken from an instrument: until its market moves, its book shows what is gone. */
  readonly #taken: Float64Array;
  readonly #volume: MarketVolume | undefined;
  /** When the timer is due that was asked for; `Infinity`: none is. */
  #awaited = Number.POSITIVE_INFINITY;

  constructor(settings: RouterSettings, table: InstrumentTable) {
    this.#settings = settings;
    this.#table = table;
    this.#taken = new Float64Array(table.size).fill(Number.NEGATIVE_INFINITY);
    const { placement } = settings;
    this.#volume = placement.kind === 'cheapest' ? new MarketVolume(table.size, placement.memory) : undefined;
  }

  step(frame: Filled, context: StageContext): void {
    const { event } = frame;
    let woken: ParentOrder | 'all' | undefined;
    switch (event.kind) {
      case 'trade':
        this.#traded(event, frame);
        break;
      case 'submitted':
        woken = this.#submitted(event);
        break;
      case 'denied':
        woken = this.#denied(event, frame.ts);
        break;
      case 'report':
        woken = this.#reported(event, frame);
        break;
      case 'lookedUp':
        woken = this.#refresh(event.clientOrderId, frame);
        break;
      case 'truth':
        for (const id of [...this.#byOrder.keys()]) this.#refresh(id, frame);
        woken = 'all';
        break;
      case 'link':
        this.#health.linked(event);
        if (event.state === 'up') woken = this.#calm();
        break;
      case 'status':
      case 'sync':
        woken = this.#calm();
        break;
      case 'timer':
        if (event.name !== TIMER) break;
        this.#awaited = Number.POSITIVE_INFINITY;
        woken = 'all';
        break;
      case 'epoch':
        // The timer that the last leader waited for is nobody's now.
        this.#awaited = Number.POSITIVE_INFINITY;
        woken = 'all';
        break;
      default:
    }
    if (frame.targets.length > 0 || frame.intents.length > 0) {
      this.#hear(frame);
      woken = 'all';
    }
    if (woken === undefined || this.#parents.size === 0) return;
    if (woken !== 'all') this.#advance(woken, frame, context);
    else for (const parent of [...this.#parents.values()]) this.#advance(parent, frame, context);
    this.#wait(frame.ts, context);
  }

  save(): Plain {
    return {
      parents: [...this.#parents.values()].map((parent) => asPlain(parent.save())),
      health: this.#health.save(),
      taken: this.#taken.slice(),
      volume: this.#volume?.save() ?? null,
      awaited: this.#awaited,
    };
  }

  static restore(settings: RouterSettings, table: InstrumentTable, saved: Plain): Router {
    const router = new Router(settings, table);
    const { parents, health, taken, volume, awaited } = fromPlain<Saved>(saved);
    for (const each of parents) {
      const parent = ParentOrder.restore(fromPlain<ReturnType<ParentOrder['save']>>(each));
      router.#parents.set(keyOf(parent.fields.of), parent);
      for (const child of parent.children)
        if (child.id !== null) router.#byOrder.set(child.id, { parent, child });
    }
    router.#health = VenueHealth.restore(health);
    router.#taken.set(taken);
    router.#volume?.restore(volume);
    router.#awaited = awaited;
    return router;
  }

  #traded(event: TradeEvent, { instrument: index, ts }: Seen): void {
    if (index < 0) return;
    this.#volume?.take(index, event, ts);
    if (this.#parents.size === 0) return;
    const listed = this.#table.at(index);
    for (const { fields } of this.#parents.values()) {
      const { of } = fields;
      if (of.asset === undefined ? of.instrument !== listed.id : of.asset !== listed.definition.base)
        continue;
      fields.volume += event.quantity * baseUnitsPerLot(listed, listed.prices.toNumber(event.price));
    }
  }

  /** What was proposed has passed risk, maybe not all of it. */
  #submitted({ order }: SubmittedEvent): ParentOrder | undefined {
    const found = this.#proposed(order);
    if (found === undefined) return undefined;
    const { parent, child } = found;
    child.id = order.clientOrderId;
    child.lots = order.quantity;
    (child as { attribution: Child['attribution'] }).attribution = order.attribution;
    parent.fields.pause = this.#settings.retryAfter;
    this.#byOrder.set(order.clientOrderId, found);
    // Risk may have cut it.
    return parent;
  }

  #denied({ proposal }: DeniedEvent, ts: number): ParentOrder | undefined {
    const found = this.#proposed(proposal);
    if (found === undefined) return undefined;
    const { parent, child } = found;
    parent.children.splice(parent.children.indexOf(child), 1);
    this.#pause(parent, ts, LONGEST_PAUSE);
    return parent;
  }

  #proposed({ parent: reference }: Proposal): { parent: ParentOrder; child: Child } | undefined {
    if (reference === undefined) return undefined;
    for (const parent of this.#parents.values()) {
      if (parent.fields.id !== reference.id) continue;
      const child = parent.children.find(({ number, id }) => number === reference.child && id === null);
      if (child !== undefined) return { parent, child };
    }
    return undefined;
  }

  #reported(event: ReportEvent, frame: Seen): ParentOrder | undefined {
    const known = this.#byOrder.get(event.clientOrderId);
    if (known === undefined) return undefined;
    const { child } = known;
    const { type, venue } = event;
    // A time-out is nobody's answer.
    if (type !== 'unknown' && type !== 'notFound' && !child.heard) {
      child.heard = true;
      this.#health.answered(venue, Math.max(0, frame.ts - child.sentAt));
    }
    if (type === 'accepted' || type === 'fill') this.#health.accepted(venue);
    // A post-only order that would have taken says nothing of the venue.
    else if (type === 'rejected' && !child.rests) this.#health.rejected(venue, frame.ts);
    return this.#refresh(event.clientOrderId, frame);
  }

  /** Takes what the ledger knows of a child. */
  #refresh(id: ClientOrderId, { ledger, ts }: Seen): ParentOrder | undefined {
    const known = this.#byOrder.get(id);
    const record = ledger.order(id);
    if (known === undefined || record === undefined) return undefined;
    const { parent, child } = known;
    const wasOver = child.over;
    child.filled = record.filled;
    child.over = record.remaining === 0;
    child.lots = record.filled + record.remaining;
    // Of what rests only the rejection tells that the book is another than it shows.
    if (child.over && !wasOver && !child.canceling && (!child.rests || child.filled === 0))
      this.#taken[child.index] = ts;
    if (child.over && !wasOver) this.#takeTheRest(parent, child, record.order.quantity);
    return parent;
  }

  /** What rested in vain is taken, and goes on to be taken when that was in vain too. */
  #takeTheRest({ fields }: ParentOrder, { rests, canceling, filled, units }: Child, ordered: number): void {
    const { placement } = this.#settings;
    if (placement.kind !== 'post' || placement.afterwards !== 'take' || (rests && !canceling)) return;
    fields.takes += Math.max(0, ordered - filled) * units;
  }

  /** Something may be possible again: nobody waits longer than needed. */
  #calm(): 'all' {
    for (const { fields } of this.#parents.values()) {
      fields.notBefore = Number.NEGATIVE_INFINITY;
      fields.pause = this.#settings.retryAfter;
    }
    return 'all';
  }

  /** What sizing says, and what it leaves unsaid. */
  #hear(frame: Filled): void {
    const { intents, targets, ts, ledger } = frame;
    for (const { of } of targets) {
      const parent = this.#parents.get(keyOf(of));
      if (parent !== undefined && !intents.some((intent) => keyOf(intent.of) === keyOf(of)))
        parent.fields.stopped ??= 'another target, of which sizing says nothing yet';
    }
    for (const [place, intent] of intents.entries()) {
      if (!(intent.quantity > DUST && Number.isFinite(intent.quantity))) continue;
      const key = keyOf(intent.of);
      const known = this.#parents.get(key);
      if (known !== undefined && known.fields.stopped === null && known.fields.side === intent.side) {
        if (known.restate(intent)) say(frame, 'restated', known);
        continue;
      }
      if (known?.working === true) {
        known.fields.stopped ??= 'the other direction is wanted';
        // What nobody can tell about must not hold up the rest: sizing counts it as if it traded.
        const settled = known.children.every(
          ({ over, id }) => over || (id !== null && ledger.order(id)?.status === 'unknown'),
        );
        if (!settled) continue;
      }
      if (known !== undefined)
        this.#end(known, known.fields.stopped ?? 'the other direction is wanted', frame);
      const id = `${frame.seq.toString(36)}-${frame.sub.toString(36)}-${place.toString(36)}`;
      const parent = ParentOrder.of(intent, id, ts, this.#settings.retryAfter);
      this.#parents.set(key, parent);
      say(frame, 'began', parent);
    }
  }

  #advance(parent: ParentOrder, frame: Filled, context: StageContext): void {
    const { fields, children } = parent;
    const { ts } = frame;
    parent.fold();
    this.#cancelResting(parent, frame, context);
    if (fields.stopped !== null) {
      if (!parent.working) this.#end(parent, fields.stopped, frame);
      return;
    }
    const listed = instrumentsOf(fields.of, this.#table);
    if (!parent.working && isTooSmall(parent.left, listed, frame)) {
      this.#end(parent, parent.filled > 0 ? 'done' : 'too small for an order', frame);
      return;
    }
    if (ts < fields.notBefore) return;
    const wanted = this.#wanted(parent, ts);
    if (wanted <= DUST) return;
    const aids = {
      settings: this.#settings,
      health: this.#health,
      taken: this.#taken,
      volume: this.#volume,
    };
    const placed = placeParts(parent, wanted, listed, frame, aids);
    if (placed.length === 0) {
      // Of a part that is merely too small for an order there will be more.
      if (isTooSmall(wanted, listed, frame)) return;
      const ready = Math.min(
        ...listed.map((each) => readyAt(each, parent, frame, aids)).filter((time) => time > ts),
      );
      if (ready < Number.POSITIVE_INFINITY) fields.notBefore = ready;
      else this.#pause(parent, ts, LONGEST_WAIT);
      return;
    }
    for (const each of placed) {
      children.push(childOf(each, fields.nextChild++, ts));
      if (each.rests) continue;
      this.#taken[each.index] = ts;
      fields.takes = Math.max(0, fields.takes - each.lots * each.units);
    }
    const proposals = placed.map((each, place) =>
      proposalOf(each, parent, fields.nextChild - placed.length + place, frame),
    );
    if (frame.proposals === NONE) frame.proposals = proposals;
    else (frame.proposals as Proposal[]).push(...proposals);
  }

  /** Base units that may be sent now. */
  #wanted(parent: ParentOrder, ts: number): number {
    const { of, startedAt, quantity, volume } = parent.fields;
    const schedule = this.#scheduleOf(of);
    if (schedule.kind === 'iceberg') return parent.working ? 0 : Math.min(schedule.display, parent.left);
    const { share } = dueAt(schedule, startedAt, ts, quantity, volume);
    return Math.min(parent.left, share * quantity - parent.committed);
  }

  /** Asks for the cancel of what rests too long, or of all that rests when the parent is given up. */
  #cancelResting(parent: ParentOrder, frame: Filled, context: StageContext): void {
    const { fields, children } = parent;
    const { placement } = this.#settings;
    for (const child of children) {
      if (child.over || !child.rests || child.canceling || child.id === null) continue;
      const impatient = frame.ts >= child.sentAt + patienceOf(placement);
      if (fields.stopped === null && !impatient) continue;
      child.canceling = true;
      const { id: instrument, definition } = this.#table.at(child.index);
      const reason = fields.stopped ?? 'it rested in vain';
      const common = { instrument, clientOrderId: child.id, reason };
      context.request({ kind: 'cancel', venue: definition.venue, requestTime: frame.ts, ...common });
      context.derive({ kind: 'cancelRequested', ...common });
    }
  }

  #pause({ fields }: ParentOrder, ts: number, longest: number): void {
    fields.notBefore = ts + fields.pause;
    fields.pause = Math.min(2 * fields.pause, Math.max(longest, this.#settings.retryAfter));
  }

  #end(parent: ParentOrder, reason: string, frame: Filled): void {
    this.#parents.delete(keyOf(parent.fields.of));
    for (const { id } of parent.children) if (id !== null) this.#byOrder.delete(id);
    say(frame, 'ended', parent, reason);
  }

  #scheduleOf({ asset, instrument }: TargetOf): CheckedSchedule {
    return this.#settings.schedules.get(asset ?? instrument ?? '') ?? this.#settings.schedule;
  }

  /** Asks for the timer when nothing wakes it early enough. */
  #wait(ts: number, context: StageContext): void {
    let due = Number.POSITIVE_INFINITY;
    for (const parent of this.#parents.values()) due = Math.min(due, this.#wakesAt(parent, ts));
    if (due >= this.#awaited) return;
    this.#awaited = due;
    context.request({ kind: 'timer', name: TIMER, due });
  }

  #wakesAt(parent: ParentOrder, ts: number): number {
    const { fields, children } = parent;
    let due = Number.POSITIVE_INFINITY;
    const patience = patienceOf(this.#settings.placement);
    for (const { over, rests, canceling, sentAt } of children)
      if (!over && rests && !canceling) due = Math.min(due, sentAt + patience);
    if (fields.stopped !== null || parent.left <= DUST) return due;
    if (fields.notBefore > ts) return Math.min(due, fields.notBefore);
    const { next } = dueAt(this.#scheduleOf(fields.of), fields.startedAt, ts, fields.quantity, fields.volume);
    return Math.min(due, next);
  }
}

const patienceOf = (placement: RouterSettings['placement']): number =>
  placement.kind === 'take' ? Number.POSITIVE_INFINITY : placement.patience;

function childOf(
  { index, lots, price, units, rests, attribution }: Placed,
  number: number,
  ts: number,
): Child {
  return {
    number,
    id: null,
    index,
    units,
    price,
    rests,
    sentAt: ts,
    lots,
    filled: 0,
    over: false,
    heard: false,
    canceling: false,
    attribution,
  };
}

function proposalOf(
  { listed, index, lots, price, rests, attribution }: Placed,
  { fields: { id, side } }: ParentOrder,
  child: number,
  { markets }: Seen,
): Proposal {
  return {
    instrument: listed.id,
    side,
    type: 'limit',
    timeInForce: rests ? 'GTC' : 'IOC',
    price,
    quantity: lots,
    reduceOnly: false,
    postOnly: rests,
    attribution,
    arrivalMid: markets.mid(index),
    parent: { id, child },
  };
}

function say(frame: Filled, type: ParentWord['type'], parent: ParentOrder, reason = ''): void {
  const { id, of, side, quantity } = parent.fields;
  const word: ParentWord = { type, id, of, side, quantity, filled: parent.filled, reason };
  if (frame.parents === NONE) frame.parents = [word];
  else (frame.parents as ParentWord[]).push(word);
}
