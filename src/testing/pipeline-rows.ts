import type { Observable, SchedulerLike } from 'rxjs';
import type { MarbleValues } from './marble-values.js';

/** What a pipeline under test is given besides its sources. */
export interface PipelineContext {
  /**
   * The clock of the run, for pipelines whose clock is injected: virtual under `emits`, RxJS's `asyncScheduler` on fake
   * timers under `settles`. `now()` starts at `startAt`.
   */
  readonly scheduler: SchedulerLike;
}

/**
 * A pipeline under test: from an Observable, or a record of them, to an Observable, or a record of them.
 *
 * It is called anew for every run.
 */
export type Pipeline<Source, Result> = (source: Source, context: PipelineContext) => Result;

/** One diagram for an Observable, and one for each row of a record. */
export type Diagrams<Streams> = [Streams] extends [Observable<unknown>]
  ? string
  : { readonly [Row in keyof Streams]: string };

/** The values of the diagrams: exactly one for each letter, of the row's own type. */
export type DiagramValues<Streams, Drawn> = [Streams] extends [Observable<infer Value>]
  ? Drawn extends string
    ? MarbleValues<Drawn, Value>
    : never
  : {
      readonly [Row in keyof Streams]: RowValues<Streams[Row], Row extends keyof Drawn ? Drawn[Row] : never>;
    };

type RowValues<Stream, Drawn> =
  Stream extends Observable<infer Value>
    ? Drawn extends string
      ? MarbleValues<Drawn, Value>
      : never
    : never;

/** One diagram for each subscription to a source, in their order; a single one may stand without its list. */
export type SubscriptionDiagrams<Streams> = [Streams] extends [Observable<unknown>]
  ? string | readonly string[]
  : { readonly [Row in keyof Streams]?: string | readonly string[] };
