import type { Frame } from '../../core/frame.js';
import { type Decision, keyOf, type Target, type TargetOf } from '../../domain/decision.js';
import type { Event, FaultEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Intent } from '../../domain/intent.js';
import type { Order, Proposal } from '../../domain/order.js';
import type { Signal } from '../../domain/signal.js';
import type { Verdict } from '../../domain/verdict.js';

/** A frame as far as an explanation reads it; whatever a chain does not have is left out. */
interface Seen extends Frame {
  readonly bid?: number;
  readonly ask?: number;
  readonly mid?: number;
  readonly position?: number;
  readonly profit?: number;
  readonly features?: Readonly<Record<string, number>>;
  readonly signals?: readonly Signal[];
  readonly decisions?: readonly Decision[];
  readonly targets?: readonly Target[];
  readonly intents?: readonly Intent[];
  readonly proposals?: readonly Proposal[];
  readonly verdicts?: readonly Verdict[];
  readonly commands?: readonly { readonly order?: Order }[];
}

/** Where in the log something was. */
export interface Place {
  readonly seq: number;
  readonly sub: number;
  /** Unix milliseconds. */
  readonly ts: number;
}

/** A decision of an agent, with what was known when it was made. */
export interface Vote extends Place {
  readonly decision: Decision;
  /** The agent's part of the exposure that the ensemble then wanted; `null` when it had none. */
  readonly part: number | null;
  /** Features of the frame at which the agent spoke, by name. */
  readonly features: Readonly<Record<string, number>>;
}

/** Something that happened to the order later. */
export interface Happening extends Place {
  readonly event: Event;
  /** Milliseconds since the order was made. */
  readonly after: number;
  /** Lots held and profit of the desk right behind it; `null`: not known on this frame. */
  readonly position: number | null;
  readonly profit: number | null;
}

/** How an order came about and what became of it. */
export interface Explanation {
  readonly order: Order;
  readonly definition: Instrument | null;
  /** The event from outside that the order's frame was about. */
  readonly cause: Place & { readonly event: Event };
  readonly market: { readonly bid: number; readonly ask: number; readonly mid: number } | null;
  readonly features: Readonly<Record<string, number>>;
  /** Those that were valid, for the order's instrument or others of its base. */
  readonly signals: readonly (Place & { readonly signal: Signal })[];
  readonly votes: readonly Vote[];
  /** What the ensemble wanted, of the asset and of the instrument itself, and since when. */
  readonly targets: readonly (Place & { readonly target: Target })[];
  /** What sizing wanted traded for the agents that the order is for. */
  readonly intents: readonly Intent[];
  /** All that routing proposed on this frame, the order's own among them. */
  readonly proposals: readonly Proposal[];
  /** Other proposals of the same frame that risk denied, and words of risk on this frame. */
  readonly denied: readonly { readonly proposal: Proposal; readonly rule: string; readonly reason: string }[];
  readonly risk: readonly FaultEvent[];
  readonly later: readonly Happening[];
}

/** Watches a re-enactment for one order. */
export class Witness {
  readonly #id: string;
  readonly #instruments: InstrumentTable;
  readonly #signals = new Map<string, Place & { readonly signal: Signal }>();
  readonly #votes = new Map<string, Vote>();
  readonly #targets = new Map<string, Place & { readonly target: Target }>();
  readonly #later: Happening[] = [];
  #explained: Omit<Explanation, 'later'> | undefined;
  /** Orders seen so far, for whoever asked for one that there is not. */
  orders = 0;
  lastOrder = '';

  constructor(id: string, instruments: InstrumentTable) {
    this.#id = id;
    this.#instruments = instruments;
  }

  /** What was found so far; `undefined`: the order was not made. */
  get explanation(): Explanation | undefined {
    return this.#explained && { ...this.#explained, later: this.#later };
  }

