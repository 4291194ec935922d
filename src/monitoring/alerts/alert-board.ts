import { ConfigurationError } from '../../domain/errors.js';
import type { Metrics } from '../metrics/metrics.js';
import { type Labels, Series } from '../metrics/series.js';
import { type AlertRule, type AlertSeverity, checkAlertRule } from './rule.js';

/** A rule began to hold for a series, or holds no more. */
export interface Alert {
  readonly name: string;
  readonly severity: AlertSeverity;
  readonly state: 'firing' | 'resolved';
  readonly labels: Labels;
  /** What was compared, at this moment. */
  readonly value: number;
  /** Unix milliseconds since when it was so. */
  readonly since: number;
  readonly summary: string;
}

interface Watched {
  /** Since when the rule holds; `undefined` while it does not. */
  since: number | undefined;
  firing: boolean;
  /** Samples of a counter, oldest first: times and values in turns. */
  readonly samples: number[];
}

/**
 * Holds rules against metrics whenever it is asked to look.
 *
 * ```
 * look()   .  .  .  .  .  .
 * beyond   n  y  y  y  n  n      with `for` two looks long
 * alerts   -  -  -  F  R  -
 * ```
 *
 * A number that is unknown (`NaN`) is not beyond anything; an alert that fires resolves when its number becomes unknown.
 *
 * @throws ConfigurationError for a rule that cannot be, one whose metric nobody measures, and two of one name
 *
 * @example
 * const board = new AlertBoard(metrics, deskAlerts());
 * for (const alert of board.look(Date.now())) console.error(alert);
 */
export class AlertBoard {
  readonly #metrics: Metrics;
  readonly #rules: readonly AlertRule[];
  readonly #watched: Map<AlertRule, Map<Series, Watched>> = new Map();
  /** When it looked last; `NaN`: never. */
  #looked = Number.NaN;

  constructor(metrics: Metrics, rules: readonly AlertRule[]) {
    this.#metrics = metrics;
    this.#rules = rules;
    const names = new Set<string>();
    for (const rule of rules) {
      checkAlertRule(rule);
      if (names.has(rule.name)) throw new ConfigurationError(`two alerts are named ${rule.name}`);
      names.add(rule.name);
      const family = metrics.find(rule.metric);
      if (family === undefined || family.type === 'histogram')
        throw new ConfigurationError(
          `alert ${rule.name}.metric must be a counter or a gauge that is measured here, not ${rule.metric}`,
        );
      this.#watched.set(rule, new Map());
    }
  }

  /** What fires at this moment. */
  get firing(): readonly { readonly name: string; readonly labels: Labels }[] {
    return this.#rules.flatMap((rule) =>
      [...(this.#watched.get(rule) as Map<Series, Watched>)].flatMap(([{ labels }, { firing }]) =>
        firing ? [{ name: rule.name, labels }] : [],
      ),
    );
  }

  /** Looks at everything, at a time in Unix milliseconds: what began to fire and what resolved since the last look. */
  look(now: number): readonly Alert[] {
    const alerts: Alert[] = [];
    const collected = new Set<string>();
    for (const rule of this.#rules) {
      const family = this.#metrics.find(rule.metric);
      if (family === undefined) continue;
      if (!collected.has(rule.metric)) family.collect?.();
      collected.add(rule.metric);
      for (const series of family.series) {
        if (!(series instanceof Series) || !agrees(series.labels, rule.where)) continue;
        const alert = this.#judge(rule, series, now);
        if (alert !== undefined) alerts.push(alert);
      }
    }
    this.#looked = now;
    return alerts;
  }

  #judge(rule: AlertRule, series: Series, now: number): Alert | undefined {
    const byRule = this.#watched.get(rule) as Map<Series, Watched>;
    let watched = byRule.get(series);
    if (watched === undefined) {
      // A series that was not there at the last look has grown from nothing.
      const samples = Number.isNaN(this.#looked) ? [] : [this.#looked, 0];
      watched = { since: undefined, firing: false, samples };
      byRule.set(series, watched);
    }
    const value = compared(rule, series.value, now, watched.samples);
    const beyond = rule.above === undefined ? value < (rule.below as number) : value > rule.above;
    if (beyond) {
      watched.since ??= now;
      if (watched.firing || now - watched.since < (rule.for ?? 0)) return undefined;
      watched.firing = true;
      return told(rule, series, 'firing', value, watched.since);
    }
    const { since } = watched;
    watched.since = undefined;
    if (!watched.firing) return undefined;
    watched.firing = false;
    return told(rule, series, 'resolved', value, since ?? now);
  }
}

const agrees = (labels: Labels, where: Labels = {}): boolean =>
  Object.entries(where).every(([label, value]) => labels[label] === value);

function compared(
  { of = 'level', window = 0 }: AlertRule,
  value: number,
  now: number,
  samples: number[],
): number {
  if (of === 'level') return value;
  if (of === 'age') return now / 1_000 - value;
  samples.push(now, value);
  // The youngest sample that is as old as the window stays: from there it is counted.
  while (samples.length > 4 && (samples[2] as number) <= now - window) samples.splice(0, 2);
  return value - (samples[1] as number);
}

const told = (
  { name, severity, summary }: AlertRule,
  { labels }: Series,
  state: Alert['state'],
  value: number,
  since: number,
): Alert => ({ name, severity, state, labels, value, since, summary });
