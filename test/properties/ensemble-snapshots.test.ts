import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../src/core/snapshot.js';
import type { Instrument } from '../../src/domain/instrument.js';
import * as operators from '../../src/operators/index.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  byScore,
  crossVenueArbitrage,
  dispatch,
  drift,
  type FeatureFields,
  type Figures,
  features,
  type Joining,
  ledger,
  type MarketFields,
  marketMaking,
  meanReversion,
  multiHorizonTrend,
  onlineLearner,
  realisedVolatility,
  regimeGate,
  risk,
  scoring,
  sizing,
  tradeFlow,
  zScore,
} from '../../src/operators/index.js';
import { market, venues } from './full-desk.js';
import { LONG, manyRuns } from './many-runs.js';
import { playRecorded } from './play.js';

const every = '50ms';
const horizons = ['100ms', '300ms'] as const;
type Fields = Frame & MarketFields & FeatureFields<'stretch' | 'volatility' | 'flow'>;

/** Changes its mind often, so that there is something to join, to score and to net. */
const restless = (name: string, period: number, confidence: number) =>
  agent<Frame, { asked: number }>({
    name,
    lifetime: '600ms',
    memory: () => ({ asked: 0 }),
    decide: (_frame, memory) => {
      memory.asked++;
      if (memory.asked % period !== 0) return undefined;
      return { of: { asset: 'BTC' }, exposure: ((memory.asked * 7) % 21) / 10 - 1, confidence };
    },
  });

