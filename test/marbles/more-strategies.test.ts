import { describe, expect, test } from 'vitest';
import { type Decide, languageAgent } from '../../src/agents/index.js';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import type { Command } from '../../src/domain/command.js';
import type { Decision } from '../../src/domain/decision.js';
import type { Instrument } from '../../src/domain/instrument.js';
import {
  type Agent,
  agents,
  avellanedaStoikov,
  bestNetPrice,
  books,
  confidenceWeighted,
  crossVenueArbitrage,
  dispatch,
  type Feature,
  type FeatureFields,
  features,
  ledger,
  type MarketFields,
  type MarketMakingOptions,
  marketMaking,
  modelAgent,
  multiHorizonTrend,
  onlineLearner,
  risk,
  sizing,
} from '../../src/operators/index.js';
import { backtest, recordingOf } from '../../src/streams/index.js';
import {
  acceptOrder,
  bookSnapshot,
  commandsOf,
  decisionsOf,
  expectPipeline,
  fakeVenue,
  matching,
  perpetual,
  quote,
  rejectOrder,
  sync,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const at = (price: number, instrument = BTC) => quote(instrument, price);
/** A feature that a test draws by the bid's quantity. */
const drawn: Feature<null> = {
  warmUp: 1,
  fingerprint: 'drawn',
  init: () => null,
  update: (_state, { bidQuantity }) => bidQuantity,
  save: () => null,
  restore: () => null,
};
const showing = (price: number, value: number) =>
  quote(BTC, { bid: price - 0.01, ask: price + 0.01, bidQuantity: value });

/** The exposures that an agent wants over a recording. */
async function exposures(
  team: Agent<Frame & MarketFields & FeatureFields<'x'>>,
  prices: readonly (readonly [price: number, feature: number])[],
  every = 1_000,
): Promise<readonly number[]> {
  const core = compose({ instruments: [BTC] }, books(), features({ x: drawn }), agents([team]));
  const start = 1_700_000_000_000;
  const recording = recordingOf(
    prices.map(([price, value], step) => ({ ts: start + every * step, event: showing(price, value) })),
    [BTC],
  );
  const seen: number[] = [];
  await new Promise<void>((resolve, reject) => {
    backtest(core, recording).subscribe({
      next: ({ decisions }) => seen.push(...decisions.map(({ exposure }) => exposure)),
      error: reject,
      complete: resolve,
    });
  });
  return seen;
}
const noise = (step: number): number => (((step * 7_919) % 101) - 50) / 1_000;

describe('multiHorizonTrend', () => {
  const trend = (targetVolatility = 10) =>
    multiHorizonTrend({ asset: 'BTC', horizons: ['5s', '20s'], targetVolatility });
  const walk = (drift: number, count = 200) =>
    Array.from(
      { length: count },
      (_, step) => [Number((100 + drift * step + noise(step)).toFixed(2)), 1] as const,
    );

  test('is long in a rise, short in a fall, and silent before its longest half-life', async () => {
    const up = await exposures(trend(), walk(0.05));
    expect(up.length).toBeGreaterThan(100);
    expect(up.length).toBeLessThan(200 - 60 + 1);
    expect(Math.min(...up.slice(-50))).toBeGreaterThan(0.2);
    const down = await exposures(trend(), walk(-0.05));
    expect(Math.max(...down.slice(-50))).toBeLessThan(-0.2);
  });

  test('wants less of its budget the wilder the market is, and never more than all', async () => {
    const calm = await exposures(trend(10), walk(0.05));
    const wild = await exposures(trend(0.001), walk(0.05));
    expect(Math.abs(wild.at(-1) as number)).toBeLessThan(Math.abs(calm.at(-1) as number) / 2);
    for (const exposure of [...calm, ...wild]) expect(Math.abs(exposure)).toBeLessThanOrEqual(1);
  });

  test('a market that does not move says nothing', async () => {
    expect(
      await exposures(
        trend(),
        Array.from({ length: 100 }, () => [100, 1] as const),
      ),
    ).toEqual([]);
  });
});

describe('onlineLearner', () => {
  test.each([0, 1e8])(
    'learns that a feature tells the next move, and only from what has come; it lies at %s',
    async (offset) => {
      const learner = onlineLearner({
        asset: 'BTC',
        features: ['x'],
        horizon: '1s',
        every: '1s',
        warmUp: 50,
        rate: 0.2,
      });
      let price = 100;
      // The feature says whether the next price is higher.
      const steps = Array.from({ length: 400 }, (_, step) => {
        const up = (step * 7_919) % 101 > 50;
        const shown = [Number(price.toFixed(2)), offset + (up ? 2 : 1)] as const;
        price += up ? 0.05 : -0.05;
        return { shown, up };
      });
      const seen = await exposures(
        learner,
        steps.map(({ shown }) => shown),
      );
      const last = steps.slice(-100);
      const right = seen
        .slice(-100)
        .filter((exposure, index) => Math.sign(exposure) === ((last[index] as { up: boolean }).up ? 1 : -1));
      expect(right.length).toBeGreaterThan(95);
    },
  );

  test('one wild value teaches nothing, and spoils nothing', async () => {
    const learner = onlineLearner({ asset: 'BTC', features: ['x'], horizon: '1s', warmUp: 20, rate: 0.2 });
    const wild = [Number.POSITIVE_INFINITY, Number.NaN, 1e308, -1e200];
    const memory = learner.memory() as never;
    let told = 0;
    for (let step = 0; step < 400; step++) {
      const x = step < 200 && step % 50 === 49 ? (wild[(step / 50) | 0] as number) : step % 2;
      const frame = {
        ts: 1_000 * step,
        instrument: 0,
        mid: 100 + (step % 2),
        markets: { asset: () => 'BTC' },
        features: { x },
      };
      const answer = learner.decide(frame as never, memory) as { exposure: number } | undefined;
      if (step > 300 && Math.abs(answer?.exposure ?? 0) > 0.2) told += 1;
    }
    expect(told).toBeGreaterThan(80);
  });

  test('says nothing before it has learned, nor of what is unknown', async () => {
    const learner = onlineLearner({ asset: 'BTC', features: ['x'], horizon: '1s', warmUp: 50 });
    expect(
      await exposures(
        learner,
        Array.from({ length: 40 }, (_, step) => [100 + step / 100, 1] as const),
      ),
    ).toEqual([]);
  });
});

describe('modelAgent', () => {
  const model = (outputs: (row: ArrayLike<number>) => number) => ({
    inputs: 1,
    outputs: 1,
    predict: (row: ArrayLike<number>, into: Float64Array) => {
      into[0] = outputs(row);
    },
  });
  const chain = (
    outputs: (row: ArrayLike<number>) => number,
    output: 'probability' | 'score' = 'probability',
  ) =>
    decisionsOf(
      compose(
        { instruments: [BTC] },
        books(),
        features({ x: drawn }),
        agents([modelAgent({ asset: 'BTC', model: model(outputs), features: ['x'], output, every: 1 })]),
      ),
    );

  test('wants as much as the model is sure, flat near a half', () => {
    expectPipeline(chain((row) => (row[0] as number) / 10))
      .given('a-b-c-', { a: showing(100, 9), b: showing(100, 5), c: showing(100, 2) })
      .emits('a-b-c-', {
        a: matching({ agent: 'model', exposure: 0.8, confidence: 0.8 }),
        b: matching({ exposure: 0, confidence: 1 }),
        c: matching({ exposure: -0.6 }),
      });
  });

  test('a model that gives no number is left alone', () => {
    expectPipeline(chain(() => Number.NaN))
      .given('a-b-', { a: showing(100, 9), b: showing(100, 1) })
      .emits('----', {});
  });

  test('refuses a model of other inputs', () => {
    expect(() => modelAgent({ asset: 'BTC', model: model(() => 0), features: ['x', 'y'] })).toThrow(
      'the 1 inputs of the model',
    );
  });
});

describe('avellanedaStoikov', () => {
  const inputs = { mid: 100, inventory: 0, variance: 4, horizon: 1, aversion: 0.1, decay: 1.5 };
  test('gives the quotes of the paper', () => {
    const { reservation, bid, ask } = avellanedaStoikov(inputs);
    expect(reservation).toBe(100);
    // γσ²T/2 + ln(1 + γ/κ)/γ
    expect(ask - 100).toBeCloseTo(0.2 + Math.log(1 + 0.1 / 1.5) / 0.1, 12);
    expect(100 - bid).toBeCloseTo(ask - 100, 12);
    expect(avellanedaStoikov({ ...inputs, inventory: 0.5 }).reservation).toBeCloseTo(99.8, 12);
  });
  test.each([
    ['aversion', { aversion: 0 }],
    ['decay', { decay: Number.NaN }],
    ['horizon', { horizon: -1 }],
    ['variance', { variance: -1 }],
  ])('refuses what cannot be: %s', (name, wrong) => {
    expect(() => avellanedaStoikov({ ...inputs, ...wrong })).toThrow(name);
  });
});

describe('marketMaking', () => {
  const chain = (options: Partial<MarketMakingOptions> = {}) =>
    commandsOf(
      compose(
        { instruments: [BTC] },
        books(),
        ledger({ reportingCurrency: 'USD' }),
        marketMaking({
          instrument: BTC,
          lots: 1_000,
          maximumInventory: 2_000,
          aversion: 1,
          decay: 1,
          horizon: 1,
          halfLife: 1,
          every: 2,
          tolerance: 5,
          ...options,
        }),
        risk([]),
        dispatch(),
      ),
      { drivers: [fakeVenue('venue', { answer: acceptOrder() })] },
    );
  const order = (side: 'buy' | 'sell', price: number): Command =>
    matching({ kind: 'submit', order: { side, price, quantity: 1_000, postOnly: true, type: 'limit' } });
  const canceled: Command = matching({ kind: 'cancel' });

  test('quotes both sides once it knows the market, and keeps a quote that is near enough', () => {
    // Half a spread: ln 2 = 0.69 around 100.
    expectPipeline(chain())
      .given('q-q-n-', { q: at(100), n: at(100.02) })
      .emits('--(ab)', { a: order('buy', 9_930), b: order('sell', 10_070) });
  });

  test('moves its quotes with the market: a cancel, then the new one', () => {
    expectPipeline(chain())
      .given('q-q---m---m---', { q: at(100), m: at(100.2) })
      .emits('--(ab)(cc)(de)', {
        a: order('buy', 9_930),
        b: order('sell', 10_070),
        c: canceled,
        d: order('buy', 9_950),
        e: order('sell', 10_090),
      });
  });

  test('withdraws when the market is not known any more, each quote once', () => {
    expectPipeline(chain())
      .given('q-q---x----', { q: at(100), x: sync(BTC, 'unsynced') })
      .emits('--(ab)(fcc)', {
        a: order('buy', 9_930),
        b: order('sell', 10_070),
        f: matching({ kind: 'ask' }),
        c: canceled,
      });
  });
});

describe('crossVenueArbitrage', () => {
  const HERE = perpetual({ venue: 'here' });
  const THERE = perpetual({ venue: 'there' });
  const chain = (more: object) =>
    decisionsOf(
      compose(
        { instruments: [HERE, THERE] },
        books(),
        ledger({ reportingCurrency: 'USD' }),
        agents([
          crossVenueArbitrage({
            legs: [HERE, THERE],
            halfLife: '2s',
            lifetime: '1h',
            staleAfter: '1h',
            ...more,
          }),
        ]),
      ),
    );
  const leg = (instrument: Instrument, exposure: number): Decision =>
    matching({ of: { instrument: instrument.id }, exposure });

  test('enters only where both books are as deep as it wants', () => {
    const thin = {
      a: at(100, HERE),
      b: at(100, THERE),
      c: quote(HERE, { bid: 100.99, ask: 101.01, bidQuantity: 1 }),
    };
    expectPipeline(chain({ depth: 2 }), { step: '1s' })
      .given('(ab)a-bc-', thin)
      .emits('---------', {});
    const deep = {
      ...thin,
      c: bookSnapshot(HERE, {
        bids: [
          [100.99, 1],
          [100.9, 1],
        ],
        asks: [[101.01, 1]],
      }),
      d: quote(THERE, { bid: 99.99, ask: 100.01, askQuantity: 2 }),
    };
    expectPipeline(chain({ depth: 2 }), { step: '1s' })
      .given('(ab)a-dc----', deep as never)
      .emits('-------(xy)-', { x: leg(HERE, -1), y: leg(THERE, 1) });
  });

  test('one leg without the other is given up after a while', () => {
    const whole = decisionsOf(
      compose(
        { instruments: [HERE, THERE] },
        books(),
        ledger({ reportingCurrency: 'USD' }),
        agents([
          crossVenueArbitrage({
            legs: [HERE, THERE],
            halfLife: '2s',
            lifetime: '1h',
            staleAfter: '1h',
            legTimeout: '3s',
          }),
        ]),
        confidenceWeighted(),
        sizing({ budget: 100 }),
        bestNetPrice(),
        risk([]),
        dispatch(),
      ),
      { drivers: [fakeVenue('here'), fakeVenue('there', { answer: rejectOrder() })] },
    );
    const quotes = { a: at(100, HERE), b: at(100, THERE), c: at(101, HERE) };
    expectPipeline(whole, { step: '1s' })
      .given('(ab)a-bc--c-c-c---', quotes)
      .emits('-------(xy)---(zw)', {
        x: leg(HERE, -1),
        y: leg(THERE, 1),
        z: leg(HERE, 0),
        w: leg(THERE, 0),
      });
  });
});

describe('languageAgent', () => {
  const think = async (text: string): Promise<unknown> => {
    const { mind } = languageAgent<Frame & MarketFields>({
      name: 'analyst',
      observe: ({ mid }) => ({ mid }),
      ask: async (prompt) => {
        expect(prompt).toContain('{"mid":100}');
        expect(prompt).toContain('2023-11-14T22:13:20.000Z');
        return text;
      },
    });
    const { decide } = mind.open({ present: () => undefined });
    const shown = { agent: 'analyst', replica: 0, seq: 1, ts: 1_700_000_000_000, snapshot: { mid: 100 } };
    return (decide as Decide)(shown, new AbortController().signal);
  };

  test('reads one JSON array, fenced or not', async () => {
    const item = { of: { asset: 'BTC' }, exposure: 0.5, confidence: 0.7 };
    const text = '[{"asset": "BTC", "exposure": 0.5, "confidence": 0.7}]';
    expect(await think(text)).toEqual([item]);
    expect(await think(`\`\`\`json\n${text}\n\`\`\``)).toEqual([item]);
    expect(await think('[]')).toEqual([]);
  });

  test.each(['buy everything', '{"asset": "BTC"}', '[1, 2', 'Sure! [] and more'])(
    'refuses %j',
    async (text) => {
      await expect(think(text)).rejects.toThrow('one JSON array');
    },
  );
});
