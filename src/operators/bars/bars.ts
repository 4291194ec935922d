import type { StageContext } from '../../core/context.js';
import { type Frame, NONE } from '../../core/frame.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { refuse } from '../../domain/check.js';
import { fromPlain, type Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import type { BarDefinition } from './bar-definition.js';
import { BarSeries } from './bar-series.js';
import type { BarFields } from './closed-bar.js';
import { Print } from './print.js';

interface State {
  readonly series: readonly BarSeries[];
  readonly print: Print;
  /** Known time at which the next bar may have to be closed. */
  due: number;
  /** For when a timer was asked last. */
  asked: number;
}

const TIMER = 'bars';

/**
 * Makes bars of every instrument, and shows each on the frame on which it closed.
 *
 * ```
 * trades  1--2--|--3-----|--4
 *         bars({ minute: timeBars({ every: '1m' }) })
 * bars    ------A--------B----     A: open 1, close 2. An open bar is never shown.
 * ```
 *
 * First come the bars that time has closed, then those that the frame's own event closes; in the order of definition,
 * then of instruments. A timer wakes the pipeline where nothing else would.
 *
 * @throws ConfigurationError when there is no definition, or a name is no identifier
 * @example
 * bars({ oneMinute: timeBars({ every: '1m' }), ticks: tickBars({ trades: 500 }) })
 */
export function bars<const N extends string>(
  definitions: Readonly<Record<N, BarDefinition>>,
): StageOperator<Frame & MarketFields, BarFields<N>> {
  const names = Object.keys(definitions) as N[];
  if (names.length === 0) refuse('bars', 'at least one definition', definitions);
  for (const name of names)
    if (!/^[A-Za-z_$][\w$]*$/.test(name)) refuse('a name of bars', 'an identifier', name);
  const series = (context: StageContext): BarSeries[] =>
    names.map((name) => new BarSeries(name, definitions[name], context));
  return stage<Frame & MarketFields, BarFields<N>, State>({
    name: 'bars',
    fingerprint: names.map((name) => `${name}=${definitions[name].fingerprint}`).join(';'),
    adds: { bars: NONE },
    init: (context) => ({
      series: series(context),
      print: new Print(),
      due: Number.POSITIVE_INFINITY,
      asked: Number.NaN,
    }),
    step: (state, frame, context) => step(state, frame, context),
    save: (state) => ({ series: state.series.map((one) => one.save()), due: state.due, asked: state.asked }),
    restore: (saved, context) => {
      const {
        series: states,
        due,
        asked,
      } = fromPlain<{ readonly series: readonly Plain[] } & Pick<State, 'due' | 'asked'>>(saved);
      const all = series(context);
      all.forEach((one, index) => {
        one.restore(states[index] as Plain);
      });
      return { series: all, print: new Print(), due, asked };
    },
  });
}

function step(state: State, frame: Frame & MarketFields & BarFields, context: StageContext): void {
  const { series, print } = state;
  const { ts, instrument, event } = frame;
  if (ts >= state.due) {
    for (const one of series) one.expire(frame, ts);
    state.due = earliest(series);
  }
  if (instrument >= 0) {
    for (const one of series) {
      if (!print.read(one.source, frame, context)) continue;
      one.add(instrument, print, frame);
      if (one.dueAfter < state.due) state.due = one.dueAfter;
    }
  }
  // Fired, or lost with the leader that had asked for it.
  if ((event.kind === 'timer' && event.name === TIMER) || event.kind === 'epoch') state.asked = Number.NaN;
  if (state.due !== state.asked && state.due < Number.POSITIVE_INFINITY) {
    context.request({ kind: 'timer', name: TIMER, due: state.due });
    state.asked = state.due;
  }
}

function earliest(series: readonly BarSeries[]): number {
  let due = Number.POSITIVE_INFINITY;
  for (const one of series) due = Math.min(due, one.due);
  return due;
}
