import type { Event } from '../domain/event.js';
import { instrumentOf } from '../domain/event.js';
import type { InstrumentTable } from '../domain/instrument-table.js';
import type { Plain } from '../domain/plain.js';
import type { StageContext } from './context.js';
import type { FieldsOfFrame, FrameShape, OpenFrame } from './frame.js';
import { Subscriber } from './rx.js';

/** A stage at work in one chain: a step with its state, by name and place. */
export interface StageLink {
  readonly kind: 'stage';
  readonly name: string;
  readonly index: number;
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
  for (const link of links) {
    context.active = link.index;
    const began = probe === undefined ? 0 : probe.now();
    if (link.kind === 'stage') {
      link.step(link.state as never, frame as never, context);
      if (frame.snapshot !== undefined) frame.snapshot[link.name] = link.save();
      if (context.asked) context.giveRequests(frame);
    } else (frame as FieldsOfFrame)[link.field] = link.compute(frame as never);
    if (probe !== undefined) probe.took(link.index, probe.now() - began);
  }
}

/** Takes one event through a whole chain and gives its frame. */
export type Pass = (seq: number, sub: number, ts: number, event: Event) => OpenFrame;

/** What a pass needs of the core around it. */
export interface PassPort {
  /** Passes what the linked pass does not: a barrier. */
  readonly barrier: Pass;
  /** Says which stage threw, and at which event. */
  readonly failed: (error: unknown, seq: number, sub: number, event: Event) => never;
}

let passes = 0;

/**
 * How many parts share a function. V8 inlines 920 bytes of bytecode into one function and no more, which is what the
 * steps of three parts and the functions that they call come to; a whole chain in one function is mostly calls.
 */
const GROUP = 3;

/**
 * V8 inlines no function of more than 460 bytes of bytecode. The handler of exceptions, which costs nothing until one
 * is thrown, is made so long that a group stays a function of its own, wherever it is called.
 */
const HANDLER = 'context.active = active;\n'.repeat(72);

/**
 * A whole chain as one function, with a call spelled out for each part; `undefined` where code generation is disallowed.
 *
 * In a loop, or through subscribers, every part of every chain is called from one and the same place in the code, which
 * V8 can neither predict nor inline: 5 to 11 ns a part. A place of its own for each call costs nothing where the part
 * is inlined. The same holds for the groups of parts and for what is around them. The number in the source keeps it from
 * sharing what it learns between chains.
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
  const calls = links.map((link, place) =>
    link.kind === 'stage'
      ? `active = ${link.index}; call${place}(state${place}, frame, context);
        if (context.asked) context.giveRequests(frame);`
      : `active = ${link.index}; frame[${JSON.stringify(link.field)}] = call${place}(frame);`,
  );
  const number = ++passes;
  const groups: string[] = [];
  for (let from = 0; from < calls.length; from += GROUP) {
    groups.push(`function group${number}_${groups.length}(frame) {
      let active = 0;
      try {
        ${calls.slice(from, from + GROUP).join('\n')}
      } catch (error) {
        ${HANDLER}
        throw error;
      }
    }`);
  }
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
      const { barrier, failed } = port;
      ${constants.join('\n')}
      ${groups.join('\n')}
      return function pass${number}(seq, sub, ts, event) {
        if (event.kind === 'barrier') return barrier(seq, sub, ts, event);
        const id = instrumentOf(event);
        const instrument = id === undefined ? -1 : instruments.indexOf(id);
        context.begin();
        const frame = new Frame(seq, sub, ts, event, instrument, initial);
        try {
          ${groups.map((_, place) => `group${number}_${place}(frame);`).join('\n')}
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
