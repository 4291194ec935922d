import type { OperatorFunction } from 'rxjs';
import type { StageContext } from './context.js';
import type { Frame } from './frame.js';
import { type Observable, Subject, Subscriber } from './rx.js';
import { asPart, contextOf, FrameStream, type Part, type PartDetails } from './stage.js';

/** Where frames enter the operator. */
class Inlet extends Subscriber<unknown> {
  readonly #subject: Subject<unknown>;
  readonly #context: StageContext;
  readonly #index: number;

  constructor(subject: Subject<unknown>, context: StageContext, index: number) {
    super();
    this.#subject = subject;
    this.#context = context;
    this.#index = index;
  }

  protected override _next(frame: unknown): void {
    this.#context.active = this.#index;
    this.#subject.next(frame);
  }
}

/**
 * Where they come out: each once, within its pass.
 *
 * RxJS turns exceptions into errors; the boundary of the pass wants the exception back.
 */
class Outlet<T> extends Subscriber<T> {
  readonly #next: Subscriber<unknown>;
  readonly #context: StageContext;
  readonly #index: number;
  /** Number of the pass in which a frame came out last. */
  #last = 0;

  constructor(next: Subscriber<unknown>, context: StageContext, index: number) {
    super();
    this.#next = next;
    this.#context = context;
    this.#index = index;
  }

  protected override _next(frame: T): void {
    const context = this.#context;
    const { pass } = context;
    // A frame that comes out late has ended the core: no stage may see it any more.
    if (pass === 0) return;
    if (pass === this.#last) {
      context.active = this.#index;
      throw new Error('each frame must leave it once, and this one came out twice');
    }
    this.#last = pass;
    this.#next.next(frame);
  }

  override error(error: unknown): void {
    throw error;
  }
}

/**
 * Lets an RxJS operator into a chain, by name: what it remembers is in no snapshot and on no mirror, and you say so.
 *
 * Each frame must leave it once, synchronously; a frame that is swallowed, doubled or delayed halts the pipeline.
 *
 * @example
 * compose({ instruments }, books(), unsafe('log every frame', tap((frame) => log(frame.seq))));
 */
export function unsafe<In extends Frame, Out extends Frame = In>(
  name: string,
  operator: OperatorFunction<In, Out>,
): Part<In, Out> {
  const details: PartDetails = {
    name,
    version: 1,
    fingerprint: 'unsafe',
    adds: {},
    stateful: false,
    connect: (destination, context, index) => {
      const inlet = new Subject<In>();
      inlet.pipe(operator).subscribe(new Outlet<Out>(destination, context, index));
      return new Inlet(inlet as Subject<unknown>, context, index);
    },
  };
  const part = (source: Observable<In>): FrameStream<Out> =>
    new FrameStream(contextOf(source), (subscriber) => {
      source.pipe(operator).subscribe(subscriber);
      return undefined;
    });
  return asPart(part, details);
}