/** Every agent of ours that learns, every operator of the ensemble, scores, drifts, and orders with reports under way. */
function team(
  instruments: readonly Instrument[],
  stage: () =>
    | ReturnType<typeof operators.ensemble<Fields>>
    | ReturnType<typeof operators.confidenceWeighted>,
): Core<Frame> {
  const [binance, , cme] = instruments as readonly [Instrument, Instrument, Instrument];
  const free = (one: Instrument): Instrument => ({ ...one, fees: { maker: 0, taker: 0 } });
  const core = compose(
    { name: 'team', instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    features({
      stretch: zScore({ window: 8, every }),
      volatility: realisedVolatility({ window: 6, every }),
      flow: tradeFlow({ halfLife: '300ms' }),
    }),
    agents([
      multiHorizonTrend({ asset: 'BTC', horizons: ['40ms', '120ms'], every: '20ms', lifetime: '800ms' }),
      meanReversion({ asset: 'BTC', enter: 0.8, lifetime: '700ms' }),
      onlineLearner({
        asset: 'BTC',
        features: ['flow', 'stretch'],
        horizon: '60ms',
        every: '20ms',
        warmUp: 3,
      }),
      crossVenueArbitrage({ legs: [free(cme), free(binance)], halfLife: '200ms', minimumEdge: 0 }),
      restless('restless', 23, 0.4),
      restless('nervous', 17, 0.8),
      restless('guard', 97, 1),
    ]),
    scoring({
      horizons,
      window: 12,
      minimum: 3,
      benchWhen: ({ hitRate }: Figures) => hitRate < 0.4,
      weight: ({ hitRate }: Figures) => hitRate,
    }),
    drift<Fields & operators.ScoringFields>({
      series: {
        flow: ({ features: { flow } }) => flow,
        outcome: ({ scores }) => scores[0]?.outcome,
      },
      reference: 20,
      window: 20,
      every: 5,
    }),
    stage() as ReturnType<typeof operators.ensemble<Fields>>,
    sizing({ budget: 200_000, minimumTrade: 0.02, retryAfter: '50ms', recheckEvery: '200ms' }),
    bestNetPrice(),
    risk([]),
    dispatch({ desk: 'team' }),
  );
  return core as unknown as Core<Frame>;
}

const joined = (joining: Joining) => () =>
  operators.ensemble<Fields>({
    joining,
    every: '60ms',
    paperCost: 0.0001,
    hysteresis: 0.02,
    gates: [
      byScore() as never,
      regimeGate<Fields>({
        regime: ({ features: { stretch } }) =>
          Number.isNaN(stretch) ? undefined : stretch > 0 ? 'up' : 'down',
        agents: { nervous: ['up'] },
      }),
    ],
    veto: ['guard'],
    budgets: { restless: 0.3 },
    edge: { expected: (_frame, _of, side) => side * 0.001 + 0.0005, cost: 0.0001 },
    turnover: { exposure: 0.5, per: '200ms' },
  });

const joinings: Readonly<Record<string, () => Joining>> = {
  equalWeights: () => operators.equalWeights(),
  confidenceWeights: () => operators.confidenceWeights(),
  majorityVote: () => operators.majorityVote(),
  quorumVote: () => operators.quorumVote({ atLeast: 2 }),
  inverseVariance: () => operators.inverseVariance({ warmUp: 2, halfLife: 5 }),
  riskParity: () => operators.riskParity({ warmUp: 2, halfLife: 5 }),
  exponentialWeights: () => operators.exponentialWeights(),
  thompsonSampling: () => operators.thompsonSampling({ seed: 3, draws: 8 }),
};

/** Whether this makes a joining, of whatever options it needs. */
const isJoining = (make: unknown): boolean =>
  typeof make === 'function' &&
  [undefined, { seed: 1 }, { atLeast: 1 }].some((options) => {
    try {
      return typeof (make as (given: unknown) => Partial<Joining>)(options).join === 'function';
    } catch {
      return false;
    }
  });

const quoting = (instruments: readonly Instrument[]): Core<Frame> =>
  compose(
    { name: 'quoting', instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    marketMaking({
      instrument: instruments[0] as Instrument,
      lots: 100,
      maximumInventory: 500,
      every: '20ms',
      halfLife: '100ms',
      tolerance: 0,
      horizon: '1s',
      aversion: 1e-6,
      decay: 0.1,
    }),
    risk([]),
    dispatch({ desk: 'mm' }),
  ) as unknown as Core<Frame>;

/** Cut anywhere with work under way, stored, restored and gone on: the frames and the end of the run that never stopped. */
async function cutAnywhere(make: (instruments: readonly Instrument[]) => Core<Frame>): Promise<number> {
  let acts = 0;
  await fc.assert(
    fc.asyncProperty(fc.nat(1_000), fc.integer({ min: 20, max: 150 }), fc.nat(), async (seed, apart, cut) => {
      const source = market(seed + 1, 800);
      const options = { grace: 500, barrierEvery: apart, drivers: venues(20, 15) };
      const whole = await playRecorded(make(source.instruments), source, options);
      for (const frame of whole.frames as readonly Partial<
        operators.CommandFields & operators.TargetFields
      >[])
        acts += (frame.commands?.length ?? 0) + (frame.targets?.length ?? 0);
      const cuts = whole.snapshots.slice(0, -1);
      fc.pre(cuts.length > 0);
      const restore = cuts[cut % cuts.length] as Snapshot;
      const rest = await playRecorded(make(source.instruments), source, {
        ...options,
        drivers: venues(20, 15),
        restore: decodeSnapshot(encodeSnapshot(restore)),
      });
      const from = 1 + whole.digests.findIndex((line) => line.startsWith(`${restore.seq}.0 `));
      expect(rest.digests).toEqual(whole.digests.slice(from));
      expect(rest.hash).toBe(whole.hash);
    }),
    { numRuns: manyRuns(1) },
  );
  return acts;
}

describe('cut anywhere and restored they go on to the bit', () => {
  test('no joining is missing here', () => {
    const exported = Object.entries(operators).filter(([, value]) => isJoining(value));
    expect(exported.map(([name]) => name).sort()).toEqual(Object.keys(joinings).sort());
  });

  test.each(Object.entries(joinings))(
    'scores, drifts, strategies and the ensemble with %s',
    { timeout: LONG },
    async (_name, make) => {
      expect(await cutAnywhere((instruments) => team(instruments, joined(make())))).toBeGreaterThan(0);
    },
  );

  test('the plain confidenceWeighted', { timeout: LONG }, async () => {
    const plain = () => operators.confidenceWeighted({ weights: { nervous: 2 } });
    expect(await cutAnywhere((instruments) => team(instruments, plain))).toBeGreaterThan(0);
  });

  test('market making, with quotes at the venue', { timeout: LONG }, async () => {
    expect(await cutAnywhere(quoting)).toBeGreaterThan(0);
  });
});
