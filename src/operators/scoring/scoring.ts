import type { StageContext } from '../../core/context.js';
import { filledInPass } from '../../core/filled-in-pass.js';
import { type Frame, NONE } from '../../core/frame.js';
import { liveView } from '../../core/live-view.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { integerAtLeast, knownKeys, refuse } from '../../domain/check.js';
import { type Decision, keyOf, type TargetOf } from '../../domain/decision.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import type { AgentFields } from '../agents/agents.js';
import type { MarketFields } from '../books/books.js';
import type { Gate } from '../ensemble/gates.js';
import { priceOf } from '../ensemble/paper-returns.js';
import { type Figures, type Outcome, ScoreWindow } from './score-window.js';

/** A prediction at its horizon. */
export interface Score extends Outcome {
  readonly agent: string;
  readonly of: TargetOf;
  /** Milliseconds. */
  readonly horizon: number;
  /** The `seq` that the decision was based on. */
  readonly basedOn: number;
}

/** How agents have been: live, for one pass. */
export interface ScoringView {
  /** Over the newest predictions of an agent at a horizon (the first one, unless named). Walks the window. */
  figures(agent: string, horizon?: Duration): Figures;
  /** How its information decays: the coefficient at each horizon, shortest first. */
  decay(agent: string): readonly { readonly horizon: number; readonly informationCoefficient: number }[];
  /** Exposure that it has changed so far, summed over all that it speaks about. */
  turnover(agent: string): number;
  /** What it counts for: 0 while it is benched, else what `weight` makes of its figures, 1 until there are enough. */
  trust(agent: string): number;
  benched(agent: string): boolean;
  /** Everybody who was ever scored, by name. */
  agents(): readonly string[];
}

/** What `scoring` adds to a frame. */
export interface ScoringFields {
  /** Predictions whose horizon has come. */
  scores: readonly Score[];
  scoring: ScoringView;
}

/** How agents are scored. */
export interface ScoringOptions {
  /** How long after a decision it is held against the price; agents are judged by the first. @default ["1m", "5m"] */
  readonly horizons?: readonly Duration[];
  /** Newest predictions that count, of each agent and horizon. @default 256 */
  readonly window?: number;
  /** Predictions that an agent must have made before it is judged, and again before it comes back. @default 32 */
  readonly minimum?: number;
  /** Whether these figures bench an agent. @default worse than chance by hits and by correlation */
  readonly benchWhen?: (figures: Figures) => boolean;
  /** What figures make an agent count for. @default 1 */
  readonly weight?: (figures: Figures) => number;
}

interface Pending {
  readonly decision: Decision;
  readonly price: number;
  readonly due: number;
}

interface Opinion {
  decision: Decision;
  /** By place of the horizon; `undefined`: none runs. */
  readonly pending: (Pending | undefined)[];
}

interface Standing {
  readonly windows: ScoreWindow[];
  /** Since it was benched, or came back: what it is judged by. */
  judged: ScoreWindow;
  benched: boolean;
  trust: number;
  turnover: number;
  /** By what it speaks about. */
  readonly opinions: Map<string, Opinion>;
}

interface State {
  readonly records: Map<string, Standing>;
  firstDue: number;
  readonly view: ScoringView;
}

const worseThanChance = ({ hitRate, informationCoefficient }: Figures): boolean =>
  hitRate < 0.5 && informationCoefficient < 0;

/**
 * Holds what agents said against what came, as a stream; who is worse than the rule allows is benched, and comes back by the same rule.
 *
 * ```
 * quotes     q---q---q---q---      100, 101, 103, 102
 * decisions  u---------------      up, and it stands
 *            scoring({ horizons: [4] })
 * scores     ----a---b---c---      +1%, +2%, -1%
 * ```
 *
 * It stands behind `agents`. One prediction of an agent runs at a time for each thing and horizon, so that scores do not overlap; when it is over,
 * the next begins from the decision that stands by then. The probability that an answer tells is (1 + sign × confidence) / 2. A
 * benched agent goes on being scored; it comes back when its newest `minimum` predictions pass the rule.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * compose(settings, books(), agents(team), scoring(), ensemble({ gates: [byScore()] }))
 */
