import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import {
  type AgentFields,
  agent,
  agents,
  books,
  ema,
  type Feature,
  type FeatureFields,
  features,
  type MarketFields,
  meanReversion,
  realisedVolatility,
  type SignalFields,
  signal,
  signals,
  zScore,
} from '../../src/operators/index.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { collect } from '../core/support.js';
import { market } from './full-desk.js';

const source = market(7, 8_000);
const every = '100ms';

type Seen = Frame &
  MarketFields &
  FeatureFields<'fast' | 'stretch' | 'volatility' | 'shaky'> &
  SignalFields &
  AgentFields;

/** What one unit of each kind does when it is its turn: throw, or say nothing. */
interface Conduct {
  readonly feature: (count: number) => number;
  readonly signal: (count: number) => undefined;
  readonly agent: (count: number) => undefined;
}

const shaky = (update: (count: number) => number): Feature<{ count: number }> => ({
  warmUp: 0,
  fingerprint: 'shaky',
  init: () => ({ count: 0 }),
  update: (state) => update(++state.count),
  save: ({ count }) => ({ count }),
  restore: (saved) => ({ ...(saved as { count: number }) }),
});

function desk(conduct: Conduct): Core<Seen> {
  let signalCalls = 0;
  let agentCalls = 0;
  return compose(
    { instruments: source.instruments },
    books(),
    features({
      fast: ema({ period: 4, every }),
      shaky: shaky(conduct.feature),
      stretch: zScore({ window: 10, every }),
      volatility: realisedVolatility({ window: 6, every }),
    }),
    signals<Frame & MarketFields & FeatureFields<'fast'>>([
      signal({ name: 'shaky', horizon: '1s', evaluate: () => conduct.signal(++signalCalls) }),
      signal({
        name: 'steady',
        horizon: '1s',
        evaluate: ({ mid, features: { fast } }) =>
          mid > fast ? { direction: 1, strength: 0.5, confidence: 0.5 } : undefined,
      }),
    ]),
    agents<Frame & MarketFields & FeatureFields<'stretch' | 'volatility'>>([
      agent({ name: 'shaky', decide: () => conduct.agent(++agentCalls) }),
      meanReversion({ asset: 'BTC', enter: 1.2 }),
      agent({
        name: 'steady',
        lifetime: '500ms',
        memory: () => ({ asked: 0 }),
        decide: (_frame, memory: { asked: number }) =>
          ++memory.asked % 20 === 0
            ? { of: { asset: 'BTC' }, exposure: (memory.asked % 3) / 3, confidence: 0.5 }
            : undefined,
      }),
    ]),
  );
}

const silent: Conduct = { feature: () => Number.NaN, signal: () => undefined, agent: () => undefined };
const boom = (count: number): undefined => {
  if (count % 7 === 0) throw new Error('boom');
  return undefined;
};

const outputs = (frames: readonly Seen[]): unknown[] =>
  frames
    .filter(({ sub, event }) => sub === 0 || event.kind !== 'fault')
    .map(({ seq, ts, features: { fast, stretch, volatility }, signals, decisions }) => ({
      place: [seq, ts],
      features: [fast, stretch, volatility],
      signals,
      decisions,
    }));

const faultsOf = (
  frames: readonly Seen[],
  component: string,
): { readonly ts: number; readonly message: string }[] =>
  frames.flatMap(({ ts, event }) =>
    event.kind === 'fault' && event.component === component ? [{ ts, message: event.message }] : [],
  );

describe('a unit that throws', () => {
  test.each([
    ['feature:shaky', { ...silent, feature: (count: number) => boom(count) ?? Number.NaN }],
    ['signal:shaky', { ...silent, signal: boom }],
    ['agent:shaky', { ...silent, agent: boom }],
  ] as const)(
    'such as %s is reported, left alone, and tried again; nothing else changes by one bit',
    async (component, conduct) => {
      const frames = await collect(backtest(desk(conduct), source));
      const quiet = await collect(backtest(desk(silent), source));
      expect(outputs(frames)).toEqual(outputs(quiet));
      const faults = faultsOf(frames, component);
      expect(faults.length).toBeGreaterThan(1);
      expect(faults[0]?.message).toBe('boom; left alone for 1 s');
      expect(quiet.some(({ decisions }) => decisions.some(({ agent: name }) => name === 'steady'))).toBe(
        true,
      );
      expect(quiet.some(({ signals: spoken }) => spoken.length > 0)).toBe(true);
      expect(quiet.filter(({ features: { stretch } }) => !Number.isNaN(stretch)).length).toBeGreaterThan(50);
    },
  );

  test('is left alone twice as long each time it fails again at once, up to five minutes', async () => {
    const always: Conduct = {
      ...silent,
      agent: () => {
        throw new Error('always');
      },
    };
    const frames = await collect(backtest(desk(always), source));
    const faults = faultsOf(frames, 'agent:shaky');
    expect(faults.map(({ message }) => message)).toEqual([
      'always; left alone for 1 s',
      'always; left alone for 2 s',
      'always; left alone for 4 s',
      'always; left alone for 8 s',
    ]);
    const [first, second, third] = faults.map(({ ts }) => ts) as [number, number, number];
    expect(second - first).toBeGreaterThanOrEqual(1_000);
    expect(second - first).toBeLessThan(1_200);
    expect(third - second).toBeGreaterThanOrEqual(2_000);
    expect(third - second).toBeLessThan(2_200);
  });

  test('is heard again when it is well', async () => {
    const frames = await collect(
      backtest(
        desk({
          ...silent,
          feature: (count) => {
            if (count === 5) throw new Error('once');
            return count;
          },
        }),
        source,
      ),
    );
    const values = frames
      .filter(({ instrument, event }) => instrument === 0 && event.kind === 'quote')
      .map(({ features: { shaky: value } }) => value);
    const gone = values.findIndex((value) => Number.isNaN(value));
    const back = values.findIndex((value, index) => index > gone && !Number.isNaN(value));
    expect(gone).toBeGreaterThanOrEqual(0);
    expect(back).toBeGreaterThan(gone);
  });
});
