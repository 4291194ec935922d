import fc from 'fast-check';
import { lastValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { type Decimal, decimal, formatDecimal, ZERO } from '../../src/domain/decimal.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { sign } from '../../src/domain/order.js';
import {
  type Agent,
  agents,
  bestNetPrice,
  books,
  type CommandFields,
  confidenceWeighted,
  dispatch,
  ensemble,
  equalWeights,
  type LedgerFields,
  ledger,
  type MarketFields,
  majorityVote,
  risk,
  type Statement,
  sizing,
  type TargetFields,
} from '../../src/operators/index.js';
import { backtest, recordingOf } from '../../src/streams/index.js';
import { decision, fakeAgent, perpetual, quote, wants } from '../../src/testing/index.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';
import { act } from '../core/support.js';
import { LONG, manyRuns } from '../properties/many-runs.js';

const BTC = perpetual({ fees: { maker: 0.0002, taker: 0.0005 } });
const START = 1_700_000_000_000;
const BUDGET = 1_000;
const TEAM = ['a', 'b', 'c'] as const;

const stages = {
  confidenceWeighted: () => confidenceWeighted(),
  'ensemble, netted': () => ensemble<Frame & MarketFields>({ joining: equalWeights() }),
  'ensemble, not netted': () =>
    ensemble<Frame & MarketFields>({ joining: equalWeights(), netting: false, veto: ['c'] }),
  'a majority with budgets': () =>
    ensemble<Frame & MarketFields>({ joining: majorityVote(), budgets: { a: 0.2 } }),
};

type Make = () => ReturnType<(typeof stages)['ensemble, netted']>;
type Team = readonly Agent<Frame & MarketFields>[];

const core = (make: Make, team: Team, look: (frame: Fields) => void) =>
  compose(
    { name: 'desk', instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    agents(team),
    make(),
    sizing({ budget: BUDGET, minimumTrade: 0.02, retryAfter: 1, recheckEvery: 20 }),
    bestNetPrice({ collar: 0.1 }),
    risk([]),
    dispatch(),
    act('look', (frame) => look(frame as Fields)),
  );
type Fields = Frame & MarketFields & LedgerFields & TargetFields & CommandFields;

const step = fc.oneof(
  fc.record({
    agent: fc.constantFrom(...TEAM),
    // Whole sides often, so that they cancel to nothing.
    exposure: fc.oneof(fc.constantFrom(-1, 0, 1), fc.double({ min: -1, max: 1, noNaN: true })),
    confidence: fc.constantFrom(0, 0.5, 1),
    lifetime: fc.constantFrom(30, 1e6),
  }),
  fc.record({ price: fc.integer({ min: 80, max: 120 }), depth: fc.constantFrom(0.1, 1, 100) }),
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const eventOf = (one: Step, ts: number): OutsideEvent =>
  'price' in one
    ? quote(BTC, {
        bid: one.price - 1,
        ask: one.price + 1,
        bidQuantity: one.depth,
        askQuantity: one.depth,
      })
    : decision({
        agent: one.agent,
        of: 'BTC',
        exposure: one.exposure,
        confidence: one.confidence,
        validUntil: ts + one.lifetime,
      });

async function play(
  make: Make,
  events: readonly Step[],
  look: (frame: Fields) => void,
  team: Team = [],
): Promise<Statement> {
  let last: Statement | undefined;
  const opening: Step = { price: 100, depth: 100 };
  const closing: readonly Step[] = Array.from({ length: 10 }, () => opening);
  const all = [opening, ...events, ...closing].map((one, at) => {
    const ts = START + 10 * at;
    return { ts, event: eventOf(one, ts) };
  });
  // In the pass itself, since the ledger is a live view.
  const seen = (frame: Fields): void => {
    look(frame);
    if (frame.ts >= (all.at(-1)?.ts ?? 0)) last = frame.ledger.statement();
  };
  const run = backtest(core(make, team, seen), recordingOf(all, [BTC]), {
    drivers: [simulatedVenue({ venue: 'venue', latency: { submit: 3, report: 2 } })],
    grace: 100,
  });
  await lastValueFrom(run);
  return last as Statement;
}

const total = (values: readonly (string | null)[]): string =>
  formatDecimal(values.reduce((sum: Decimal, value) => sum.plus(decimal(value ?? 'unknown')), ZERO));

test.each(Object.entries(stages))(
  'whatever agents want, what they hold and earn adds up to what the desk does, to the last decimal: %s',
  { timeout: LONG },
  async (_name, make) => {
    let orders = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (events) => {
        let cash = ZERO;
        let lots = 0;
        let mark = 0;
        let target = 0;
        const statement = await play(
          make as never,
          events,
          ({ event, ledger: view, targets, mid, synced, commands }) => {
            orders += commands.filter(({ kind }) => kind === 'submit').length;
            for (const { exposure, contributions } of targets) {
              target = exposure;
              const parts = contributions.reduce((sum, part) => sum + part.exposure, 0);
              expect(parts).toBeCloseTo(exposure, 12);
            }
            if (synced && mid > 0) mark = mid;
            if (event.kind === 'report' && event.type === 'fill') {
              const signed = sign(event.side) * event.quantity;
              lots += signed;
              const value = decimal(event.price).times(BTC.tick).times(decimal(signed)).times(BTC.lot);
              cash = cash.minus(value).minus(decimal(event.fee));
            }
            const held = view.agents().reduce((sum, agent) => sum + view.agentPosition(agent, 0), 0);
            const working = TEAM.reduce((sum, agent) => sum + view.agentWorking(agent, 0), 0);
            expect(held).toBe(view.position(0));
            expect(working).toBe(view.workingBuy(0) - view.workingSell(0));
            expect(view.agents()).not.toContain('unattributed');
          },
        );
        // Told anew from the fills alone.
        const worth = decimal(mark).times(decimal(lots)).times(BTC.lot);
        expect(statement.desk.profit ?? '0').toBe(formatDecimal(cash.plus(worth)));
        expect(total(statement.agents.map(({ profit }) => profit))).toBe(statement.desk.profit);
        // In the end the desk holds what was wanted of it, save what is not worth an order.
        const wanted = (target * BUDGET) / mark;
        expect(Math.abs(lots * Number(BTC.lot) - wanted) * mark).toBeLessThan(0.021 * BUDGET);
      }),
      { numRuns: manyRuns(8) },
    );
    expect(orders).toBeGreaterThan(10);
  },
);

test('who is long and who goes short to the same extent leave the desk flat, and what either had earned stays his', async () => {
  const says = (agent: 'a' | 'b', exposure: number): Step => ({
    agent,
    exposure,
    confidence: 1,
    lifetime: 1e6,
  });
  const at = (price: number): Step => ({ price, depth: 100 });
  const positions: string[] = [];
  const statement = await play(
    stages['ensemble, netted'],
    [says('a', 1), at(100), at(110), says('b', -1), at(110), at(120)],
    ({ ledger: view }) => {
      const now = `${view.position(0)} = ${view.agentPosition('a', 0)} + ${view.agentPosition('b', 0)}`;
      if (positions.at(-1) !== now) positions.push(now);
    },
  );
  expect(positions.at(-1)).toBe('0 = 0 + 0');
  const profits = Object.fromEntries(statement.agents.map(({ name, profit }) => [name, Number(profit)]));
  expect(profits['a']).toBeGreaterThan(0);
  expect(profits['b'] ?? 0).toBe(0);
  expect(String(statement.desk.profit)).toBe(String(profits['a']));
});

test('a part that passes from one to the other costs no order, and is theirs with the next one', async () => {
  const held: string[] = [];
  const says = (agent: 'a' | 'b', exposure: number): Step => ({
    agent,
    exposure,
    confidence: exposure === 0 ? 0 : 1,
    lifetime: 1e6,
  });
  const at: Step = { price: 100, depth: 100 };
  const later = Array.from({ length: 3 }, () => at);
  await play(
    stages['ensemble, netted'],
    [says('a', 0.5), ...later, says('b', 0.5), says('a', 0), ...later, says('b', 1), ...later],
    ({ ledger: view }) => {
      const now = `a ${view.agentPosition('a', 0)}, b ${view.agentPosition('b', 0)}`;
      if (held.at(-1) !== now) held.push(now);
    },
  );
  // For a moment both want half, each a quarter of the whole; then b alone, which changes nothing of the whole.
  const [, first, last] = held;
  expect(held).toHaveLength(3);
  expect(first).toMatch(/^a [1-9]\d*, b 0$/);
  expect(last).toMatch(/^a 0, b [1-9]\d*$/);
});

test.each(Object.entries(stages).slice(0, 3))(
  'opposite wishes of a flat desk cancel before an order exists: %s',
  async (_name, make) => {
    let orders = 0;
    const targets: number[] = [];
    const team = [fakeAgent('a', { 100: wants('BTC', 1) }), fakeAgent('b', { 100: wants('BTC', -1) })];
    await play(
      make as never,
      [{ price: 100, depth: 1 }],
      (frame) => {
        orders += frame.commands.length;
        targets.push(...frame.targets.map(({ exposure }) => exposure));
      },
      team,
    );
    expect(targets).toEqual([0]);
    expect(orders).toBe(0);
  },
);
