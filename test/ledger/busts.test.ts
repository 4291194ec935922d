import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StatementLine } from '../../src/operators/ledger/index.js';
import { Ledger } from '../../src/operators/ledger/index.js';
import { manyRuns } from '../properties/many-runs.js';
import { Desk, INVERSE, LINEAR, SPOT } from './desk.js';

const fresh = (costing: 'average' | 'fifo' = 'average'): Desk =>
  new Desk([LINEAR, INVERSE, SPOT], { reportingCurrency: 'USDT', costing });

/** Lines of everybody, without fees that came to nothing and owners who are as if they never traded. */
function lines(desk: Desk): unknown[] {
  const { desk: own, agents } = desk.ledger.statement();
  return [own, ...agents].map((section) =>
    section.lines
      .map((line: StatementLine) => ({ ...line, fees: line.fees.filter(({ amount }) => amount !== '0') }))
      .filter((line) => line.position !== 0 || line.realised !== '0' || line.cost !== '0'),
  );
}

describe('a bust', () => {
  test('undoes a fill: lots, profit, fee, the order', () => {
    const d = fresh();
    d.submit('a', 'buy', 10);
    d.fill('a', 4, 100, { executionId: 'x', fee: '0.4' });
    d.fill('a', 6, 200, { executionId: 'y', fee: '1.2' });
    expect(d.order('a')).toEqual({ status: 'filled', filled: 10, remaining: 0 });
    expect(d.bust('a', 'x')).toEqual(['bust']);
    expect(d.order('a')).toEqual({ status: 'partiallyFilled', filled: 6, remaining: 4 });
    expect([d.ledger.position(0), d.ledger.averagePrice(0), d.ledger.fees(), d.ledger.workingBuy(0)]).toEqual(
      [6, 200, 1.2, 4],
    );
    expect(d.bust('a', 'y')).toEqual(['bust']);
    expect(d.order('a')).toEqual({ status: 'accepted', filled: 0, remaining: 10 });
    expect([d.ledger.position(0), d.ledger.realised(0), d.ledger.fees()]).toEqual([0, 0, 0]);
  });

  test('is taken once, and its fill is not booked again', () => {
    const d = fresh();
    d.trade('buy', 2, 100, { executionId: 'x' });
    const id = `t1000`;
    d.bust(id, 'x');
    expect(d.bust(id, 'x')).toEqual(['duplicate-execution']);
    expect(d.fill(id, 2, 100, { executionId: 'x' })).toEqual(['duplicate-execution']);
    expect(d.correct(id, 'x', 1, 100)).toEqual(['conflicting-execution']);
    expect(d.ledger.position(0)).toBe(0);
  });

  test('that overtakes its fill keeps it out', () => {
    const d = fresh();
    d.submit('a', 'buy', 2);
    expect(d.bust('a', 'x')).toEqual(['unknown-execution']);
    d.ledger = Ledger.restore(d.instruments, d.options, structuredClone(d.ledger.save()));
    expect(d.fill('a', 2, 100, { executionId: 'x' })).toEqual(['duplicate-execution']);
    expect(d.order('a')).toEqual({ status: 'submitted', filled: 0, remaining: 2 });
  });

  test('leaves an order that is over as it is', () => {
    const d = fresh();
    d.submit('a', 'buy', 5);
    d.fill('a', 2, 100, { executionId: 'x' });
    d.say('a', 'canceled');
    d.bust('a', 'x');
    expect(d.order('a')).toEqual({ status: 'canceled', filled: 0, remaining: 0 });
  });

  test('of a fill that was nobody’s', () => {
    const d = fresh();
    d.fill('strange', 3, 100, { executionId: 'x', side: 'sell', fee: '1' });
    expect(d.ledger.agentPosition('unattributed', 0)).toBe(-3);
    expect(d.bust('strange', 'x')).toEqual(['bust']);
    expect([d.ledger.agentPosition('unattributed', 0), d.ledger.fees()]).toEqual([0, 0]);
  });

  test('or a correction of a fill long ago gives the same profit in all, for the desk and its agent', () => {
    const d = fresh();
    d.trade('buy', 3, 100, { executionId: 'x' });
    d.trade('buy', 1, 100, { executionId: 'y' });
    for (let n = 0; n < 2_500; n++) d.trade(n % 2 ? 'sell' : 'buy', 1, 100 + (n % 7));
    d.ledger.mark(0, 110);
    const before = d.ledger.profit();
    const profits = () => [d.ledger.profit() - before, d.ledger.agentProfit('alpha') - before];
    expect(d.correct('t1000', 'x', 2, 90)).toEqual(['correction']);
    for (const each of profits()) expect(each).toBeCloseTo(10, 9);
    expect(d.bust('t1002', 'y')).toEqual(['bust']);
    for (const each of profits()) expect(each).toBeCloseTo(0, 9);
    expect(d.ledger.position(0)).toBe(2);
    // What was corrected lately is no fill of long ago any more.
    expect(d.bust('t1000', 'x')).toEqual(['bust']);
    for (const each of profits()) expect(each).toBeCloseTo(-40, 9);
  });
});

