import type { Event, EventKind } from '../domain/event.js';
import { instrumentOf } from '../domain/event.js';
import type { InstrumentTable } from '../domain/instrument-table.js';
import type { Plain } from '../domain/plain.js';
import type { StageContext } from './context.js';
import type { FieldsOfFrame, FrameShape, OpenFrame } from './frame.js';
import { sees } from './routes.js';
import { Subscriber } from './rx.js';
import { spelledOut } from './spelled-out.js';

/** A stage at work in one chain: a step with its state, by name and place. */
export interface StageLink {
  readonly kind: 'stage';
  readonly name: string;
  readonly index: number;
  /** The kinds of events that its step sees; `undefined`: all of them. */
  readonly observes: ReadonlySet<EventKind> | undefined;
  readonly step: (state: never, frame: never, context: StageContext) => void;
  readonly state: unknown;
  readonly save: () => Plain;
}

/** A part without state at work: one field, computed from the frame. */
export interface PureLink {
  readonly kind: 'pure';
  readonly index: number;
  readonly field: string;
  readonly compute: (frame: never) => unknown;
}

export type Link = StageLink | PureLink;

/** Takes a frame through several parts, one after the other. */
export function passThrough(links: readonly Link[], frame: OpenFrame, context: StageContext): void {
  const { probe } = context;
  // One reading between two parts: the end of one is the beginning of the next.
  let began = probe === undefined ? 0 : probe.now();
  const { kind } = frame.event;
  for (const link of links) {
    context.active = link.index;
    if (link.kind === 'stage') {
      if (sees(link, kind)) link.step(link.state as never, frame as never, context);
      if (frame.snapshot !== undefined) frame.snapshot[link.name] = link.save();
      if (context.asked) context.giveRequests(frame);
    } else (frame as FieldsOfFrame)[link.field] = link.compute(frame as never);
    if (probe === undefined) continue;
    const ended = probe.now();
    probe.took(link.index, ended - began);
    began = ended;
  }
}

/** Takes one event through a whole chain and gives its frame. */
export type Pass = (seq: number, sub: number, ts: number, event: Event) => OpenFrame;

/** What a pass needs of the core around it. */
export interface PassPort {
  /** Passes what the linked pass does not: a barrier. */
  readonly barrier: Pass;
  /** Passes one in so many events instead, and measures it; none unless somebody measures. */
  readonly measured?: { readonly every: number; readonly pass: Pass };
  /** Says which stage threw, and at which event. */
  readonly failed: (error: unknown, seq: number, sub: number, event: Event) => never;
}

let passes = 0;

/**
 * A whole chain as one function, with a call spelled out for each part; `undefined` where code generation is disallowed.
 *
 * In a loop, or through subscribers, every part of every chain is called from one and the same place in the code, which
 * V8 can neither predict nor inline: 5 to 11 ns a part. A place of its own for each call costs nothing where the part
 * is inlined. The same holds for the groups of parts and for what is around them. Events of a kind that some parts do not
 * observe have a way of their own past them. The number in the source keeps it from sharing what it learns between chains.
 */
export function linkedPass(
  links: readonly Link[],
  context: StageContext,
  { Frame, initial }: FrameShape,
  port: PassPort,
): Pass | undefined {
  const constants = links.map((link, place) =>
    link.kind === 'stage'
      ? `const call${place} = links[${place}].step, state${place} = links[${place}].state;`
      : `const call${place} = links[${place}].compute;`,
  );
  const number = ++passes;
  const { groups, ways } = spelledOut(links, number);
  try {
    const build = new Function(
      'links',
      'context',
      'Frame',
      'initial',
      'port',
      'instruments',
      'instrumentOf',
      `'use strict';
      const { barrier, failed, measured } = port;
      ${port.measured === undefined ? '' : 'const { every, pass: measure } = measured; let until = every;'}
      ${constants.join('\n')}
      ${groups}
      return function pass${number}(seq, sub, ts, event) {
        ${
          port.measured === undefined
            ? ''
            : 'if (--until <= 0) { until = every; return measure(seq, sub, ts, event); }'
        }
        const { kind } = event;
        if (kind === 'barrier') return barrier(seq, sub, ts, event);
        const id = instrumentOf(event);
        const instrument = id === undefined ? -1 : instruments.indexOf(id);
        context.begin();
        const frame = new Frame(seq, sub, ts, event, instrument, initial);
        try {
          ${ways}
        } catch (error) {
          failed(error, seq, sub, event);
        }
        if (context.asked) context.giveRequests(frame);
        context.pass = 0;
        ${context.development ? 'Object.freeze(frame);' : ''}
        return frame;
      };`,
    ) as (
      links: readonly Link[],
      context: StageContext,
      Frame: FrameShape['Frame'],
      initial: FrameShape['initial'],
      port: PassPort,
      instruments: InstrumentTable,
      instrument: typeof instrumentOf,
    ) => Pass;
    return build(links, context, Frame, initial, port, context.instruments, instrumentOf);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    return undefined;
  }
}

/** Linked parts as one subscriber: in a plain `pipe`, and in a chain beside RxJS operators. */
export class LinkedSubscriber extends Subscriber<OpenFrame> {
  readonly #links: readonly Link[];
  readonly #context: StageContext;
  readonly #next: Subscriber<unknown>;

  constructor(links: readonly Link[], context: StageContext, next: Subscriber<unknown>) {
    super(next);
    this.#links = links;
    this.#context = context;
    this.#next = next;
  }

  protected override _next(frame: OpenFrame): void {
    passThrough(this.#links, frame, this.#context);
    this.#next.next(frame);
  }
}
