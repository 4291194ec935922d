// @ts-check
import { compose, pure, stage } from 'millrace';
import { filter, map, Observable, Subject, scan } from 'rxjs';

/** @param {string} name */
const quiet = (name) => ({ kind: 'timer', name, due: 0 });

/** @param {number} number */
const counting = (number) =>
  stage({
    name: `counting${number}`,
    adds: { [`count${number}`]: 0 },
    init: () => ({ count: 0 }),
    step: (state, frame) => {
      state.count += frame.seq & 1;
      /** @type {any} */ (frame)[`count${number}`] = state.count;
    },
    save: ({ count }) => ({ count }),
    restore: (saved) => /** @type {any} */ (saved),
  });

/**
 * Runs many other chains and stock operators first, as in a real program: call sites that V8 could have specialised
 * for a single chain have seen a dozen of them by the time of the measurement.
 *
 * @returns {number} something that depends on all of it, so that nothing is folded away
 */
export function pollute(quick = false) {
  const events = quick ? 300 : 3_000;
  let seen = 0;
  for (let shape = 1; shape <= 12; shape++) {
    const parts = Array.from({ length: shape }, (_, index) =>
      index % 3 === 2
        ? pure(
            /** @type {any} */ (`pure${shape}_${index}`),
            (/** @type {any} */ frame) => frame.seq * index,
            Number.NaN,
          )
        : counting(shape * 20 + index),
    );
    const core = /** @type {any} */ (compose)({ name: `pollution${shape}`, instruments: [] }, ...parts);
    const running = core.start({ development: shape % 4 === 0 });
    for (let seq = 1; seq <= events; seq++) seen += running.pass(seq, 0, seq, quiet('a')).seq;
    const subject = new Subject();
    for (let copy = 0; copy < 3; copy++) {
      subject
        .pipe(
          map((/** @type {number} */ value) => value + copy),
          filter((value) => value % 2 === 0),
          scan((sum, value) => sum + value, 0),
        )
        .subscribe((value) => {
          seen += value & 1;
        });
    }
    for (let value = 0; value < events; value++) subject.next(value);
    new Observable((subscriber) => {
      for (let value = 0; value < events; value++) subscriber.next({ [`field${shape}`]: value });
    }).subscribe((value) => {
      seen += Object.keys(/** @type {object} */ (value)).length;
    });
  }
  return seen;
}
