import { numberAtLeast, refuse } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';

/** A training window and the test window behind it, each `[from, to)` in Unix milliseconds. */
export interface Fold {
  readonly train: { readonly from: number; readonly to: number };
  readonly test: { readonly from: number; readonly to: number };
}

/** How time is cut into folds. */
export interface FoldOptions {
  /** Unix milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Length of the training window; of the first one when they are anchored. */
  readonly train: Duration;
  /** Length of a test window; the windows follow each other without a gap. */
  readonly test: Duration;
  /** Every training window begins at `from`, and grows. @default false: it rolls */
  readonly anchored?: boolean;
  /** Time between the end of training and the beginning of the test that neither sees, so that what spans the two (labels, horizons) leaks nothing. @default 0 */
  readonly embargo?: Duration | 0;
}

/**
 * Cuts time into folds; what is left at the end and fills no test window is not used.
 *
 * ```
 * rolling   TTTT.ttt          anchored   TTTT.ttt
 *              TTTT.ttt                  TTTTTTT.ttt         T train, . embargo, t test
 * ```
 *
 * @throws ConfigurationError for lengths that are none, and where not even one fold fits
 * @example
 * folds({ from, to, train: '20m', test: '5m', embargo: '30s' });
 */
export function folds(options: FoldOptions): readonly Fold[] {
  const { anchored = false } = options;
  const from = numberAtLeast('folds.from', options.from, 0);
  const to = numberAtLeast('folds.to', options.to, from);
  const train = milliseconds('folds.train', options.train);
  const test = milliseconds('folds.test', options.test);
  const embargo =
    options.embargo === undefined || options.embargo === 0
      ? 0
      : milliseconds('folds.embargo', options.embargo);
  const all: Fold[] = [];
  for (let nth = 0; ; nth++) {
    const end = from + train + nth * test;
    const begin = end + embargo;
    if (begin + test > to) break;
    all.push({
      train: { from: anchored ? from : end - train, to: end },
      test: { from: begin, to: begin + test },
    });
    if (all.length > 100_000) refuse('folds.test', 'longer: there are more than 100000 folds', options.test);
  }
  if (all.length === 0)
    refuse(
      'folds.train',
      `so short that training, embargo and one test fit into ${to - from} ms`,
      options.train,
    );
  return all;
}