export function scoring(
  options: ScoringOptions = {},
): StageOperator<Frame & AgentFields & MarketFields, ScoringFields> {
  knownKeys('scoring', options, ['horizons', 'window', 'minimum', 'benchWhen', 'weight']);
  const horizons = (options.horizons ?? ['1m', '5m']).map((horizon) =>
    milliseconds('scoring.horizons', horizon),
  );
  if (horizons.length === 0) refuse('scoring.horizons', 'at least one duration', options.horizons);
  const window = integerAtLeast('scoring.window', options.window ?? 256, 2);
  const minimum = integerAtLeast('scoring.minimum', options.minimum ?? 32, 2);
  if (minimum > window) refuse('scoring.minimum', `at most the window (${window})`, minimum);
  const { benchWhen = worseThanChance, weight = () => 1 } = options;

  const fresh = (): Standing => ({
    windows: horizons.map(() => new ScoreWindow(window)),
    judged: new ScoreWindow(minimum),
    benched: false,
    trust: 1,
    turnover: 0,
    opinions: new Map(),
  });
  const place = (horizon: Duration | undefined): number => {
    const at = horizon === undefined ? 0 : horizons.indexOf(milliseconds('scoring.figures.horizon', horizon));
    if (at < 0) refuse('scoring.figures.horizon', `one of ${horizons.join(', ')} ms`, horizon);
    return at;
  };
  const view = (records: State['records']): ScoringView => ({
    figures: (agent, horizon) =>
      (records.get(agent) ?? fresh()).windows[place(horizon)]?.figures() as Figures,
    decay: (agent) =>
      horizons
        .map((horizon, at) => ({
          horizon,
          informationCoefficient:
            records.get(agent)?.windows[at]?.figures().informationCoefficient ?? Number.NaN,
        }))
        .sort((a, b) => a.horizon - b.horizon),
    turnover: (agent) => records.get(agent)?.turnover ?? 0,
    trust: (agent) => records.get(agent)?.trust ?? 1,
    benched: (agent) => records.get(agent)?.benched ?? false,
    agents: () => [...records.keys()].sort(),
  });

  const viewed = (records: State['records'], firstDue: number): State => ({
    records,
    firstDue,
    view: view(records),
  });

  return stage<Frame & AgentFields & MarketFields, ScoringFields, State>({
    name: 'scoring',
    fingerprint: JSON.stringify({ horizons, window, minimum }),
    adds: { scores: NONE, scoring: filledInPass<ScoringView>() },
    init: () => viewed(new Map(), Number.POSITIVE_INFINITY),
    step: (state, frame, context) => {
      const { ts, decisions } = frame;
      for (const made of decisions) {
        let record = state.records.get(made.agent);
        if (record === undefined) {
          record = fresh();
          state.records.set(made.agent, record);
        }
        hear(record, made);
      }
      if (decisions.length > 0 || (ts >= state.firstDue && frame.synced)) settle(state, frame, context);
      frame.scoring = liveView(context, 'frame.scoring', state.view);
    },
    save: ({ records, firstDue }) =>
      asPlain({
        firstDue,
        records: [...records].map(([agent, { windows, judged, opinions, ...rest }]) => ({
          agent,
          ...rest,
          windows: windows.map((one) => one.save()),
          judged: judged.save(),
          opinions: [...opinions.values()].map(({ decision, pending }) => ({
            decision,
            pending: pending.map((one) => one ?? null),
          })),
        })),
      }),
    restore: (plain) => {
      const { records, firstDue } = restored(plain, window, minimum);
      return viewed(records, firstDue);
    },
  });

  function hear(record: Standing, made: Decision): void {
    const key = keyOf(made.of);
    const opinion = record.opinions.get(key);
    record.turnover += Math.abs(made.exposure - (opinion?.decision.exposure ?? 0));
    if (opinion === undefined)
      record.opinions.set(key, { decision: made, pending: horizons.map(() => undefined) });
    else opinion.decision = made;
  }

  function settle(state: State, frame: Frame & MarketFields & ScoringFields, context: StageContext): void {
    const { ts, markets } = frame;
    let first = Number.POSITIVE_INFINITY;
    for (const [agent, record] of state.records) {
      for (const { decision, pending } of record.opinions.values()) {
        let price = Number.NaN;
        for (let at = 0; at < horizons.length; at++) {
          const horizon = horizons[at] as number;
          const running = pending[at];
          if (running === undefined || ts >= running.due) {
            if (Number.isNaN(price)) price = priceOf(decision.of, markets, context);
            // Without a price it waits for one, and so does its score.
            if (!(price > 0)) {
              if (running !== undefined || decision.validUntil > ts) first = ts;
              continue;
            }
            if (running !== undefined) score(agent, record, running, price, at, frame, context);
            const speaks = decision.confidence > 0 && decision.exposure !== 0 && decision.validUntil > ts;
            pending[at] = speaks ? { decision, price, due: ts + horizon } : undefined;
          }
          const next = pending[at];
          if (next !== undefined) first = Math.min(first, next.due);
        }
      }
    }
    state.firstDue = first;
  }

  function score(
    agent: string,
    record: Standing,
    { decision, price: before }: Pending,
    price: number,
    at: number,
    frame: Frame & ScoringFields,
    context: StageContext,
  ): void {
    const { exposure, confidence, of, basedOn } = decision;
    const outcome = price / before - 1;
    const one: Score = {
      agent,
      of,
      horizon: horizons[at] as number,
      basedOn,
      forecast: exposure * confidence,
      probability: (1 + Math.sign(exposure) * confidence) / 2,
      outcome,
      profit: exposure * outcome,
    };
    record.windows[at]?.push(one);
    if (frame.scores === NONE) frame.scores = [one];
    else (frame.scores as Score[]).push(one);
    if (at === 0) judge(agent, record, one, context);
  }

  function judge(agent: string, record: Standing, one: Outcome, context: StageContext): void {
    record.judged.push(one);
    const figures = record.judged.count < minimum ? undefined : record.judged.figures();
    if (figures !== undefined) {
      const bad = benchWhen(figures);
      if (bad !== record.benched) {
        record.benched = bad;
        // From here on it is judged by what it says from here on.
        record.judged.clear();
        const { hitRate, informationCoefficient } = figures;
        const said = `hit rate ${hitRate.toFixed(3)}, information coefficient ${informationCoefficient.toFixed(3)} over ${figures.count} predictions`;
        context.fault(`agent:${agent}`, bad ? 'benched' : 'unbenched', said);
      }
    }
    if (record.benched) record.trust = 0;
    else if (figures !== undefined) {
      const trust = weight(record.windows[0]?.figures() as Figures);
      record.trust = trust > 0 && trust < Number.POSITIVE_INFINITY ? trust : 0;
    } else if (record.trust === 0) record.trust = 1;
  }
}

