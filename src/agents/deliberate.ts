import { type AgentTerms, type AsynchronousAgent, checkTerms, TERMS } from '../core/asynchronous-agent.js';
import type { Frame } from '../core/frame.js';
import { knownKeys, refuse } from '../domain/check.js';
import { type LatencyModel, latencyModel } from '../domain/latency-model.js';
import type { Decide, Mind } from './decide.js';
import { type LaneOptions, type LaneSettings, laneSettings } from './lane-options.js';

/** What a deliberate agent is. */
export interface DeliberateSettings<F extends Frame> extends AgentTerms<F> {
  /** The function itself, or what starts one for each replica, such as a worker thread ({@link inWorker}). */
  readonly decide: Decide | Mind;
  /** How it is asked. */
  readonly lane?: LaneOptions;
  /** How long it thinks, in milliseconds of event time, where time is simulated: in a backtest. @default 100 */
  readonly latency?: LatencyModel;
}

/** A validated deliberate agent: for the stage `agents`, and for the driver that asks it. */
export interface DeliberateAgent<F extends Frame> extends AsynchronousAgent<F> {
  readonly kind: 'deliberate';
  readonly mind: Mind;
  readonly lane: LaneSettings;
  readonly latency: LatencyModel;
}

/**
 * Defines an agent that thinks outside the core, in this process or in a worker thread of it: a model, a service, an LLM.
 *
 * ```
 * frames      f-f-f-f-f-f-
 * shown       1---3---5---      each 4 ms: `every`
 * decide      ---a----#--b      one promise for each snapshot
 *             deliberate({ name: 'model', every: 4, observe, decide })
 * decisions   ---a-------b      based on 1 and on 5
 * ```
 *
 * The same object stands in the stage `agents`, which decides what it is shown and which of its words are taken, and in
 * {@link asynchronousAgents}, which asks it.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const analyst = deliberate({
 *   name: 'analyst',
 *   every: '10s',
 *   observe: ({ mid, features }: Frame & MarketFields & FeatureFields<'rsi'>) => ({ mid, rsi: features.rsi }),
 *   decide: async ({ snapshot }, signal) => ask(snapshot, signal),
 * });
 * const core = compose(settings, books(), features({ rsi }), agents([analyst]), confidenceWeighted());
 * run(core, { clock: liveClock(), drivers: [asynchronousAgents([analyst])] });
 */
export function deliberate<F extends Frame>(settings: DeliberateSettings<F>): DeliberateAgent<F> {
  const { decide, lane, latency, ...terms } = settings;
  const checked = checkTerms('deliberate', terms);
  const at = `deliberate agent ${checked.name}`;
  knownKeys(at, settings, [...TERMS, 'decide', 'lane', 'latency']);
  const mind = typeof decide === 'function' ? { open: () => ({ decide, close: () => undefined }) } : decide;
  if (typeof mind?.open !== 'function') refuse(`${at}.decide`, 'a function of what is shown', decide);
  return {
    ...checked,
    kind: 'deliberate',
    mind,
    lane: laneSettings(`${at}.lane`, lane),
    latency: latencyModel(`${at}.latency`, latency ?? 100),
  };
}