  /** Takes the frames of one event from outside: its own and those that the core derived. */
  take(frames: readonly Frame[]): void {
    for (const frame of frames as readonly Seen[]) {
      if (this.#explained === undefined) {
        this.#remember(frame);
        const order = frame.commands?.find(({ order: made }) => made?.clientOrderId === this.#id)?.order;
        if (order !== undefined) this.#explain(order, frame, frames as readonly Seen[]);
      } else if (idOf(frame.event) === this.#id) this.#follow(frame, this.#explained.order);
      if (frame.event.kind !== 'submitted') continue;
      this.orders++;
      this.lastOrder = frame.event.order.clientOrderId;
    }
  }

  #remember(frame: Seen): void {
    const place = placeOf(frame);
    for (const signal of frame.signals ?? [])
      this.#signals.set(`${signal.name} ${signal.instrument}`, { ...place, signal });
    for (const decision of frame.decisions ?? []) {
      const features = rowOf(frame.features);
      this.#votes.set(`${decision.agent} ${keyOf(decision.of)}`, {
        ...place,
        decision,
        part: null,
        features,
      });
    }
    for (const target of frame.targets ?? []) this.#targets.set(keyOf(target.of), { ...place, target });
  }

  #explain(order: Order, frame: Seen, frames: readonly Seen[]): void {
    const { ts, seq } = frame;
    const definition = this.#instruments.find(order.instrument)?.definition ?? null;
    const keys = new Set([
      order.instrument as string,
      ...(definition === null ? [] : [`asset ${definition.base}`]),
    ]);
    const isOurs = (of: TargetOf): boolean => keys.has(keyOf(of));
    const related = new Set(
      this.#instruments.list
        .filter(({ definition: { base } }) => base === definition?.base)
        .map(({ id }) => id),
    );
    const targets = [...this.#targets.values()].filter(({ target: { of } }) => isOurs(of));
    const owners = new Set(order.attribution.map(({ agent }) => agent));
    const outside = frames.find(({ sub }) => sub === 0) ?? frame;
    const verdicts = frame.verdicts ?? [];
    this.#explained = {
      order,
      definition,
      cause: { ...placeOf(outside), event: outside.event },
      market:
        frame.bid === undefined
          ? null
          : { bid: frame.bid, ask: frame.ask ?? Number.NaN, mid: frame.mid ?? Number.NaN },
      features: rowOf(frame.features),
      signals: [...this.#signals.values()].filter(
        ({ signal }) => related.has(signal.instrument) && signal.validUntil > ts,
      ),
      votes: [...this.#votes.values()]
        .filter(({ decision: { of, validUntil } }) => isOurs(of) && validUntil > ts)
        .map((vote) => ({
          ...vote,
          part: partOf(vote.decision, targets),
        })),
      targets,
      intents: (frame.intents ?? []).filter(
        ({ of, side, shares }) =>
          isOurs(of) && side === order.side && shares.some(({ agent }) => owners.has(agent)),
      ),
      proposals: frame.proposals ?? [],
      denied: verdicts.flatMap((verdict) => (verdict.kind === 'denied' ? [verdict] : [])),
      risk: frames.flatMap(({ event }) =>
        event.kind === 'fault' && event.component === 'risk' && seq === frame.seq ? [event] : [],
      ),
    };
  }

  #follow(frame: Seen, { requestTime }: Order): void {
    const { event, position, profit } = frame;
    this.#later.push({
      ...placeOf(frame),
      event,
      after: frame.ts - requestTime,
      position: known(position),
      profit: known(profit),
    });
  }
}

/** What an agent's decision made of the exposure that the ensemble wanted. */
function partOf({ agent, of }: Decision, targets: readonly { readonly target: Target }[]): number | null {
  const target = targets.find(({ target: { of: subject } }) => keyOf(subject) === keyOf(of))?.target;
  return target?.contributions.find(({ agent: name }) => name === agent)?.exposure ?? null;
}

const placeOf = ({ seq, sub, ts }: Frame): Place => ({ seq, sub, ts });
const known = (value: number | undefined): number | null =>
  value === undefined || Number.isNaN(value) ? null : value;

/** Names and values of a row of features, whose names are accessors of its class. */
function rowOf(row: Readonly<Record<string, number>> | undefined): Readonly<Record<string, number>> {
  const named: Record<string, number> = {};
  for (const name in row) if (typeof row[name] === 'number') named[name] = row[name];
  return named;
}

/** The order that an event is about. */
function idOf(event: Event): string | undefined {
  switch (event.kind) {
    case 'report':
    case 'cancelRequested':
    case 'lookedUp':
      return event.clientOrderId;
    default:
      return undefined;
  }
}
