import { asyncScheduler, concatMap, from, interval, type Observable, type SchedulerLike, share } from 'rxjs';
import { knownKeys, positiveNumber } from '../../domain/check.js';
import type { Metrics } from '../metrics/metrics.js';
import { type Alert, AlertBoard } from './alert-board.js';
import type { AlertRule } from './rule.js';

/** How alerts are looked for. */
export interface AlertOptions {
  readonly metrics: Metrics;
  readonly rules: readonly AlertRule[];
  /** Milliseconds from one look to the next. @default 1000 */
  readonly every?: number;
  /** Whose time it is. @default the wall clock */
  readonly scheduler?: SchedulerLike;
}

/**
 * Alerts of this process as an Observable, for those without Prometheus: one event when a rule begins to hold for a
 * series, one when it holds no more.
 *
 * ```
 * drawdown  1%--6%-----4%--
 * alerts    ----F------R---
 * ```
 *
 * All subscribers share one board; it is looked at while there is at least one. What a restarted process has not seen it
 * cannot resolve.
 *
 * @example
 * const watch = monitor({ instruments, capital: 100_000 });
 * alerts({ metrics: watch.metrics, rules: deskAlerts({ drawdown: 0.03 }) }).subscribe(({ state, name, labels }) =>
 *   logger.warn({ labels }, `${name} ${state}`),
 * );
 * @throws ConfigurationError for a rule that cannot be, or whose metric nobody measures
 */
export function alerts(options: AlertOptions): Observable<Alert> {
  knownKeys('alerts', options, ['metrics', 'rules', 'every', 'scheduler']);
  const { metrics, rules, scheduler = asyncScheduler } = options;
  const every = positiveNumber('alerts.every', options.every ?? 1_000);
  const board = new AlertBoard(metrics, rules);
  return interval(every, scheduler).pipe(
    concatMap(() => from(board.look(scheduler.now()))),
    share(),
  );
}