describe('a correction', () => {
  test('puts other facts in the place of a fill', () => {
    const d = fresh();
    d.submit('a', 'buy', 10);
    d.fill('a', 4, 100, { executionId: 'x', fee: '0.4' });
    expect(d.correct('a', 'x', 3, 90, { fee: '0.2' })).toEqual(['correction']);
    expect(d.order('a')).toEqual({ status: 'partiallyFilled', filled: 3, remaining: 7 });
    expect([d.ledger.position(0), d.ledger.averagePrice(0), d.ledger.fees()]).toEqual([3, 90, 0.2]);
    expect(d.correct('a', 'x', 3, 90, { fee: '0.2' })).toEqual(['duplicate-execution']);
    expect(d.fill('a', 4, 100, { executionId: 'x' })).toEqual(['duplicate-execution']);
    expect(d.correct('a', 'x', 10, 80)).toEqual(['correction']);
    expect(d.order('a')).toEqual({ status: 'filled', filled: 10, remaining: 0 });
    expect(d.bust('a', 'x')).toEqual(['bust']);
    expect([d.ledger.position(0), d.ledger.fees()]).toEqual([0, 0]);
  });

  test('that overtakes its fill stands for it', () => {
    const d = fresh();
    d.submit('a', 'buy', 10);
    expect(d.correct('a', 'x', 3, 90)).toEqual(['correction']);
    expect(d.fill('a', 4, 100, { executionId: 'x' })).toEqual(['duplicate-execution']);
    expect(d.ledger.position(0)).toBe(3);
  });

  test('of the side makes it nobody’s', () => {
    const d = fresh();
    d.submit('a', 'buy', 10);
    d.fill('a', 4, 100, { executionId: 'x' });
    expect(d.correct('a', 'x', 4, 100, { side: 'sell' })).toEqual(['correction']);
    expect(d.order('a')).toEqual({ status: 'accepted', filled: 0, remaining: 10 });
    expect([d.ledger.agentPosition('alpha', 0), d.ledger.agentPosition('unattributed', 0)]).toEqual([0, -4]);
    expect(d.bust('a', 'x')).toEqual(['bust']);
    expect(d.ledger.position(0)).toBe(0);
  });
});

const fills = fc.array(
  fc.record({
    index: fc.constantFrom(0, 1),
    lots: fc.integer({ min: -20, max: 20 }).filter((lots) => lots !== 0),
    price: fc.integer({ min: 1, max: 500 }),
    fee: fc.integer({ min: -9, max: 99 }),
    fate: fc.constantFrom('stays', 'stays', 'bust', 'corrected'),
    lent: fc.integer({ min: -5, max: 5 }),
  }),
  { minLength: 1, maxLength: 12 },
);

