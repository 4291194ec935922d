import type { Observable } from 'rxjs';
import { Subscriber } from 'rxjs';
import type { StageContext } from './context.js';
import type { Frame, OpenFrame } from './frame.js';
import { asPart, contextOf, FrameStream, type Part, type PartDetails } from './stage.js';

class PureSubscriber extends Subscriber<OpenFrame> {
  readonly #next: Subscriber<unknown>;
  readonly #field: string;
  readonly #compute: (frame: never) => unknown;
  readonly #context: StageContext;
  readonly #index: number;

  constructor(
    destination: Subscriber<unknown>,
    field: string,
    compute: (frame: never) => unknown,
    context: StageContext,
    index: number,
  ) {
    super(destination);
    this.#next = destination;
    this.#field = field;
    this.#compute = compute;
    this.#context = context;
    this.#index = index;
  }

  protected override _next(frame: OpenFrame): void {
    this.#context.active = this.#index;
    (frame as unknown as Record<string, unknown>)[this.#field] = this.#compute(frame as never);
    this.#next.next(frame);
  }
}

/**
 * A part without state: one new field of the frame, computed from the fields before it.
 *
 * ```
 * frames in   --a(bid 99, ask 101)--|
 *             pure('gap', (frame) => frame.ask - frame.bid)
 * frames out  --a(gap 2)------------|
 * ```
 *
 * The function must depend on the frame alone; what it remembers would be missing from snapshots.
 *
 * @param initial what the field holds before its turn; give `NaN` for numbers, so that the field stays a number
 */
export function pure<const K extends string, In extends Frame, V>(
  field: K,
  compute: (frame: In) => V,
  initial?: V,
): Part<In, In & Readonly<Record<K, V>>> {
  const details: PartDetails = {
    name: field,
    version: 1,
    fingerprint: '',
    adds: { [field]: initial },
    stateful: false,
    connect: (destination, context, index) =>
      new PureSubscriber(destination, field, compute, context, index) as unknown as Subscriber<unknown>,
  };
  const operator = (source: Observable<In>): FrameStream<In & Readonly<Record<K, V>>> => {
    const context = contextOf(source);
    return new FrameStream(context, (subscriber) => {
      const mine = details.connect(subscriber as Subscriber<unknown>, context, 0, undefined);
      source.subscribe(mine as Subscriber<In>);
      return mine as Subscriber<In & Readonly<Record<K, V>>>;
    });
  };
  return asPart(operator, details);
}
