import { distinctUntilChanged, from, map, mergeMap, type Observable } from 'rxjs';

/** Turns the frames of a run into one row of a drawing. */
export type Reading<F, Value> = (frames: Observable<F>) => Observable<Value>;

/**
 * One value a frame; `undefined` draws nothing.
 *
 * @example
 * observing(core, { mid: value(({ mid }) => mid) });
 */
export const value =
  <F, Value>(read: (frame: F) => Value | undefined): Reading<F, Value> =>
  (frames) =>
    frames.pipe(
      mergeMap((frame) => {
        const found = read(frame);
        return found === undefined ? [] : [found];
      }),
    );

/**
 * Every item of a list on the frame, at its time.
 *
 * @example
 * observing(core, { decisions: each(({ decisions }) => decisions) });
 */
export const each =
  <F, Value>(read: (frame: F) => readonly Value[]): Reading<F, Value> =>
  (frames) =>
    frames.pipe(mergeMap((frame) => from(read(frame))));

/**
 * What a frame shows, whenever it differs from the frame before.
 *
 * @example
 * observing(core, { position: changes(({ position }) => position) });
 */
export const changes =
  <F, Value>(read: (frame: F) => Value): Reading<F, Value> =>
  (frames) =>
    frames.pipe(
      map((frame) => read(frame)),
      distinctUntilChanged(Object.is),
    );
