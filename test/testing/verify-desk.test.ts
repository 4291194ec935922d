import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { type Part, stage } from '../../src/core/stage.js';
import type { TimedEvent } from '../../src/domain/event.js';
import { instrument } from '../../src/domain/instrument.js';
import type { Proposal } from '../../src/domain/order.js';
import type { Plain } from '../../src/domain/plain.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ema,
  type FeatureFields,
  features,
  ledger,
  lookUps,
  type MarketFields,
  maxPosition,
  type ProposalFields,
  reconciliation,
  risk,
  sizing,
} from '../../src/operators/index.js';
import { DeskVerificationError, quote, type VerifyOptions, verifyDesk } from '../../src/testing/index.js';

const BTC = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'spot',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.00001',
});

/** A price that rises and falls, a quote every 100 ms. */
const quotesOf = (count: number): TimedEvent[] =>
  Array.from({ length: count }, (_, nth) => ({
    ts: 1_000_000 + nth * 100,
    event: quote(BTC, 40_000 + Math.round(500 * Math.sin(nth / 2)) + (nth % 3)),
  }));

interface Noted {
  readonly note: number;
}

interface DeskOptions {
  /** Stands behind the features; what it notes the agent adds to its exposure. */
  readonly part?: Part<Frame & MarketFields, Frame & MarketFields & Noted>;
  readonly lookUps?: boolean;
}

const quiet = stage<Frame, { note: number }, null>({
  name: 'quiet',
  adds: { note: 0 },
  init: () => null,
  step: () => undefined,
  save: () => null,
  restore: () => null,
});

type Seen = Frame & FeatureFields<'fast' | 'slow'> & Noted;

/** Long while the fast average is above the slow one; a part may be planted in it. */
function desk({ part }: DeskOptions = {}): Core<Frame> {
  return compose(
    { name: 'verified', instruments: [BTC] },
    books(),
    (part ?? quiet) as typeof quiet,
    ledger({ reportingCurrency: 'USDT' }),
    lookUps(),
    reconciliation(),
    features({ fast: ema({ period: 2 }), slow: ema({ period: 5 }) }),
    agents([
      agent({
        name: 'crossover',
        decide: ({ features: { fast, slow }, note }: Seen) => {
          if (Number.isNaN(fast) || Number.isNaN(slow)) return undefined;
          return {
            of: { asset: 'BTC' },
            exposure: Math.min(1, (fast > slow ? 0.8 : 0) + note),
            confidence: 1,
          };
        },
      }),
    ]),
    confidenceWeighted(),
    sizing({ budget: 20_000 }),
    bestNetPrice({ collar: 0.01 }),
    risk([maxPosition({ limit: 5 })]),
    dispatch(),
  ) as unknown as Core<Frame>;
}

const planted = <State>(
  name: string,
  definition: {
    readonly init: () => State;
    readonly step: (state: State, frame: Frame & MarketFields & { note: number }) => void;
    readonly save?: (state: State) => Plain;
    readonly restore?: (saved: Plain) => State;
  },
): NonNullable<DeskOptions['part']> =>
  stage<Frame & MarketFields, { note: number }, State>({
    name,
    adds: { note: 0 },
    init: definition.init,
    step: definition.step,
    save: definition.save ?? (() => null),
    restore: definition.restore ?? (() => definition.init()),
  }) as unknown as NonNullable<DeskOptions['part']>;

