import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { integerAtLeast, knownKeys, nonEmptyName, numberAtLeast, refuse } from '../../domain/check.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import { Adwin, kolmogorovSmirnov, populationStability } from './drift-measures.js';

/** How far a series is from what it was. */
export interface DriftReport {
  readonly series: string;
  /** Population stability index against the reference. */
  readonly stability: number;
  /** Kolmogorov-Smirnov distance from it. */
  readonly distance: number;
  /** How likely such a distance is without a drift. */
  readonly probability: number;
  /** Values in the newest window. */
  readonly count: number;
  /** Whether the stability index is above its limit. */
  readonly drifted: boolean;
}

/** What `drift` adds to a frame. */
export interface DriftFields {
  /** Reports that are due on this frame. */
  drifts: readonly DriftReport[];
  /** Series whose mean has just changed, by ADWIN. */
  changePoints: readonly string[];
}

/** What is watched, and against what. */
export interface DriftOptions<F extends Frame> {
  /** What each series takes of a frame: features, predictions, scores. `undefined` and what is no finite number is passed over. */
  readonly series: Readonly<Record<string, (frame: F) => number | undefined>>;
  /** The first so many values are the reference. @default 1000 */
  readonly reference?: number;
  /** Newest values that are held against it. @default 500 */
  readonly window?: number;
  /** Values from one report to the next. @default 100 */
  readonly every?: number;
  /** Stability index above which a series has drifted. @default 0.25 */
  readonly limit?: number;
  /** Chance of a false alarm of ADWIN at each value, roughly. @default 0.002 */
  readonly delta?: number;
}

interface Series {
  readonly reference: number[];
  readonly newest: number[];
  next: number;
  sinceReport: number;
  drifted: boolean;
  readonly adwin: Adwin;
}

/**
 * Tells when features or predictions are not what they were: the stability index and the Kolmogorov-Smirnov distance against the first
 * values, and changes of the mean.
 *
 * A series that drifts, or comes back, is a fault (`drifted`, `undrifted`); a change point only stands on its frame.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * drift({ series: { rsi: ({ features }) => features.rsi } })
 */
export function drift<F extends Frame>(options: DriftOptions<F>): StageOperator<F, DriftFields> {
  knownKeys('drift', options, ['series', 'reference', 'window', 'every', 'limit', 'delta']);
  const reference = integerAtLeast('drift.reference', options.reference ?? 1_000, 20);
  const window = integerAtLeast('drift.window', options.window ?? 500, 20);
  const every = integerAtLeast('drift.every', options.every ?? 100, 1);
  const limit = numberAtLeast('drift.limit', options.limit ?? 0.25, 0);
  const delta = numberAtLeast('drift.delta', options.delta ?? 0.002, Number.MIN_VALUE, 1);
  const watched = Object.entries(options.series).map(([name, read]) => {
    if (typeof read !== 'function') refuse(`drift.series.${name}`, 'a function of a frame', read);
    return { name: nonEmptyName('drift.series', name), read };
  });
  const fresh = (): Series => ({
    reference: [],
    newest: [],
    next: 0,
    sinceReport: 0,
    drifted: false,
    adwin: new Adwin(delta),
  });
  const report = (name: string, { reference: was, newest }: Series): DriftReport => {
    const stability = populationStability(was, newest);
    return {
      series: name,
      stability,
      ...kolmogorovSmirnov(was, newest),
      count: newest.length,
      drifted: stability > limit,
    };
  };
  return stage<F, DriftFields, Series[]>({
    name: 'drift',
    fingerprint: JSON.stringify({
      series: watched.map(({ name }) => name),
      reference,
      window,
      every,
      limit,
      delta,
    }),
    adds: { drifts: NONE, changePoints: NONE },
    init: () => watched.map(fresh),
    step: (all, frame, context) => {
      for (let at = 0; at < watched.length; at++) {
        const { name, read } = watched[at] as (typeof watched)[number];
        const series = all[at] as Series;
        const value = read(frame);
        if (value === undefined || !Number.isFinite(value)) continue;
        if (series.adwin.push(value)) {
          if (frame.changePoints === NONE) frame.changePoints = [name];
          else (frame.changePoints as string[]).push(name);
        }
        if (series.reference.length < reference) {
          series.reference.push(value);
          continue;
        }
        series.newest[series.next] = value;
        series.next = (series.next + 1) % window;
        series.sinceReport++;
        if (series.newest.length < window || series.sinceReport < every) continue;
        series.sinceReport = 0;
        const told = report(name, series);
        if (frame.drifts === NONE) frame.drifts = [told];
        else (frame.drifts as DriftReport[]).push(told);
        if (told.drifted === series.drifted) continue;
        series.drifted = told.drifted;
        const text = `stability index ${told.stability.toFixed(3)} over ${told.count} values, distance ${told.distance.toFixed(3)}`;
        context.fault(`series:${name}`, told.drifted ? 'drifted' : 'undrifted', text);
      }
    },
    save: (all) =>
      asPlain(
        all.map(({ adwin, reference: was, newest, ...rest }) => ({
          ...rest,
          reference: [...was],
          newest: [...newest],
          adwin: adwin.save(),
        })),
      ),
    restore: (plain) =>
      fromPlain<readonly (Omit<Series, 'adwin'> & { readonly adwin: Plain })[]>(plain).map((saved) => {
        const series = { ...fresh(), ...saved, adwin: new Adwin(delta) };
        series.adwin.restore(saved.adwin);
        return { ...series, reference: [...saved.reference], newest: [...saved.newest] };
      }),
  });
}
