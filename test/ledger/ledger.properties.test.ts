import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import { type Decimal, decimal, formatDecimal, ZERO } from '../../src/domain/decimal.js';
import type { Event, FillReport } from '../../src/domain/event.js';
import { sign } from '../../src/domain/order.js';
import { ContractValue } from '../../src/operators/ledger/contract-value.js';
import { Ledger, type StatementSection } from '../../src/operators/ledger/index.js';
import { manyRuns } from '../properties/many-runs.js';
import { Desk } from './desk.js';

/** One order with its fills, a mark, or a rate. */
interface Step {
  readonly index: number;
  readonly shares: readonly [number, number];
  readonly fills: readonly (readonly [quantity: number, price: number])[];
  readonly ending: 'canceled' | 'expired' | 'unknown' | 'accepted';
  readonly feeCurrency: string;
  readonly fee: number;
  readonly mark: number;
  readonly rate: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  index: fc.integer({ min: 0, max: 2 }),
  shares: fc
    .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: -50, max: 50 }))
    .filter(([a, b]) => a + b !== 0),
  fills: fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3_000 })), {
    maxLength: 5,
  }),
  ending: fc.constantFrom('canceled', 'expired', 'unknown', 'accepted'),
  feeCurrency: fc.constantFrom('USDT', 'BTC', 'EUR', 'BNB'),
  fee: fc.integer({ min: -999, max: 9_999 }),
  mark: fc.integer({ min: 1, max: 300_000 }),
  rate: fc.integer({ min: 1, max: 1_000_000 }),
});
const steps = fc.array(step, { minLength: 1, maxLength: 15 });

type Action = Event | { readonly kind: 'mark'; readonly index: number; readonly price: number };

/** The log of some steps; fills may pass the order's quantity and come after its end. */
function logOf(desk: Desk, all: readonly Step[]): Action[] {
  const currencies = ['USDT', 'BTC', 'EUR', 'BNB'];
  return all.flatMap((each, at) => {
    const { index, shares } = each;
    const id = `o${at}`;
    const lots = shares[0] + shares[1];
    const side = lots > 0 ? 'buy' : 'sell';
    const attribution = shares.map((quantity, agent) => ({ agent: `agent${agent}`, quantity }));
    const fills = each.fills.map(([quantity, price]) =>
      desk.filled(id, quantity, price, {
        index,
        side,
        fee: formatDecimal(decimal(each.fee).times('0.00001')),
        feeCurrency: each.feeCurrency,
      }),
    );
    const half = fills.length >> 1;
    return [
      desk.submitted(id, side, Math.abs(lots), { index, attribution }),
      ...fills.slice(0, half),
      { kind: 'mark', index, price: each.mark / 64 },
      desk.state(id, each.ending, index),
      ...fills.slice(half),
      {
        kind: 'rate',
        venueTime: 0,
        from: currencies[(at % 3) + 1] as string,
        to: 'USDT',
        rate: formatDecimal(decimal(each.rate).times('0.001')),
      },
    ] satisfies Action[];
  });
}

/** @returns the codes of all notices */
function play(ledger: Ledger, log: readonly Action[], from = 0): readonly string[] {
  return log.flatMap((action, at) => {
    if (action.kind !== 'mark') return ledger.apply(action, (from + at) * 3_600_000).map(({ code }) => code);
    ledger.mark(action.index, action.price);
    return [];
  });
}

/** Marks and rates for everything, so that nothing is unknown. */
function settle(ledger: Ledger): void {
  [117.25, 20_133.5, 3.07].forEach((price, index) => {
    ledger.mark(index, price);
  });
  for (const [from, rate] of [
    ['BTC', '20000.1'],
    ['EUR', '1.07'],
    ['BNB', '611.3'],
  ] as const)
    ledger.apply({ kind: 'rate', venueTime: 0, from, to: 'USDT', rate }, 1e9);
}

const total = (values: readonly string[]): string =>
  formatDecimal(values.reduce((sum, value) => sum.plus(decimal(value)), ZERO));

const pick = (
  sections: readonly StatementSection[],
  instrument: string,
  of: 'cash' | 'profit' | 'position',
): string =>
  total(
    sections.flatMap((section) =>
      section.lines
        .filter((line) => line.instrument === instrument)
        .map((line) => {
          if (of === 'cash') return formatDecimal(decimal(line.realised).minus(decimal(line.cost)));
          return String(line[of]);
        }),
    ),
  );

