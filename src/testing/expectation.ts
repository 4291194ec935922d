import { isObservable, type Observable } from 'rxjs';
import { atCallSite, type CallSite, callSite, pointAt } from './call-site.js';
import { MarbleAssertionError } from './marble-assertion-error.js';
import type { Rows, Timeline } from './notice.js';
import type { Diagrams, DiagramValues, Pipeline, SubscriptionDiagrams } from './pipeline-rows.js';
import { type DrawnRows, onlyRow, readRows, readSubscriptions } from './read-rows.js';
import { type Comparison, report } from './report.js';
import { runVirtually } from './run-virtually.js';
import { runWithFakeTimers } from './run-with-fake-timers.js';
import type { Play, Recording } from './stage.js';

/** A pipeline whose sources are drawn, and whose output is still to be. Each call of it is a run of its own. */
export interface Expectation<Source, Result> {
  /**
   * Draws when the pipeline subscribes to its sources (`^`) and leaves them (`!`), one diagram a subscription.
   *
   * ```
   * ^--!     from the start, and for three steps; a source that completes is left at that instant
   * --^--    from two steps on, until the run ends
   * -----    never
   * ```
   *
   * @throws MarbleSyntaxError with a caret, for a diagram that cannot be read
   */
  subscribes(diagrams: SubscriptionDiagrams<Source>): Expectation<Source, Result>;

  /**
   * Runs the pipeline at once, in virtual time, and compares what it emits.
   *
   * @param values one for each letter; equality is deep and strict, NaN equals NaN, and `matching` compares some fields
   * @param error what `#` stands for: a pattern of the message, an Error of the same name and message, or a value;
   * by default the error of a source's `#`
   * @throws MarbleAssertionError which draws the rows and says what differs
   */
  emits<const Drawn extends Diagrams<Result>>(
    diagrams: Drawn,
    values: DiagramValues<Result, Drawn>,
    error?: unknown,
  ): void;

  /**
   * Like `emits`, for pipelines with promises: runs on vitest's fake timers and lets promises settle between timers.
   *
   * Runs of concurrent tests take turns. A timer of 0 ms set while another runs takes a millisecond, as in Node.
   *
   * @throws MarbleAssertionError as `emits` does, through the promise
   */
  settles<const Drawn extends Diagrams<Result>>(
    diagrams: Drawn,
    values: DiagramValues<Result, Drawn>,
    error?: unknown,
  ): Promise<void>;
}

/** What is known of a test before its output is drawn. Times are in milliseconds. */
export interface Plan<Source, Result> {
  readonly pipeline: Pipeline<Source, Result>;
  readonly step: number;
  readonly startAt: number;
  readonly inputs: Rows;
  readonly subscriptions: ReadonlyMap<string, readonly Timeline[]>;
}

export class PlannedExpectation<Source, Result> implements Expectation<Source, Result> {
  readonly #plan: Plan<Source, Result>;

  constructor(plan: Plan<Source, Result>) {
    this.#plan = plan;
  }

  subscribes(diagrams: SubscriptionDiagrams<Source>): Expectation<Source, Result> {
    const subscriptions = atCallSite(this.subscribes, () => readSubscriptions(diagrams, this.#plan.step));
    return new PlannedExpectation({ ...this.#plan, subscriptions });
  }

  emits(diagrams: unknown, values: unknown, error?: unknown): void {
    const expected = atCallSite(this.emits, () => this.#read({ diagrams, values, error }));
    const play = this.#play(expected);
    this.#compare(expected, play, runVirtually(play), callSite(this.emits));
  }

  async settles(diagrams: unknown, values: unknown, error?: unknown): Promise<void> {
    const expected = atCallSite(this.settles, () => this.#read({ diagrams, values, error }));
    const play = this.#play(expected);
    const site = callSite(this.settles);
    this.#compare(expected, play, await runWithFakeTimers(play), site);
  }

  #read(drawn: DrawnRows): Rows {
    return readRows(drawn, this.#plan.step);
  }

  #play(expected: Rows): Play {
    const { pipeline, inputs, subscriptions, startAt } = this.#plan;
    const timelines = [...inputs.values(), ...expected.values(), ...[...subscriptions.values()].flat()];
    return {
      inputs,
      startAt,
      horizon: Math.max(0, ...timelines.map(({ span }) => span)),
      build: (sources, scheduler) => {
        const source = sources.get(onlyRow) ?? Object.fromEntries(sources);
        return rowsOf(pipeline(source as Source, { scheduler }), expected);
      },
    };
  }

  #compare(expected: Rows, play: Play, recording: Recording, site: CallSite): void {
    const outputs = [...expected].map(([name, timeline]): Comparison => {
      const received = recording.outputs.get(name) ?? [];
      return { name, labels: ['expected', 'received'], expected: timeline, received };
    });
    const subscriptions = [...this.#plan.subscriptions].flatMap(([name, timelines]) =>
      pairSubscriptions(name, timelines, recording.subscriptions.get(name) ?? []),
    );
    const { inputs, step } = this.#plan;
    const message = report(inputs, [...outputs, ...subscriptions], step, play.horizon);
    if (message !== undefined) throw pointAt(new MarbleAssertionError(message), site);
  }
}

function rowsOf(result: unknown, expected: Rows): ReadonlyMap<string, Observable<unknown>> {
  const streams = new Map(isObservable(result) ? [[onlyRow, result]] : Object.entries(result as object));
  return new Map(
    [...expected.keys()].map((row) => {
      const stream: unknown = streams.get(row);
      if (isObservable(stream)) return [row, stream];
      throw new TypeError(
        row === onlyRow ? 'the pipeline returned no Observable' : `the pipeline returned no row "${row}"`,
      );
    }),
  );
}

const nothing: Timeline = { notices: [], span: 0 };

function pairSubscriptions(
  name: string,
  expected: readonly Timeline[],
  received: Recording['subscriptions'] extends ReadonlyMap<string, infer Log> ? Log : never,
): readonly Comparison[] {
  return Array.from({ length: Math.max(expected.length, received.length) }, (_, index) => ({
    name,
    labels: ['subscribes', 'subscribed'],
    expected: expected[index] ?? nothing,
    received: received[index] ?? [],
  }));
}
