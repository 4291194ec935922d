import { type MonoTypeOperatorFunction, NEVER, Observable } from 'rxjs';
import type { Driver, DriverContext } from '../../core/driver.js';
import type { PipelineRun } from '../../core/run.js';
import type { StageProbe } from '../../core/stage-probe.js';
import type { MetricsPage } from '../endpoints/options.js';
import { Metrics } from '../metrics/metrics.js';
import { prometheusPage } from '../metrics/prometheus-page.js';
import type { HistogramSeries, Series } from '../metrics/series.js';
import { PROCESSING } from './bounds.js';
import { DeskMetrics } from './desk-metrics.js';
import { InferenceMetrics } from './inference-metrics.js';
import { MarketMetrics } from './market-metrics.js';
import { ModelMetrics } from './model-metrics.js';
import { type MonitorOptions, type MonitorSettings, monitorSettings } from './monitor-options.js';
import type { MonitoredFrame } from './monitored-frame.js';
import { observedBy } from './observed-by.js';
import { OrderMetrics } from './order-metrics.js';
import { OrderNotes } from './order-notes.js';
import { processMetrics } from './process-metrics.js';
import { ResultMetrics } from './result-metrics.js';
import { type MonitoredAgents, type MonitoredFeatures, SourceMetrics } from './source-metrics.js';
import { TickToOrder } from './tick-to-order.js';

/**
 * Measures a pipeline from the frames that it gives: market data, orders, results, agents, risk, faults, its own pace.
 *
 * ```
 * frames   --f--f--f--
 *          run(core, { probe: monitor.probe })    adds to plain numbers
 * frames   --f--f--f--                            the same
 * scrape   -----------s--                         monitor.page() writes them down
 * ```
 *
 * Nothing of it enters the log: a replay, a mirror and a desk without it make the same frames. What a frame does not have
 * (no `breakdown`, no `scoring`) is a metric that stays empty.
 *
 * @example
 * const core = compose({ instruments }, books(), ledger({ reportingCurrency: 'USD' }), breakdown());
 * const watch = monitor({ instruments, parts: core.parts, capital: 100_000 });
 * const desk = run(core, { clock: liveClock(), drivers: [venue, watch.driver], probe: watch.probe });
 * watch.watch(desk);
 * desk.subscribe();
 * await serveEndpoints({ port: 9_464, metrics: watch.page, health, readiness });
 */
export class Monitor {
  /** Every number, for whoever wants to add some or to read them. */
  readonly metrics: Metrics;
  /** Notes when orders leave for their venues; puts nothing into the pipeline. */
  readonly driver: Driver;
  /** For `run`: takes its frames, how long stages take, and when events were accepted. */
  readonly probe: StageProbe;
  /** What `/metrics` serves. */
  readonly page: () => Promise<MetricsPage>;
  readonly #market: MarketMetrics;
  readonly #notes: OrderNotes;
  readonly #results: ResultMetrics;
  readonly #desk: DeskMetrics;
  readonly #models: ModelMetrics;
  readonly #sources: SourceMetrics;
  readonly #inference: InferenceMetrics;
  readonly #leading: Series;
  readonly #tickToOrder: TickToOrder;
  readonly #close: () => void;
  #seq = -1;
  #sub = 0;
  /** Where a frame could not be read, and why: from then on nothing is measured, and no page is served that would lie. */
  #failure: { readonly place: string; readonly reason: string } | undefined;