function restored(plain: Plain, window: number, minimum: number): Omit<State, 'view'> {
  const { firstDue, records } = fromPlain<{
    readonly firstDue: number;
    readonly records: readonly {
      readonly agent: string;
      readonly windows: readonly Plain[];
      readonly judged: Plain;
      readonly benched: boolean;
      readonly trust: number;
      readonly turnover: number;
      readonly opinions: readonly {
        readonly decision: Decision;
        readonly pending: readonly (Pending | null)[];
      }[];
    }[];
  }>(plain);
  return {
    firstDue,
    records: new Map(
      records.map(({ agent, windows, judged, opinions, benched, trust, turnover }) => [
        agent,
        {
          benched,
          trust,
          turnover,
          windows: windows.map((one) => ScoreWindow.restore(window, one)),
          judged: ScoreWindow.restore(minimum, judged),
          opinions: new Map(
            opinions.map(({ decision, pending }) => [
              keyOf(decision.of),
              { decision, pending: pending.map((one) => one ?? undefined) },
            ]),
          ),
        },
      ]),
    ),
  };
}

/**
 * A gate of the ensemble by which agents count as they have scored; benched ones not at all.
 *
 * @example
 * ensemble({ gates: [byScore()] });
 */
export const byScore = (): Gate<Frame & ScoringFields> => ({
  name: 'score',
  allow: ({ scoring: view }, agent) => view.trust(agent),
});
