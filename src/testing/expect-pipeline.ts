import type { Observable } from 'rxjs';
import type { Duration } from '../domain/duration.js';
import { atCallSite } from './call-site.js';
import { wholeMilliseconds } from './duration.js';
import { type Expectation, PlannedExpectation } from './expectation.js';
import { isMatching } from './matching.js';
import type { Rows } from './notice.js';
import type { Diagrams, DiagramValues, Pipeline } from './pipeline-rows.js';
import { readRows } from './read-rows.js';

/** How the diagrams of a test are read. */
export interface MarbleOptions {
  /**
   * The time one column takes, a whole number of milliseconds.
   * @default '1ms'
   */
  readonly step?: Duration;
  /**
   * The date at which the run starts, as ISO 8601 with its offset: the virtual scheduler's `now()` begins there.
   * @default '1970-01-01T00:00:00Z'
   */
  readonly startAt?: string;
}

/** A pipeline whose sources are still to be drawn. */
export interface ExpectedPipeline<Source, Result> {
  /**
   * Draws what the sources emit. They are hot: they emit whether or not the pipeline is subscribed.
   *
   * @param values one for each letter; the compiler checks the letters and the types of a literal diagram
   * @param error what `#` stands for
   * @throws MarbleSyntaxError with a caret, for a diagram that cannot be read
   */
  given<const Drawn extends Diagrams<Source>>(
    diagrams: Drawn,
    values: DiagramValues<Source, Drawn>,
    error?: unknown,
  ): Expectation<Source, Result>;
}

/**
 * Tests a pipeline by drawing what goes in and what should come out.
 *
 * ```
 * given     a-b-c-|
 * emits     ----x-|     the third bar in a row that rises is a reason to buy
 * ```
 *
 * - One column is one `step`. A duration between spaces lets time pass (`a 10ms b`), an `@` time goes to that time
 *   since the start (`@1h c`). Spaces align, and take no time.
 * - `(ab|)` happens at one instant, and takes the columns it is written in: `(ab)c` has c four steps after a, as in RxJS.
 * - `|` completes, `#` fails. The signs `- | # ( ) ^ ! @` name no values.
 * - The run ends with the longest diagram. What would come later, or at that very instant, is not seen: draw one more
 *   `-` for it. So an endless `interval` needs no end.
 * - At one instant inputs come before timers, and rows in the order of their record.
 *
 * A pipeline of several streams takes a record of Observables, returns one, or both; each row has a diagram.
 *
 * @throws TypeError for a step or a date that cannot be read
 *
 * @example
 * expectPipeline(risingBars(3), { step: '1s', startAt: '2026-01-05T14:30:00Z' })
 *   .given('a-b-c-|', { a: bar(BTC, 1), b: bar(BTC, 2), c: bar(BTC, 3) })
 *   .emits('----x-|', { x: buy(1) });
 *
 * await expectPipeline(ask(model), { step: '1s' })
 *   .given('a----', { a: question })
 *   .settles('--x--', { x: answer });
 *
 * expectPipeline(desk)
 *   .given({ ticks: 'a-b', reports: '--f' }, { ticks: { a, b }, reports: { f } })
 *   .emits({ orders: '--x', alerts: '---' }, { orders: { x }, alerts: {} });
 */
export function expectPipeline<
  Source extends object = Observable<unknown>,
  Result extends object = Observable<unknown>,
>(pipeline: Pipeline<Source, Result>, options: MarbleOptions = {}): ExpectedPipeline<Source, Result> {
  const step = wholeMilliseconds(options.step ?? '1ms') ?? 0;
  if (step <= 0) throw new TypeError(`step is no duration in whole milliseconds: "${options.step}"`);
  const startAt = Date.parse(options.startAt ?? '1970-01-01T00:00:00Z');
  if (Number.isNaN(startAt)) throw new TypeError(`startAt is no date: "${options.startAt}"`);
  return {
    given: function given(diagrams, values, error) {
      const inputs = atCallSite(given, () => refuseMatchers(readRows({ diagrams, values, error }, step)));
      return new PlannedExpectation({ pipeline, step, startAt, inputs, subscriptions: new Map() });
    },
  };
}

function refuseMatchers(rows: Rows): Rows {
  for (const { notices } of rows.values()) {
    if (notices.some((notice) => notice.kind === 'next' && isMatching(notice.value))) {
      throw new TypeError('matching() says what is expected; a source needs whole values');
    }
  }
  return rows;
}
