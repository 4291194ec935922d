import { refuse, subsetOf } from '../domain/check.js';
import type { Event, EventKind } from '../domain/event.js';
import { EVENT_KINDS } from '../domain/event-kinds.js';
import { InstrumentTable } from '../domain/instrument-table.js';
import type { Plain } from '../domain/plain.js';
import type { CapabilitiesByVenue } from '../domain/venue-capabilities.js';
import { StageContext } from './context.js';
import type { Frame } from './frame.js';
import { type Link, LinkedSubscriber } from './linked-pass.js';
import { Observable, type Subscriber } from './rx.js';

/**
 * A stream of frames that came out of a stage.
 *
 * It is an Observable like any other; the class is nominal, so that `compose` can tell a stage from an RxJS
 * operator with state of its own, which would escape snapshots and the mirror.
 *
 * @example
 * const after: FrameStream<Frame> = operator(before); // what a stage takes and gives
 */
export class FrameStream<F> extends Observable<F> {
  // Read by nobody: its presence makes the class nominal.
  declare protected readonly frameStream: F;
  readonly context: StageContext;

  constructor(context: StageContext, subscribe: (subscriber: Subscriber<F>) => Subscriber<F> | undefined) {
    super((subscriber) => subscribe(subscriber) ?? undefined);
    this.context = context;
  }
}

/** A part of a chain: an operator from frames to wider frames, made by `stage`, `pure` or `unsafe`. */
export type Part<In, Out> = (source: Observable<In>) => FrameStream<Out>;

/** A stage as an operator: whatever the frame holds already stays in its type. */
export type StageOperator<Needs extends Frame, Added extends object> = <F extends Needs>(
  source: Observable<F>,
) => FrameStream<F & Readonly<Added>>;

/** A frame whose event is of one of these kinds. */
export type Observed<F extends Frame, Kind extends EventKind> = F & {
  readonly event: Extract<Event, { readonly kind: Kind }>;
};

/** What a stage is. `State` is the stage's own: nobody else reads or writes it. */
export interface StageDefinition<
  Needs extends Frame,
  Added extends object,
  State,
  Kind extends EventKind = EventKind,
> {
  /** Its name in snapshots and faults; unique in a chain. */
  readonly name: string;
  /** Grows when the saved state changes its shape; a snapshot of another version is refused. @default 1 */
  readonly version?: number;
  /** What it was configured with, in one line: a snapshot of another configuration is refused. @default "" */
  readonly fingerprint?: string;
  /** What it was told that venues can do; a run whose drivers say otherwise begins with a fault. @default nothing */
  readonly assumes?: CapabilitiesByVenue;
  /** The fields it adds, with their initial values. */
  readonly adds: Added;
  /**
   * The kinds of events that its step sees. Frames of other kinds keep the initial values of its fields, and the stage costs
   * them nothing; a barrier still saves its state. @default every kind
   */
  readonly observes?: readonly Kind[];
  readonly init: (context: StageContext) => State;
  /** Sees each frame once, in order, and fills its own fields. */
  readonly step: (state: State, frame: Observed<Needs, Kind> & Added, context: StageContext) => void;
  /** The state as plain data, in canonical order. A stage without state saves `null`. */
  readonly save: (state: State) => Plain;
  /** The state again, equal to the bit. */
  readonly restore: (saved: Plain, context: StageContext) => State;
}

/** What `compose` knows of a part beside its types. */
export interface PartDetails {
  readonly name: string;
  readonly version: number;
  readonly fingerprint: string;
  readonly adds: Readonly<Record<string, unknown>>;
  readonly assumes?: CapabilitiesByVenue;
  /** Whether its state is part of snapshots. */
  readonly stateful: boolean;
  /** Puts a stage or a pure part to work, with fresh or restored state. */
  readonly link?: (context: StageContext, index: number, restored: Plain | undefined) => Link;
  /** Puts an RxJS operator to work, which wants a subscriber of its own. */
  readonly connect?: (
    destination: Subscriber<unknown>,
    context: StageContext,
    index: number,
  ) => Subscriber<unknown>;
}

const details = new WeakMap<object, PartDetails>();

/** The details of a part, or `undefined` for a function that is none. */
export const detailsOf = (part: object): PartDetails | undefined => details.get(part);

/** Registers a function as a part of chains. */
export function asPart<P extends (source: never) => unknown>(part: P, partDetails: PartDetails): P {
  details.set(part, partDetails);
  return part;
}

/** A linked part as an operator of its own, for a plain `pipe`. */
export function linkedStream<F>(
  source: Observable<unknown>,
  link: NonNullable<PartDetails['link']>,
): FrameStream<F> {
  const context = contextOf(source);
  return new FrameStream(context, (subscriber) => {
    const links = [link(context, 0, undefined)];
    const mine = new LinkedSubscriber(links, context, subscriber as Subscriber<unknown>);
    source.subscribe(mine as Subscriber<unknown>);
    return mine as Subscriber<unknown> as Subscriber<F>;
  });
}

/**
 * Makes a stage: the one place where state of the core lives.
 *
 * ```
 * frames in   --a----b----c--|
 *             stage
 * frames out  --a'---b'---c'-|     the same frames, with the stage's fields filled
 * ```
 *
 * @example
 * const tradeCount = stage<Frame, { trades: number }, { count: number }>({
 *   name: 'tradeCount',
 *   adds: { trades: 0 },
 *   init: () => ({ count: 0 }),
 *   step: (state, frame) => {
 *     if (frame.event.kind === 'trade') state.count += 1;
 *     frame.trades = state.count;
 *   },
 *   save: ({ count }) => ({ count }),
 *   restore: (saved) => ({ count: (saved as { count: number }).count }),
 * });
 */
export function stage<
  Needs extends Frame,
  Added extends object,
  State,
  const Kind extends EventKind = EventKind,
>(definition: StageDefinition<Needs, Added, State, Kind>): StageOperator<Needs, Added> {
  const { name, step } = definition;
  const observes = observedKinds(name, definition.observes);
  const link = (context: StageContext, index: number, restored: Plain | undefined): Link => {
    const state = restored === undefined ? definition.init(context) : definition.restore(restored, context);
    const save = (): Plain => definition.save(state);
    return { kind: 'stage', name, index, observes, step, state, save };
  };
  const operator = <F extends Needs>(source: Observable<F>): FrameStream<F & Readonly<Added>> =>
    linkedStream(source, link);
  return asPart(operator, {
    name,
    version: definition.version ?? 1,
    fingerprint: definition.fingerprint ?? '',
    adds: definition.adds as Readonly<Record<string, unknown>>,
    ...(definition.assumes === undefined ? {} : { assumes: definition.assumes }),
    stateful: true,
    link,
  });
}

function observedKinds(
  name: string,
  kinds: readonly EventKind[] | undefined,
): ReadonlySet<EventKind> | undefined {
  if (kinds === undefined) return undefined;
  const at = `stage "${name}".observes`;
  if (subsetOf(at, kinds, EVENT_KINDS).length === 0) refuse(at, 'at least one kind of event', 'none');
  return new Set(kinds);
}

/** The context that a stream of frames carries; other Observables get one without instruments. */
export function contextOf(source: Observable<unknown>): StageContext {
  return source instanceof FrameStream ? source.context : new StageContext(new InstrumentTable([]));
}