describe('for any log', () => {
  test('cash flows and the position at its mark are realised and unrealised profit, to the last decimal', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const desk = new Desk();
        const log = logOf(desk, all);
        play(desk.ledger, log);
        settle(desk.ledger);
        const sides = new Map<string, 1 | -1>();
        for (const action of log) {
          if (action.kind === 'submitted') sides.set(action.order.clientOrderId, sign(action.order.side));
        }
        const fills = log.filter(
          (action): action is FillReport => action.kind === 'report' && action.type === 'fill',
        );
        for (const line of desk.ledger.statement().desk.lines) {
          const listed = desk.instruments.list.find(({ id }) => id === line.instrument);
          if (listed === undefined) throw new Error('a line of nothing');
          const contract = new ContractValue(listed);
          let cash: Decimal = ZERO;
          let lots = 0;
          const fees = new Map<string, Decimal>();
          for (const fill of fills) {
            if (fill.instrument !== line.instrument) continue;
            const signed = (sides.get(fill.clientOrderId) as number) * fill.quantity;
            lots += signed;
            cash = cash.minus(contract.exact(signed, contract.price(fill.price)));
            fees.set(fill.feeCurrency, (fees.get(fill.feeCurrency) ?? ZERO).plus(decimal(fill.fee)));
          }
          const mark = decimal(desk.ledger.markPrice(listed.index));
          const profit = decimal(line.realised).plus(decimal(line.unrealised ?? 'unknown'));
          expect(line.position).toBe(lots);
          expect(formatDecimal(profit)).toBe(formatDecimal(cash.plus(contract.exact(lots, mark))));
          for (const { currency, amount } of line.fees) {
            expect(amount).toBe(formatDecimal(fees.get(currency) as Decimal));
          }
        }
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('agents and venues add up to the desk, to the last decimal', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const desk = new Desk();
        play(desk.ledger, logOf(desk, all));
        settle(desk.ledger);
        const statement = desk.ledger.statement();
        for (const { id, index } of desk.instruments.list) {
          for (const of of ['position', 'cash', 'profit'] as const) {
            expect(pick(statement.agents, id, of)).toBe(pick([statement.desk], id, of));
          }
          const agents = [...desk.ledger.agents()];
          const sum = (value: (agent: string) => number): number =>
            agents.reduce((lots, agent) => lots + value(agent), 0);
          expect(sum((agent) => desk.ledger.agentPosition(agent, index))).toBe(desk.ledger.position(index));
          let working = 0;
          for (const agent of ['agent0', 'agent1']) working += desk.ledger.agentWorking(agent, index);
          expect(working).toBe(desk.ledger.workingBuy(index) - desk.ledger.workingSell(index));
        }
        const deskProfit = statement.desk.profit as string;
        expect(total(statement.agents.map(({ profit }) => profit as string))).toBe(deskProfit);
        expect(total(statement.venues.map(({ profit }) => profit as string))).toBe(deskProfit);
        for (const { name, profit } of statement.venues) {
          const there = desk.ledger.venueProfit(name);
          const close = 1e-9 * (1 + Math.abs(there) + desk.ledger.exposure());
          expect(Math.abs(there - Number(profit))).toBeLessThanOrEqual(close);
          let shared = 0;
          for (const agent of desk.ledger.agents()) shared += desk.ledger.venueProfit(name, agent);
          expect(Math.abs(there - shared)).toBeLessThanOrEqual(close);
        }
        const plain = desk.ledger.profit();
        expect(Math.abs(plain - Number(deskProfit))).toBeLessThanOrEqual(
          1e-9 * (1 + Math.abs(plain) + desk.ledger.exposure()),
        );
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('no fill is lost or doubled, however reports are reordered and repeated', () => {
    fc.assert(
      fc.property(steps, fc.infiniteStream(fc.nat()), (all, chance) => {
        const desk = new Desk();
        const log = logOf(desk, all);
        const reports = log.filter((action) => action.kind === 'report');
        const submitted = log.filter((action) => action.kind === 'submitted');
        const repeated = reports.flatMap((report) =>
          (chance.next().value as number) % 3 === 0 ? [report, report] : [report],
        );
        const shuffled = repeated
          .map((report) => ({ report, key: chance.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ report }) => report);
        const other = new Desk();
        play(desk.ledger, [...submitted, ...reports]);
        play(other.ledger, [...submitted, ...shuffled]);
        settle(desk.ledger);
        settle(other.ledger);
        for (const { index, id } of desk.instruments.list) {
          expect(other.ledger.position(index)).toBe(desk.ledger.position(index));
          const both = [desk, other].map(({ ledger }) => ledger.statement());
          const [a, b] = both.map((statement) => pick([statement.desk], id, 'cash'));
          expect(b).toBe(a);
          for (const agent of ['agent0', 'agent1']) {
            expect(other.ledger.agentPosition(agent, index)).toBe(desk.ledger.agentPosition(agent, index));
          }
        }
        for (const action of submitted) {
          const id = action.order.clientOrderId;
          expect(other.ledger.order(id)?.filled).toBe(desk.ledger.order(id)?.filled);
        }
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('a ledger restored at any place goes on as if nothing had been', () => {
    fc.assert(
      fc.property(steps, fc.nat(), (all, cut) => {
        const desk = new Desk();
        desk.ledger = new Ledger(desk.instruments, { reportingCurrency: 'USDT', finishedOrders: 3 });
        const log = logOf(desk, all);
        const at = cut % (log.length + 1);
        play(desk.ledger, log.slice(0, at));
        const saved = structuredClone(desk.ledger.save());
        const restored = Ledger.restore(
          desk.instruments,
          { reportingCurrency: 'USDT', finishedOrders: 3 },
          saved,
        );
        expect(restored.save()).toEqual(saved);
        // Afterwards everything is reported once more.
        const rest = [...log.slice(at), ...log.filter((action) => action.kind === 'report')];
        expect(play(restored, rest, at)).toEqual(play(desk.ledger, rest, at));
        expect(stateHash(restored.save())).toBe(stateHash(desk.ledger.save()));
        expect(restored.statement()).toEqual(desk.ledger.statement());
        const readings = (ledger: Ledger): unknown[] => [
          ledger.profit(),
          ledger.dayProfit(),
          ledger.drawdown(),
          ledger.fees(),
          ledger.worstCaseExposure(),
          ledger.agentProfit('agent0'),
          Array.from(ledger.openOrders(), (record) => record.order.clientOrderId),
          desk.instruments.list.map(({ index }) => ledger.agentWorking('agent1', index)),
        ];
        expect(readings(restored)).toEqual(readings(desk.ledger));
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('what is held is never above its bound, which is a hair above it, at each venue and everywhere', () => {
    const marks = fc.array(fc.tuple(fc.nat(2), fc.double({ min: 1e-3, max: 1e6, noNaN: true })), {
      maxLength: 40,
    });
    fc.assert(
      fc.property(steps, marks, fc.nat(), (all, moves, cut) => {
        const desk = new Desk();
        let { ledger } = desk;
        const look = (fresh = false): void => {
          for (const venue of [undefined, ...desk.instruments.venues, 'elsewhere']) {
            const held = venue === 'elsewhere' ? 0 : ledger.exposure(venue);
            const bound = ledger.exposureAtMost(venue);
            expect(Number.isNaN(bound)).toBe(Number.isNaN(held));
            if (Number.isNaN(held)) continue;
            expect(bound).toBeGreaterThanOrEqual(held * (1 + 1e-12));
            // Later it is by a share of the most that was held meanwhile.
            if (fresh) expect(bound).toBeLessThanOrEqual(held * (1 + 1e-8));
          }
        };
        const log = logOf(desk, all);
        const move = ([index, price]: readonly [number, number]): void => {
          if (index < desk.instruments.size) ledger.mark(index, price);
          look();
        };
        play(ledger, log.slice(0, cut % (log.length + 1)));
        look();
        moves.forEach(move);
        ledger = Ledger.restore(
          desk.instruments,
          { reportingCurrency: 'USDT' },
          structuredClone(ledger.save()),
        );
        look();
        play(ledger, log.slice(cut % (log.length + 1)), cut % (log.length + 1));
        look();
        moves.forEach(move);
        // An unknown mark makes what is held unknown, and a known one known again.
        for (const { index } of desk.instruments.list) {
          ledger.mark(index, Number.NaN);
          look();
        }
        moves.forEach(move);
      }),
      { numRuns: manyRuns(300) },
    );
  });
});