async function caught(
  under: Parameters<typeof verifyDesk>[0],
  events: readonly TimedEvent[],
  options: VerifyOptions = {},
): Promise<DeskVerificationError> {
  const error: unknown = await verifyDesk(under, events, {
    shrink: 60,
    crashes: 2,
    runs: 2,
    ...options,
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error, 'nothing was found').toBeInstanceOf(DeskVerificationError);
  return error as DeskVerificationError;
}

describe('a desk that keeps its promises', () => {
  test('passes every check, and the list of events is what it was', async () => {
    const events = quotesOf(24);
    const before = [...events];
    const result = await verifyDesk(desk(), events, { crashes: 2, runs: 2 });
    expect(result.checks.map(({ check }) => check)).toEqual([
      'completes',
      'repeat',
      'reenact',
      'kept',
      'restore',
      'future',
      'merging',
      'crash',
      'faults',
    ]);
    expect(result.skipped).toEqual([]);
    expect(result.orders).toBeGreaterThan(3);
    expect(result.fills).toBeGreaterThan(3);
    expect(events).toEqual(before);
    expect(events.every((event, place) => event === before[place])).toBe(true);
  });

  test('passes with a frozen list, as a function, and with the checks that are named', async () => {
    const events = Object.freeze(quotesOf(30));
    const { checks } = await verifyDesk(() => desk(), events, { checks: ['future', 'repeat'] });
    expect(checks.map(({ check }) => check)).toEqual(['repeat', 'future']);
  });

  test('shares a list with another that is verified meanwhile', async () => {
    const events = quotesOf(16);
    const before = [...events];
    const both = [desk(), desk()].map((each) => verifyDesk(each, events, { checks: ['future'], runs: 1 }));
    for (const { checks } of await Promise.all(both)) expect(checks).toHaveLength(1);
    expect(events).toEqual(before);
  });

  test('says which checks its drivers make impossible', async () => {
    const silent = {
      name: 'silent',
      connect: () => ({ subscribe: () => ({ unsubscribe() {} }) }) as never,
    };
    const { NEVER } = await import('rxjs');
    const { skipped } = await verifyDesk(desk(), quotesOf(10), {
      drivers: () => [{ ...silent, connect: () => NEVER }],
      faultyDrivers: () => [],
      checks: ['restore', 'crash'],
    });
    expect(skipped).toEqual([
      { check: 'restore', why: 'driver silent saves no state' },
      { check: 'crash', why: 'driver silent saves no state' },
    ]);
  });
});

describe('what is planted is found by its check', () => {
  const events = quotesOf(24);

  test('state outside of stages: the second run begins with it', async () => {
    let seen = 0;
    const part = planted('hidden', {
      init: () => null,
      step: (_state, frame) => {
        seen++;
        frame.note = (seen % 7) / 100;
      },
    });
    const error = await caught(desk({ part }), events);
    expect(error).toMatchObject({ check: 'repeat', difference: { stage: 'hidden', field: 'note' } });
    expect(error.events.length).toBeLessThanOrEqual(4);
    expect(error.message).toMatch(/stage hidden, note: expected/);
    expect(error.message).toMatch(/given\s+a/);
  });

  test('a feature of chance', async () => {
    const part = planted('chance', {
      init: () => null,
      step: (_state, frame) => {
        frame.note = Math.random();
      },
    });
    const error = await caught(desk({ part }), events);
    expect(error).toMatchObject({ check: 'repeat', difference: { stage: 'chance', field: 'note' } });
    expect(error.events.length).toBeLessThanOrEqual(2);
  });

  test.each([
    ['Date.now', () => Math.floor(Date.now() / 86_400_000)],
    ['new Date', () => new Date().getFullYear()],
    ['performance.now', () => Math.floor(performance.now() / 86_400_000)],
  ])('the date of the day, though both runs are on one day: %s', async (_name, day) => {
    const part = planted('today', {
      init: () => null,
      step: (_state, frame) => {
        frame.note = day();
      },
    });
    expect(await caught(desk({ part }), events)).toMatchObject({
      check: 'repeat',
      difference: { field: 'note' },
    });
  });

  test('a stage that changes what it has handed out', async () => {
    interface Listed {
      readonly list: readonly number[];
    }
    const part = stage<Frame, Listed & { note: number }, { list: number[] }>({
      name: 'shared',
      adds: { list: [], note: 0 },
      init: () => ({ list: [] }),
      step: (state, frame) => {
        state.list.push(frame.seq);
        (frame as { list: readonly number[] }).list = state.list;
      },
      save: ({ list }) => [...list],
      restore: (saved) => ({ list: [...(saved as readonly number[])] }),
    }) as unknown as NonNullable<DeskOptions['part']>;
    const error = await caught(desk({ part }), events);
    expect(error).toMatchObject({ check: 'kept', difference: { stage: 'shared', field: 'list[1]' } });
    expect(error.events.length).toBeLessThanOrEqual(4);
  });

  test('a stage that writes into a frame of the past', async () => {
    let last: { note: number } | undefined;
    const part = planted('rewriter', {
      init: () => {
        last = undefined;
        return null;
      },
      step: (_state, frame) => {
        if (last !== undefined) last.note = 9;
        last = frame;
      },
    });
    expect(await caught(desk({ part }), events)).toMatchObject({
      check: 'kept',
      difference: { stage: 'rewriter', field: 'note' },
    });
  });

  test('a live view that is used after its pass', async () => {
    const part = planted<{ last: MarketFields | undefined }>('late', {
      init: () => ({ last: undefined }),
      step: (state, frame) => {
        frame.note = (state.last?.book?.depth('bid') ?? 0) / 100;
        state.last = { ...frame };
      },
    });
    const error = await caught(desk({ part }), events, { checks: ['kept'] });
    expect(error.message).toMatch(/was used after its pass/);
  });

  test('a snapshot that forgets a field', async () => {
    const part = planted('forgetful', {
      init: () => ({ count: 0, phase: 0 }),
      step: (state, frame) => {
        state.count++;
        state.phase = (state.phase + 1) % 3;
        frame.note = state.phase / 10;
      },
      save: ({ count }) => ({ count }),
      restore: (saved) => ({ count: (saved as { count: number }).count, phase: 0 }),
    });
    const error = await caught(desk({ part }), events);
    expect(error).toMatchObject({ check: 'restore', difference: { stage: 'forgetful', field: 'note' } });
    expect(error.events.length).toBeLessThanOrEqual(4);
    expect(error.message).toMatch(/restored from its snapshot at seq \d+/);
  });

  test('a saved state that is no plain data', async () => {
    const part = planted('mapped', {
      init: () => new Map<string, number>(),
      step: (state, frame) => {
        state.set('count', (state.get('count') ?? 0) + 1);
        frame.note = ((state.get('count') as number) % 5) / 10;
      },
      save: (state) => new Map(state) as unknown as Plain,
      restore: (saved) => new Map(Object.entries(saved as Record<string, number>)),
    });
    const error = await caught(desk({ part }), events);
    expect(error.check).toBe('restore');
    expect(error.message).toMatch(/mapped/);
  });

  test('a desk that looks into the list of events', async () => {
    const list = quotesOf(24);
    const part = planted('peeking', {
      init: () => ({ place: -1 }),
      step: (state, frame) => {
        if (frame.event.kind === 'quote') state.place++;
        const next = list[state.place + 1]?.event;
        frame.note = next?.kind === 'quote' ? (next.bidPrice % 10) / 100 : 0;
      },
      save: ({ place }) => place,
      restore: (saved) => ({ place: saved as number }),
    });
    const error = await caught(desk({ part }), list, { checks: ['repeat', 'future'] });
    expect(error).toMatchObject({ check: 'future', difference: { stage: 'peeking', field: 'note' } });
    expect(error.events.length).toBeLessThanOrEqual(4);
    expect(error.message).toMatch(/it looks ahead/);
  });

  test('a desk that is fitted to all of its events', async () => {
    const fitted = (all: readonly TimedEvent[]): Core<Frame> => {
      const prices = all.flatMap(({ event }) => (event.kind === 'quote' ? [event.bidPrice] : []));
      const most = Math.max(...prices);
      return desk({
        part: planted('fitted', {
          init: () => null,
          step: (_state, frame) => {
            frame.note = most / 1e10;
          },
        }),
      });
    };
    expect(await caught(fitted, events)).toMatchObject({
      check: 'future',
      difference: { stage: 'fitted', field: 'note' },
    });
  });

  test('a stage that throws at what it did not expect', async () => {
    const part = planted('brittle', {
      init: () => null,
      step: (_state, { event }) => {
        if (event.kind === 'report' && event.type === 'fill') throw new Error('a fill, of all things');
      },
    });
    const error = await caught(desk({ part }), events);
    expect(error.check).toBe('completes');
    expect(error.message).toMatch(/brittle/);
    expect(error.message).toMatch(/a fill, of all things/);
    expect(error.events.length).toBeLessThanOrEqual(12);
  });

  test('a stage that trusts a venue to tell everything once', async () => {
    const part = planted<{ told: string[] }>('trusting', {
      init: () => ({ told: [] }),
      step: (state, { event }) => {
        if (event.kind !== 'report' || event.type !== 'fill') return;
        if (state.told.includes(event.executionId)) throw new Error('told twice');
        state.told.push(event.executionId);
      },
      save: ({ told }) => [...told],
      restore: (saved) => ({ told: [...(saved as readonly string[])] }),
    });
    const error = await caught(desk({ part }), events, { runs: 6, shrink: 20, checks: ['faults'] });
    expect(error.message).toMatch(/told twice/);
  });
});

/** Orders without agents: ten quotes, an order. What `again` says of an event sends the last one anew. */
function path(again: (event: Frame['event']) => boolean): Core<Frame> {
  type Sent = { quotes: number; last: Proposal | null };
  const orders = stage<Frame & MarketFields, ProposalFields, Sent>({
    name: 'path',
    adds: { proposals: [] },
    init: () => ({ quotes: 0, last: null }),
    step: (state, frame) => {
      const { event, mid } = frame;
      if (event.kind === 'quote' && ++state.quotes % 10 === 0) {
        state.last = {
          instrument: BTC.id,
          side: 'buy',
          type: 'limit',
          timeInForce: 'IOC',
          price: event.askPrice + 100,
          quantity: 1_000,
          reduceOnly: false,
          postOnly: false,
          attribution: [{ agent: 'path', quantity: 1_000 }],
          arrivalMid: mid,
        };
        frame.proposals = [state.last];
      } else if (state.last !== null && again(event)) frame.proposals = [state.last];
    },
    save: (state) => ({ ...state }) as unknown as Plain,
    restore: (saved) => ({ ...(saved as unknown as Sent) }),
  });
  return compose(
    { name: 'path', instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USDT' }),
    lookUps(),
    reconciliation(),
    orders,
    risk([]),
    dispatch(),
  ) as unknown as Core<Frame>;
}

describe('an order path that sends again after a crash', () => {
  test('is found, though the second order has a name of its own', async () => {
    const error = await caught(
      path(({ kind }) => kind === 'epoch'),
      quotesOf(14),
    );
    expect(error.check).toBe('crash');
    expect(error.message).toMatch(/the same buy of 1000 lots of \S+ again, before it knows/);
    expect(error.message).toMatch(/after crash/);
  });

  test('one that waits for word is not', async () => {
    const { orders } = await verifyDesk(
      path(() => false),
      quotesOf(14),
      { checks: ['crash', 'faults'] },
    );
    expect(orders).toBe(1);
  });
});

describe('what verifyDesk refuses', () => {
  test.each([
    ['no events', [] as TimedEvent[], {}, 'verifyDesk.events must hold at least one event'],
    ['an unknown check', quotesOf(3), { checks: ['speed'] }, 'verifyDesk.checks'],
    ['an unknown option', quotesOf(3), { rounds: 3 }, 'unknown setting "rounds"'],
    ['no runs', quotesOf(3), { runs: 0 }, 'verifyDesk.runs'],
    ['time that goes back', quotesOf(3).reverse(), {}, 'verifyDesk.events[1].ts'],
    ['no time', [{ ts: Number.NaN, event: quote(BTC, 1) }], {}, 'verifyDesk.events[0].ts'],
  ])('%s', async (_name, events, options, message) => {
    await expect(verifyDesk(desk(), events, options as VerifyOptions)).rejects.toThrow(message);
  });

  test('what is no desk, and no events', async () => {
    await expect(verifyDesk((() => 3) as never, quotesOf(3))).rejects.toThrow('a desk must be a core');
    await expect(verifyDesk(desk(), 'quotes' as never)).rejects.toThrow('a list of events or a recording');
  });
});
