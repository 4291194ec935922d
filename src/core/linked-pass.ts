import type { Event } from '../domain/event.js';
import type { Plain } from '../domain/plain.js';
import type { StageContext } from './context.js';
import type { FrameShape, OpenFrame } from './frame.js';
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
  for (const link of links) {
    context.active = link.index;
    if (link.kind === 'stage') {
      link.step(link.state as never, frame as never, context);
      if (frame.snapshot !== undefined) frame.snapshot[link.name] = link.save();
    } else (frame as unknown as Record<string, unknown>)[link.field] = link.compute(frame as never);
  }
}

/** Makes the frame of an event that is no barrier and takes it through a whole chain. */
export type Passage = (seq: number, sub: number, ts: number, event: Event, instrument: number) => OpenFrame;

let passages = 0;

/**
 * A whole chain as one function with a call spelled out for each part; `undefined` where code generation is
 * disallowed.
 *
 * In a loop, or through subscribers, every part of every chain is called from one and the same place in the code, which
 * V8 can neither predict nor inline: 5 to 11 ns a part. A place of its own for each call costs nothing for a small part
 * and 2 to 4 ns for a large one. The number in its source keeps V8 from sharing what it learns between chains.
 */
export function passage(
  links: readonly Link[],
  context: StageContext,
  { Frame, initial }: FrameShape,
): Passage | undefined {
  const constants = links.map((link, place) =>
    link.kind === 'stage'
      ? `const call${place} = links[${place}].step, state${place} = links[${place}].state;`
      : `const call${place} = links[${place}].compute;`,
  );
  const calls = links.map((link, place) =>
    link.kind === 'stage'
      ? `context.active = ${link.index}; call${place}(state${place}, frame, context);`
      : `context.active = ${link.index}; frame[${JSON.stringify(link.field)}] = call${place}(frame);`,
  );
  try {
    const build = new Function(
      'links',
      'context',
      'Frame',
      'initial',
      `${constants.join('\n')}
      return function passage${++passages}(seq, sub, ts, event, instrument) {
        const frame = new Frame(seq, sub, ts, event, instrument, initial);
        context.frame = frame;
        ${calls.join('\n')}
        return frame;
      };`,
    ) as (
      links: readonly Link[],
      context: StageContext,
      Frame: FrameShape['Frame'],
      initial: FrameShape['initial'],
    ) => Passage;
    return build(links, context, Frame, initial);
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
