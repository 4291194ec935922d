import { Subscriber } from 'rxjs';
import type { Plain } from '../domain/plain.js';
import type { StageContext } from './context.js';
import type { OpenFrame } from './frame.js';

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

/** Takes a frame through several parts. */
export type Pass = (frame: OpenFrame) => void;

/**
 * Parts that follow each other as one function, with a call spelled out for each.
 *
 * Through subscribers, every stage of every chain is called from one and the same place in the code, which V8 can
 * neither predict nor inline: some 20 ns a stage. A place of its own for each call costs 1 to 3. Where code generation
 * is disallowed, a loop serves.
 */
export function linkedPass(links: readonly Link[], context: StageContext): Pass {
  const looped: Pass = (frame) => {
    for (const link of links) {
      context.active = link.index;
      if (link.kind === 'stage') {
        link.step(link.state as never, frame as never, context);
        if (frame.snapshot !== undefined) frame.snapshot[link.name] = link.save();
      } else (frame as unknown as Record<string, unknown>)[link.field] = link.compute(frame as never);
    }
  };
  const spelled = spell(links, context);
  if (spelled === undefined) return looped;
  // A barrier is rare: only the loop looks after snapshots.
  return (frame) => (frame.snapshot === undefined ? spelled(frame) : looped(frame));
}

function spell(links: readonly Link[], context: StageContext): Pass | undefined {
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
      `${constants.join('\n')}\nreturn function pass(frame) {\n${calls.join('\n')}\n};`,
    ) as (links: readonly Link[], context: StageContext) => Pass;
    return build(links, context);
  } catch (error) {
    if (!(error instanceof EvalError)) throw error;
    return undefined;
  }
}

/** Several linked parts as one subscriber, between parts that are RxJS operators. */
export class LinkedSubscriber extends Subscriber<OpenFrame> {
  readonly #pass: Pass;
  readonly #next: Subscriber<unknown>;

  constructor(pass: Pass, next: Subscriber<unknown>) {
    super(next);
    this.#pass = pass;
    this.#next = next;
  }

  protected override _next(frame: OpenFrame): void {
    this.#pass(frame);
    this.#next.next(frame);
  }
}
