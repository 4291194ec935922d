import type { Family } from '../metrics/family.js';
import type { Metrics } from '../metrics/metrics.js';
import type { Series } from '../metrics/series.js';

/** A feature store as far as it is measured. */
export interface MonitoredFeatures {
  readonly view: { readonly name: string };
  /** How reads ended so far. */
  readonly reads: Readonly<Record<string, number>>;
  /** Rows kept. */
  readonly size: number;
}

/** How a replica of an agent is, as far as it is measured. */
export interface MonitoredAgentHealth {
  readonly agent: string;
  readonly replica: number;
  readonly state: string;
  readonly answered: number;
  readonly abstained: number;
  readonly failed: number;
  readonly dropped: number;
  readonly quarantines: number;
  /** Milliseconds; `NaN`: no answer yet. */
  readonly latency: number;
  readonly busy: number;
}

/** A driver of agents, as far as it is measured. */
export interface MonitoredAgents {
  health(): readonly MonitoredAgentHealth[];
}

const REPLICA = ['agent', 'replica'];
const OUTCOMES = ['answered', 'abstained', 'failed', 'dropped'] as const;

/** What feature stores and agents beside the pipeline tell of themselves, read when somebody scrapes. */
export class SourceMetrics {
  readonly #stores: MonitoredFeatures[] = [];
  readonly #agents: MonitoredAgents[] = [];

  constructor(metrics: Metrics) {
    const reads = metrics.counter({
      name: 'feature_reads_total',
      help: 'Reads of features, by how they ended: fresh, expired, missing, evicted.',
      labels: ['view', 'status'],
    });
    const rows = metrics.gauge({ name: 'feature_rows', help: 'Rows of features kept.', labels: ['view'] });
    reads.collect = () => {
      for (const { view, reads: counts } of this.#stores)
        for (const [status, count] of Object.entries(counts)) reads.bind(view.name, status).value = count;
    };
    rows.collect = () => {
      for (const { view, size } of this.#stores) rows.bind(view.name).value = size;
    };
    const answers = metrics.counter({
      name: 'agent_answers_total',
      help: 'Snapshots shown to an agent beside the pipeline, by what came of them.',
      labels: [...REPLICA, 'outcome'],
    });
    this.#read(answers, (series, health) => {
      for (const outcome of OUTCOMES) series(outcome).value = health[outcome];
    });
    const quarantines = metrics.counter({
      name: 'agent_quarantines_total',
      help: 'How often an agent was left alone after failures.',
      labels: REPLICA,
    });
    this.#read(quarantines, (series, health) => {
      series().value = health.quarantines;
    });
    const gauge = (name: string, help: string, value: (health: MonitoredAgentHealth) => number): void =>
      this.#read(metrics.gauge({ name, help, labels: REPLICA }), (series, health) => {
        series().value = value(health);
      });
    gauge('agent_well', '1 while an agent answers, 0 while it is quarantined or absent.', ({ state }) =>
      Number(state === 'well'),
    );
    gauge(
      'agent_latency_seconds',
      'From the last snapshot that was answered to its answer.',
      ({ latency }) => latency / 1_000,
    );
    gauge('agent_busy', 'Snapshots that an agent thinks about.', ({ busy }) => busy);
  }

  features(store: MonitoredFeatures): void {
    this.#stores.push(store);
  }

  agents(agents: MonitoredAgents): void {
    this.#agents.push(agents);
  }

  #read(
    family: Family<Series>,
    each: (series: (...more: readonly string[]) => Series, health: MonitoredAgentHealth) => void,
  ): void {
    family.collect = () => {
      for (const driver of this.#agents)
        for (const health of driver.health())
          each((...more) => family.bind(health.agent, String(health.replica), ...more), health);
    };
  }
}