  constructor(options: MonitorOptions) {
    const settings = monitorSettings(options);
    this.metrics = new Metrics({
      ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
      ...(options.maximumSeries === undefined ? {} : { maximumSeries: options.maximumSeries }),
    });
    const { metrics } = this;
    this.#market = new MarketMetrics(metrics, settings.table);
    const orders = new OrderMetrics(metrics, settings.table);
    this.#results = new ResultMetrics(metrics, settings.table, settings.capital);
    this.#desk = new DeskMetrics(metrics);
    this.#models = new ModelMetrics(metrics);
    this.#inference = new InferenceMetrics(metrics, settings.now);
    this.#sources = new SourceMetrics(metrics);
    this.#leading = metrics
      .gauge({ name: 'leading', help: '1 while this process leads its log, 0 while it follows as a mirror.' })
      .bind();
    this.#tickToOrder = new TickToOrder(
      metrics
        .histogram({
          name: 'tick_to_order_seconds',
          help: 'From the acceptance of an event to its order on the way to the venue, waits for acknowledgements included.',
          bounds: PROCESSING,
        })
        .bind(),
      settings,
    );
    this.#notes = new OrderNotes({
      submitted: (order, ts, accepted) => {
        this.#tickToOrder.submitted(order.clientOrderId, accepted);
        orders.submitted(order, ts);
      },
      reported: (report, ts, notional) => orders.reported(report, ts, notional),
      denied: (denial) => {
        orders.denied(denial.proposal);
        this.#desk.denied(denial);
      },
      left: (id, now) => this.#tickToOrder.left(id, now),
      failed: (place, error) => this.#failed(place, error),
    });
    metrics.beforeReading(() => this.#notes.settle());
    this.probe = this.#probe(settings);
    this.driver = this.#driver(settings);
    const page = prometheusPage(metrics);
    this.page = async () => {
      this.#notes.settle();
      const failure = this.#failure;
      if (failure !== undefined) throw new Error(`monitoring stopped at ${failure.place}: ${failure.reason}`);
      return page();
    };
    this.#close = settings.process ? processMetrics(metrics) : () => undefined;
  }

  /** Takes each frame that goes by: for frames that come from elsewhere than from a `run` with the {@link probe}. */
  tap<F extends MonitoredFrame>(): MonoTypeOperatorFunction<F> {
    return observedBy((frame) => this.observe(frame));
  }

  /**
   * Takes a frame; of one of an order its event is kept until it is counted, some 50 ms later or when a metric is read. A frame at or before the place of the last one is passed over: a member of a pair that cuts its
   * log and begins anew gives frames again that are counted already.
   */
  observe(frame: MonitoredFrame): void {
    const { seq, sub } = frame;
    if (seq <= this.#seq && (seq < this.#seq || sub <= this.#sub)) return;
    this.#seq = seq;
    this.#sub = sub;
    const { kind } = frame.event;
    // Short enough for V8 to make it a part of its caller: what most frames need, and no more.
    if (kind === 'quote' || kind === 'book' || kind === 'trade' || kind === 'bookOrder' || kind === 'bar')
      this.#market.data(frame.instrument, frame.ts);
    else this.#eventful(frame);
    const { profit, exposure, tradingStatus, breakdown, signals, decisions } = frame;
    if (profit !== undefined) this.#results.profit(profit);
    if (exposure !== undefined) this.#results.exposure(exposure);
    if (tradingStatus !== undefined) this.#desk.status(tradingStatus);
    if (breakdown !== undefined) this.#results.breakdown(breakdown);
    if (signals !== undefined && signals.length > 0) this.#desk.signals(signals);
    if (decisions !== undefined && decisions.length > 0) this.#desk.decisions(decisions);
    if (frame.scoring !== undefined || frame.drifts !== undefined || frame.changePoints !== undefined)
      this.#modelled(frame);
  }

  /** What is no market data. */
  #eventful(frame: MonitoredFrame): void {
    const { event, ts } = frame;
    switch (event.kind) {
      case 'report':
        this.#notes.reported(event, ts, frame.fillNotional ?? frame.tradedNotional ?? Number.NaN);
        break;
      case 'submitted':
        this.#notes.submitted(event.order, ts, this.#tickToOrder.acceptedAt(frame.seq));
        break;
      case 'denied':
        this.#notes.denied(event);
        break;
      case 'sync':
        this.#market.sync(event);
        break;
      case 'link':
        this.#market.link(event);
        break;
      case 'fault':
        this.#desk.fault(event);
        break;
      case 'truth':
        this.#desk.truth(event.venue);
        break;
      case 'epoch':
        this.#desk.epoch(event);
        break;
      default:
    }
  }

  /** What models were found to be worth. */
  #modelled({ ts, scores, scoring, drifts, changePoints }: MonitoredFrame): void {
    if (scoring !== undefined) {
      if (scores !== undefined && scores.length > 0) this.#models.scores(scores);
      this.#models.look(scoring, ts);
    }
    if (drifts !== undefined && drifts.length > 0) this.#models.drifts(drifts);
    if (changePoints !== undefined && changePoints.length > 0) this.#models.changePoints(changePoints);
  }

  /** A desk must not suffer from what watches it. */
  #passed(frame: MonitoredFrame): void {
    if (this.#failure !== undefined) return;
    try {
      this.observe(frame);
    } catch (error) {
      this.#failed(`${frame.seq}.${frame.sub}`, error);
    }
  }

  #failed(place: string, error: unknown): void {
    this.#failure ??= { place, reason: error instanceof Error ? error.message : String(error) };
  }

  /** Reads the inbox of a run and whether it halted, at each scrape. */
  watch(run: Pick<PipelineRun<never>, 'inbox' | 'halted' | 'position'>): void {
    const { metrics } = this;
    const level = (name: string, help: string, value: () => number): void => {
      const family = metrics.gauge({ name, help });
      const series = family.bind();
      family.collect = () => {
        series.value = value();
      };
    };
    level('inbox_waiting', 'Events that wait to pass.', () => run.inbox.waiting);
    level('pipeline_halted', '1 once something broke and no new order leaves.', () =>
      Number(run.halted !== undefined),
    );
    level('log_seq', 'Last place of the log.', () => run.position.seq);
    const counted = (
      name: string,
      help: string,
      value: () => number,
      labels: Record<string, string>,
    ): void => {
      const family = metrics.counter({ name, help, labels: Object.keys(labels) });
      const series = family.bind(...Object.values(labels));
      family.collect = () => {
        series.value = value();
      };
    };
    counted(
      'merged_events_total',
      'Events of market data that waited and were merged with a newer one.',
      () => run.inbox.merged,
      {},
    );
    counted('dropped_items_total', 'Items that a full queue refused.', () => run.inbox.refused, {
      queue: 'inbox',
      reason: 'full',
    });
  }

  /**
   * Reads how reads of a feature store end, and how many rows it keeps, at each scrape. The label is the name of its view.
   *
   * @example
   * const online = onlineFeatures(view);
   * watch.watchFeatures(online);
   */
  watchFeatures(store: MonitoredFeatures): void {
    this.#sources.features(store);
  }

  /**
   * Reads how agents beside the pipeline are (`asynchronousAgents`, `remoteAgents`), at each scrape.
   *
   * @example
   * const minds = asynchronousAgents([slow]);
   * watch.watchAgents(minds);
   */
  watchAgents(agents: MonitoredAgents): void {
    this.#sources.agents(agents);
  }

  /**
   * Measures how long a model takes: gives the same function with a clock around it, whether it answers at once or by a promise. It
   * belongs where agents beside the pipeline ask their models, not into the core, which has no clock.
   *
   * ```
   * asked      --a-----b--
   * watch.watchInference('next-minute', predict)
   * answered   ----a'----b'    the same; the time between in millrace_model_inference_seconds{model="next-minute"}
   * ```
   *
   * @throws what the model throws, which is counted in `millrace_model_inference_failures_total`
   *
   * @example
   * const model = await openModel({ path: 'next-minute.onnx', view, trainedOn });
   * const predict = watch.watchInference(model.name, (row: Float64Array) => model.predict(row));
   */
  watchInference<Inputs extends readonly unknown[], Output>(
    model: string,
    predict: (...inputs: Inputs) => Output,
  ): (...inputs: Inputs) => Output {
    return this.#inference.around(model, predict);
  }

  /** Lets go of what watches the process. */
  close(): void {
    this.#notes.close();
    this.#close();
  }

  #probe({ parts, probeEvery, now }: MonitorSettings): StageProbe {
    const stages = this.metrics.histogram({
      name: 'stage_latency_seconds',
      help: `How long a stage took with a frame, measured on every so many of them.`,
      labels: ['stage'],
      bounds: PROCESSING,
    });
    const series: readonly HistogramSeries[] = parts.map((name) => stages.bind(name));
    return {
      every: probeEvery,
      now,
      accepted: (seq, ts) => this.#tickToOrder.accepted(seq, ts),
      passed: (frame) => this.#passed(frame),
      took: (part, milliseconds) => series[part]?.observe(milliseconds / 1_000),
    };
  }

  #driver({ now }: MonitorSettings): Driver {
    return {
      name: 'monitor',
      connect: ({ commands$, leading$ }: DriverContext) =>
        new Observable((output) => {
          const listening = commands$.subscribe((command) => {
            if (command.kind === 'submit') this.#notes.left(command.order.clientOrderId, now());
          });
          listening.add(
            leading$.subscribe((leading) => {
              this.#leading.value = Number(leading);
            }),
          );
          listening.add(NEVER.subscribe(output));
          return listening;
        }),
    };
  }
}

/**
 * Makes a {@link Monitor}. @throws ConfigurationError naming the setting, the value and what would be right
 *
 * @example
 * const desk = monitor({ instruments: [btc], capital: 100_000 });
 */
export const monitor = (options: MonitorOptions): Monitor => new Monitor(options);