test.each(['average', 'fifo'] as const)(
  'any busts and corrections leave the books (%s) as if the fills had been so from the start, for every agent',
  (costing) => {
    fc.assert(
      fc.property(fills, (all) => {
        const changed = fresh(costing);
        const plain = fresh(costing);
        all.forEach(({ index, lots, price, fee, fate, lent }, at) => {
          const side = lots > 0 ? 'buy' : 'sell';
          const quantity = Math.abs(lots);
          const attribution = [
            { agent: 'a', quantity: lots + lent },
            { agent: 'b', quantity: -lent },
          ];
          const details = { index, executionId: `x${at}`, fee: `${fee}`, side } as const;
          for (const desk of [changed, plain]) desk.submit(`o${at}`, side, quantity, { index, attribution });
          changed.fill(`o${at}`, quantity, price, details);
          if (fate === 'stays') plain.fill(`o${at}`, quantity, price, details);
          if (fate === 'corrected') plain.fill(`o${at}`, quantity, price + 7, { ...details, fee: '3' });
        });
        all.forEach(({ index, lots, price, fate }, at) => {
          const details = { index, fee: '3', side: lots > 0 ? 'buy' : 'sell' } as const;
          if (fate === 'bust') changed.bust(`o${at}`, `x${at}`, index);
          if (fate === 'corrected') changed.correct(`o${at}`, `x${at}`, Math.abs(lots), price + 7, details);
        });
        const bySection = (desk: Desk): unknown[] =>
          lines(desk).filter((each) => (each as unknown[]).length > 0);
        expect(bySection(changed)).toEqual(bySection(plain));
        const again = Ledger.restore(
          changed.instruments,
          changed.options,
          structuredClone(changed.ledger.save()),
        );
        expect(again.save()).toEqual(changed.ledger.save());
      }),
      { numRuns: manyRuns(200) },
    );
  },
);

describe('what an execution cost', () => {
  const bought = (): Desk => {
    const desk = new Desk();
    desk.submit('a', 'buy', 10);
    desk.fill('a', 4, 100, { executionId: 'x', fee: '1' });
    return desk;
  };

  test('is corrected alone', () => {
    const desk = bought();
    expect(desk.correct('a', 'x', 4, 100, { fee: '3' })).toEqual(['correction']);
    expect(desk.ledger.fees()).toBe(3);
    desk.rate('BNB', 'USDT', '10');
    expect(desk.correct('a', 'x', 4, 100, { fee: '3', feeCurrency: 'BNB' })).toEqual(['correction']);
    expect(desk.ledger.fees()).toBe(30);
    expect(desk.correct('a', 'x', 4, 100, { fee: '3', feeCurrency: 'BNB' })).toEqual(['duplicate-execution']);
  });

  test('makes a fill that is told again another one', () => {
    const desk = bought();
    const again = (fee: string, feeCurrency = 'USDT') =>
      desk.fill('a', 4, 100, { executionId: 'x', fee, feeCurrency });
    expect([again('1'), again('2'), again('1', 'BNB')]).toEqual([
      ['duplicate-execution'],
      ['conflicting-execution'],
      ['conflicting-execution'],
    ]);
    expect([desk.ledger.fees(), desk.ledger.position(0)]).toEqual([1, 4]);
  });
});

test('a correction of what reconciliation has booked stays with it', () => {
  const d = new Desk();
  d.ledger.mark(0, 100);
  const nothing = { orders: [], fills: [], balances: [] };
  const positions = [{ instrument: d.instruments.at(0).id, quantity: 5, averagePrice: '100' }];
  d.apply({ kind: 'truth', venue: 'one', venueTime: 77, coversClosed: false, ...nothing, positions });
  const held = () => [d.ledger.agentPosition('reconciliation', 0), d.ledger.agentPosition('unattributed', 0)];
  expect(held()).toEqual([5, 0]);
  expect(d.correct('reconciliation', 'reconciliation:77:0:5', 2, 100, { side: 'buy' })).toEqual([
    'correction',
  ]);
  expect(held()).toEqual([2, 0]);
});
