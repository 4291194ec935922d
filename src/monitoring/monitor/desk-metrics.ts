import type { Decision } from '../../domain/decision.js';
import type { DeniedEvent, EpochEvent, FaultEvent } from '../../domain/event.js';
import type { Signal } from '../../domain/signal.js';
import type { Family } from '../metrics/family.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Series } from '../metrics/series.js';

/** The words in which reconciliation tells of differences. */
const DIFFERENCES: Readonly<Record<string, string>> = {
  'truth-fill': 'fill',
  'truth-order': 'order',
  'truth-position': 'position',
  'truth-balance': 'balance',
};

/** What agents said, what risk refused, what broke, who leads. */
export class DeskMetrics {
  readonly #signals: Family<Series>;
  readonly #decisions: Family<Series>;
  readonly #denials: Family<Series>;
  readonly #errors: Family<Series>;
  readonly #differences: Family<Series>;
  readonly #truths: Family<Series>;
  readonly #takeovers: Series;
  readonly #epoch: Series;
  #status: 'active' | 'reducing' | 'halted' | undefined;

  constructor(metrics: Metrics) {
    this.#signals = metrics.counter({
      name: 'signals_total',
      help: 'Signals that entered the pool.',
      labels: ['signal'],
    });
    this.#decisions = metrics.counter({
      name: 'decisions_total',
      help: 'Decisions of agents that the ensemble heard.',
      labels: ['agent'],
    });
    this.#denials = metrics.counter({
      name: 'denials_total',
      help: 'Proposals that risk denied, by the rule that did.',
      labels: ['rule'],
    });
    this.#errors = metrics.counter({
      name: 'errors_total',
      help: 'Faults that were contained, or halted the pipeline.',
      labels: ['component', 'class', 'severity'],
    });
    this.#differences = metrics.counter({
      name: 'reconcile_differences_total',
      help: 'Points in which the truth of a venue differed from the ledger.',
      labels: ['what'],
    });
    this.#truths = metrics.counter({
      name: 'reconciliations_total',
      help: 'How often a venue told its truth.',
      labels: ['venue'],
    });
    this.#takeovers = metrics
      .counter({ name: 'takeovers_total', help: 'How often somebody began to lead this log.' })
      .bind();
    this.#epoch = metrics.gauge({ name: 'epoch', help: 'The reign that the log is in.' }).bind();
    const status = (name: string, help: string, which: 'reducing' | 'halted'): void => {
      const family = metrics.gauge({ name, help });
      const series = family.bind();
      family.collect = () => {
        series.value = this.#status === undefined ? Number.NaN : Number(this.#status === which);
      };
    };
    status('kill_switch_active', '1 while the desk is halted: only verified reductions pass.', 'halted');
    status('reducing_active', '1 while the desk may only reduce.', 'reducing');
    for (const what of Object.values(DIFFERENCES)) this.#differences.bind(what);
  }

  status(status: 'active' | 'reducing' | 'halted'): void {
    if (status !== this.#status) this.#status = status;
  }

  signals(signals: readonly Signal[]): void {
    for (const { name } of signals) this.#signals.of(name).value++;
  }

  decisions(decisions: readonly Decision[]): void {
    for (const { agent } of decisions) this.#decisions.of(agent).value++;
  }

  denied({ rule }: DeniedEvent): void {
    this.#denials.of(rule).value++;
  }

  fault({ component, code, severity }: FaultEvent): void {
    const difference = component === 'ledger' ? DIFFERENCES[code] : undefined;
    if (difference !== undefined) this.#differences.bind(difference).value++;
    this.#errors.bind(component, code, severity).value++;
  }

  truth(venue: string): void {
    this.#truths.bind(venue).value++;
  }

  epoch({ epoch }: EpochEvent): void {
    this.#takeovers.value++;
    this.#epoch.value = epoch;
  }
}
