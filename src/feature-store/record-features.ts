import type { Frame } from '../core/frame.js';
import type { FeatureView } from './feature-view.js';

/** Who takes rows: an online store, an offline store, or anything alike. */
export interface FeatureSink {
  readonly view: FeatureView;
  write(instrument: string, eventTime: number, knownTime: number, values: ArrayLike<number>): unknown;
}

/** What is read of a frame. */
type FeatureFrame = Frame & { readonly features: { readonly values: readonly number[] } };

/**
 * Takes the features off frames into stores, a row each time they have changed: its event time is the venue's (or the
 * frame's, where the venue does not say), its known time the frame's.
 *
 * ```
 * frames   a-a-b-a-      the same row object stands until a value changes
 *          recordFeatures(online, offline)
 * rows     1---2-3-
 * ```
 *
 * Give it to `tap` or `subscribe` on the frames of a run, live or in a replay: a replay of a recording is how a view is
 * backfilled, since its rows become known as they did then.
 *
 * @example
 * run(core, options).pipe(tap(recordFeatures(online, offline)));
 */
export function recordFeatures(...sinks: readonly FeatureSink[]): (frame: FeatureFrame) => void {
  const last = new Map<string, unknown>();
  return ({ ts, event, features }) => {
    const { instrument, venueTime } = event as {
      readonly instrument?: unknown;
      readonly venueTime?: unknown;
    };
    if (typeof instrument !== 'string' || features === undefined || last.get(instrument) === features) return;
    if (!last.has(instrument) && features.values.every(Number.isNaN)) return;
    last.set(instrument, features);
    const eventTime = typeof venueTime === 'number' && venueTime > 0 ? venueTime : ts;
    for (const sink of sinks) sink.write(instrument, eventTime, ts, features.values);
  };
}
