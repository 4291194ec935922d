import { describe, expect, test } from 'vitest';
import { clientOrderId } from '../../src/domain/brand.js';
import { decimal, formatDecimal } from '../../src/domain/decimal.js';
import type { TruthEvent } from '../../src/domain/event.js';
import type { OrderStatus } from '../../src/domain/order.js';
import {
  Ledger,
  type LedgerOptions,
  reconcile,
  reconciliationPolicy,
  reconciliationPrice,
} from '../../src/operators/ledger/index.js';
import { outcomeOf } from '../../src/operators/ledger/reconcile.js';
import { describeWithData } from '../shared-data.js';
import { Desk, INVERSE, LINEAR, SPOT } from './desk.js';
import { readCases } from './shared-cases.js';

const desk = (options: Partial<LedgerOptions> = {}): Desk =>
  new Desk([LINEAR, INVERSE, SPOT], { reportingCurrency: 'USDT', ...options });

const truth = (more: Partial<TruthEvent>): TruthEvent => ({
  kind: 'truth',
  venue: 'one',
  venueTime: 77,
  coversClosed: true,
  orders: [],
  fills: [],
  positions: [],
  balances: [],
  ...more,
});

const at = (quantity: number, averagePrice = '0', instrument = LINEAR.id) => [
  { instrument, quantity, averagePrice },
];

const order = (id: string, status: TruthEvent['orders'][number]['status'], filled = 0) => ({
  clientOrderId: clientOrderId(id),
  instrument: LINEAR.id,
  status,
  filled,
});

/** Longer than an order that has just changed is left alone, in milliseconds. */
const AFTER_GRACE = 5_000;

describe('a venue’s truth', () => {
  test('that agrees changes nothing and says nothing', () => {
    const d = desk();
    d.submit('a', 'buy', 5);
    d.say('a', 'accepted');
    d.fill('a', 2, 100);
    const before = d.ledger.save();
    expect(d.apply(truth({ orders: [order('a', 'partiallyFilled', 2)], positions: at(2, '100') }))).toEqual(
      [],
    );
    expect(d.ledger.save()).toEqual(before);
  });

  test('missing fills are booked to the agents of their order, once', () => {
    const d = desk();
    d.submit('a', 'buy', 5);
    const fill = d.filled('a', 5, 100);
    const answer = truth({ fills: [fill], positions: at(5, '100') });
    expect(d.apply(answer)).toEqual(['truth-fill']);
    expect(d.order('a')).toEqual({ status: 'filled', filled: 5, remaining: 0 });
    expect(d.ledger.agentPosition('alpha', 0)).toBe(5);
    expect(d.apply(fill)).toEqual(['duplicate-execution']);
    expect(d.apply(answer)).toEqual([]);
  });

  describe('with fills of orders that the ledger has forgotten', () => {
    /** Keeps two finished orders; three have traded, so that the first is forgotten. */
    const forgetful = () => {
      const d = desk({ finishedOrders: 2 });
      const fills = ['a', 'b', 'c'].map((id, nth) => {
        d.submit(id, 'buy', 5);
        const fill = { ...d.filled(id, 5, 100), venueTime: 10 + nth };
        expect(d.apply(fill)).toEqual([]);
        return fill;
      });
      d.now += AFTER_GRACE;
      return { d, fills };
    };

    test('books none of them again, and the position stays', () => {
      const { d, fills } = forgetful();
      expect(d.apply(truth({ fills, positions: at(15, '100') }))).toEqual([]);
      expect(d.ledger.position(0)).toBe(15);
      expect(d.ledger.agentPosition('alpha', 0)).toBe(15);
    });

    test('nor after a snapshot', () => {
      const { d, fills } = forgetful();
      d.ledger = Ledger.restore(d.instruments, d.options, d.ledger.save());
      expect(d.apply(truth({ fills, positions: at(15, '100') }))).toEqual([]);
      expect(d.ledger.position(0)).toBe(15);
    });

    test('a fill that is older still, of an order that is remembered, is booked', () => {
      const { d } = forgetful();
      d.submit('slow', 'buy', 3);
      const late = { ...d.filled('slow', 3, 100), venueTime: 5 };
      expect(d.apply(truth({ fills: [late], positions: at(18, '100') }))).toEqual(['truth-fill']);
      expect(d.ledger.position(0)).toBe(18);
    });

    test('a fill of an unknown order is booked when it is younger than what was forgotten, and else shows in the position', () => {
      const { d } = forgetful();
      const foreign = { ...d.filled('by hand', 2, 100), venueTime: 11 };
      expect(d.apply(truth({ fills: [foreign], positions: at(17, '100') }))).toEqual([
        'truth-fill',
        'unknown-order',
      ]);
      expect(d.ledger.position(0)).toBe(17);
      const older = { ...d.filled('long ago', 4, 100), venueTime: 9 };
      d.now += AFTER_GRACE;
      expect(d.apply(truth({ fills: [older], positions: at(21, '100') }))).toEqual(['truth-position']);
      expect(d.ledger.position(0)).toBe(21);
    });

    test('what one venue has forgotten says nothing of another', () => {
      const { d } = forgetful();
      const elsewhere = { ...d.filled('elsewhere', 2, 100, { index: 2 }), venueTime: 3 };
      expect(elsewhere.venue).not.toBe('one');
      expect(d.apply(truth({ venue: elsewhere.venue, fills: [elsewhere] }))).toContain('truth-fill');
    });
  });

  test('a position that nothing explains becomes a synthetic fill, attributed to reconciliation', () => {
    const d = desk();
    d.trade('buy', 10, 100);
    d.now += AFTER_GRACE;
    const answer = truth({ positions: at(15, '102') });
    expect(d.apply(answer)).toEqual(['truth-position']);
    expect([d.ledger.position(0), d.ledger.averagePrice(0)]).toEqual([15, 102]);
    expect([d.ledger.agentPosition('alpha', 0), d.ledger.agentPosition('reconciliation', 0)]).toEqual([
      10, 5,
    ]);
    expect(d.apply(answer)).toEqual([]);
    const total = (of: 'cost' | 'realised') =>
      formatDecimal(
        d.ledger
          .statement()
          .agents.flatMap(({ lines }) => lines)
          .reduce((sum, line) => sum.plus(decimal(line[of])), decimal(0)),
      );
    const [line] = d.ledger.statement().desk.lines;
    expect([total('cost'), total('realised')]).toEqual([line?.cost, line?.realised]);
  });

  test('the entry is a pure function of ledger, truth and policy', () => {
    const entries = [1, 2].map(() => {
      const d = desk();
      d.trade('buy', 10, 100);
      return [
        ...reconcile(
          d.ledger,
          d.instruments,
          truth({ positions: at(-4, '120') }),
          reconciliationPolicy({}),
          9e9,
        ),
      ];
    });
    expect(entries[0]).toEqual(entries[1]);
    expect(entries[0]).toMatchObject([
      {
        what: 'position',
        action: 'adopt',
        entry: { side: 'sell', quantity: 14, price: 120, executionId: 'reconciliation:77:10:-4' },
      },
    ]);
  });

  test('lots at a price that nobody knows halt; at the mark they are booked', () => {
    const d = desk();
    const severities = (d: Desk) =>
      d.ledger.apply(truth({ positions: at(3) }), 9e9).map(({ code, severity }) => [code, severity]);
    expect(severities(d)).toEqual([['truth-position', 'halt']]);
    expect(d.ledger.position(0)).toBe(0);
    d.ledger.mark(0, 101.4);
    expect(severities(d)).toEqual([['truth-position', undefined]]);
    expect([d.ledger.position(0), d.ledger.averagePrice(0)]).toEqual([3, 101]);
  });

  test('an order in movement holds back the correction of its instrument', () => {
    const d = desk();
    d.ledger.mark(0, 100);
    d.submit('a', 'buy', 5);
    expect(d.apply(truth({ positions: at(3, '100') }))).toEqual(['truth-position']);
    expect(d.ledger.position(0)).toBe(0);
    d.now += 6_000;
    d.apply(truth({ positions: at(3, '100'), orders: [order('a', 'accepted')] }));
    expect([d.ledger.position(0), d.order('a')?.status]).toEqual([3, 'accepted']);
  });

  test('orders alive there and not here, balances, unlisted instruments', () => {
    const d = desk();
    d.apply({
      kind: 'account',
      venue: 'one',
      venueTime: 1,
      balances: [{ currency: 'USDT', free: '5', locked: '0' }],
    });
    const codes = d.apply(
      truth({
        orders: [order('stranger', 'accepted')],
        positions: at(1, '1', 'X-Y.PERP@one' as typeof LINEAR.id),
        balances: [
          { currency: 'USDT', free: '4', locked: '1' },
          { currency: 'BTC', free: '1', locked: '0' },
        ],
      }),
    );
    expect(codes).toEqual(['truth-order', 'truth-position', 'truth-balance']);
    expect([d.ledger.freeBalance('one', 'USDT'), d.ledger.balance('one', 'BTC')]).toEqual([4, 1]);
  });

  test('by policy nothing is touched, or the desk halts', () => {
    const d = desk({
      reconciliation: { positions: 'halt', fills: 'tell', orders: 'tell', balances: 'tell' },
    });
    d.submit('a', 'buy', 5);
    d.now += 6_000;
    const before = d.ledger.save();
    const fill = d.filled('a', 5, 100);
    const notices = d.ledger.apply(truth({ fills: [fill], positions: at(5, '100') }), d.now);
    expect(notices.map(({ code, severity }) => [code, severity])).toEqual([
      ['truth-fill', undefined],
      ['truth-order', undefined],
      ['truth-position', 'halt'],
    ]);
    expect(d.ledger.save()).toEqual(before);
    expect(() => desk({ reconciliation: { fills: 'guess' as 'tell' } })).toThrow(
      'ledger.reconciliation.fills must be one of adopt, tell, halt',
    );
  });

  test('on balances is taken only where the policy adopts it', () => {
    const told = (balances: 'adopt' | 'tell') => {
      const d = desk({ reconciliation: { balances } });
      d.apply(truth({ balances: [{ currency: 'USDT', free: '4', locked: '1' }] }));
      return d.ledger.balance('one', 'USDT');
    };
    expect([told('adopt'), told('tell')]).toEqual([5, Number.NaN]);
  });

  test('whose fills are nobody’s are booked to nobody, and told as such', () => {
    const d = desk();
    expect(d.apply(truth({ fills: [d.filled('stranger', 2, 100)], positions: at(2, '100') }))).toEqual([
      'truth-fill',
      'unknown-order',
    ]);
    expect([d.ledger.agentPosition('unattributed', 0), d.ledger.agentPosition('reconciliation', 0)]).toEqual([
      2, 0,
    ]);
  });

  test('ends an order whose lots were missing, and its position has them', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    d.say('a', 'accepted');
    d.fill('a', 2, 100);
    d.apply({ ...d.state('a', 'canceled'), filled: 5 });
    expect(d.order('a')).toEqual({ status: 'unknown', filled: 2, remaining: 3 });
    d.now += 6_000;
    expect(d.apply(truth({ orders: [order('a', 'canceled', 5)], positions: at(5, '100') }))).toEqual([
      'truth-order',
      'truth-position',
    ]);
    expect(d.order('a')).toEqual({ status: 'canceled', filled: 2, remaining: 0 });
    expect([d.ledger.position(0), d.ledger.workingBuy(0)]).toEqual([5, 0]);
  });

  test('does not end an order again that ended as the venue has said', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    d.say('a', 'accepted');
    d.apply({ ...d.state('a', 'expired'), filled: 5 });
    d.now += 6_000;
    expect(d.apply(truth({ orders: [order('a', 'canceled', 5)], positions: at(5, '100') }))).toEqual([
      'truth-order',
      'truth-position',
    ]);
    expect(d.order('a')?.status).toBe('expired');
  });

  test('ends an order from which nothing is missing, and leaves its working lots as they are until then', () => {
    const d = desk();
    d.submit('a', 'buy', 10);
    d.say('a', 'accepted');
    d.submit('b', 'buy', 4);
    d.now += 6_000;
    const orders = [order('a', 'canceled'), order('b', 'accepted')];
    expect(d.apply(truth({ orders }))).toEqual(['truth-order', 'truth-order']);
    expect([d.order('a')?.status, d.order('b')?.status, d.ledger.workingBuy(0)]).toEqual([
      'canceled',
      'accepted',
      4,
    ]);
  });

  test('survives a restart', () => {
    const d = desk();
    d.trade('buy', 10, 100);
    d.now += AFTER_GRACE;
    d.apply(truth({ positions: at(15, '102') }));
    const again = Ledger.restore(d.instruments, d.options, structuredClone(d.ledger.save()));
    expect(again.save()).toEqual(d.ledger.save());
    expect(again.apply(truth({ positions: at(15, '102') }), 9e9)).toEqual([]);
  });
});

describe('the price of the one fill between two positions', () => {
  const between = (from: number, fromPrice: number | null, to: number, toPrice: number | null) => {
    const price = (value: number | null) => (value === null ? null : decimal(value));
    const found = reconciliationPrice(decimal(from), price(fromPrice), decimal(to), price(toPrice));
    return found === null ? null : formatDecimal(found);
  };

  test('is of what is added, taken away, or turned round', () => {
    expect([between(0, null, 5, 100), between(10, 100, 20, 110), between(10, 100, 4, 100)]).toEqual([
      '100',
      '120',
      '100',
    ]);
    expect([between(5, 100, -5, 90), between(5, 100, 0, null)]).toEqual(['90', '100']);
  });

  test('is unknown without the prices that it needs, or where it would be nothing', () => {
    expect([between(5, 100, 5, 100), between(0, null, 5, null), between(0, null, 5, 0)]).toEqual([
      null,
      null,
      null,
    ]);
    expect([between(5, null, 10, 100), between(5, 0, 10, 100), between(5, -1, 10, 100)]).toEqual([
      null,
      null,
      null,
    ]);
    expect([between(5, null, 0, null), between(10, 100, 20, 50), between(10, 100, 20, 40)]).toEqual([
      null,
      null,
      null,
    ]);
  });
});

describeWithData('shared cases of reconciliation', (data) => {
  const sharedCase = readCases(data('cases.json'));

  test('REC-01: the price of the one fill between two positions', () => {
    type Rows = { rows: [string, string | null, string, string | null][] };
    const { input, expected } = sharedCase<Rows, { price: (string | null)[] }>('REC-01');
    const optional = (text: string | null) => (text === null ? null : decimal(text));
    const prices = input.rows.map(([from, fromPrice, to, toPrice]) =>
      reconciliationPrice(decimal(from), optional(fromPrice), decimal(to), optional(toPrice)),
    );
    expect(prices.map((price) => price && Number(formatDecimal(price)))).toEqual(
      expected.price.map((price) => price && Number(price)),
    );
    expect(prices).toHaveLength(14);
    // An inverse position of 100 at 10,000 that becomes 200 at the harmonic mean of 10,000 and 20,000.
    const inverse = reconciliationPrice(
      decimal(100),
      decimal(10_000),
      decimal(200),
      decimal('13333.33333333333333333333'),
      true,
    );
    expect(Number(formatDecimal(inverse ?? decimal(0)))).toBeCloseTo(20_000, 6);
  });

  test('REC-05: what becomes of orders; an acknowledged order that is missing or rejected is over, not rejected', () => {
    const { input, expected } = sharedCase<{ rows: [string, string][] }, { result: string[] }>('REC-05');
    const here: Record<string, OrderStatus> = {
      SUBMITTED: 'submitted',
      ACCEPTED: 'accepted',
      PENDING_UPDATE: 'pendingReplace',
      PENDING_CANCEL: 'pendingCancel',
      PARTIALLY_FILLED: 'partiallyFilled',
    };
    const ours: Record<string, string> = { REJECTED: 'rejected', CANCELED: 'canceled', EXPIRED: 'expired' };
    const differences: string[] = [];
    input.rows.forEach(([local, venue], row) => {
      const status = here[local];
      // An order that is filled here is not open, and no open order is looked for.
      if (status === undefined) {
        expect(expected.result[row]).toBe('IGNORED');
        return;
      }
      const known = venue === 'NOT_FOUND' ? undefined : { status: ours[venue] as 'canceled' };
      const word = expected.result[row]?.split(' ')[0] as string;
      const outcome = outcomeOf({ status, filled: local === 'PARTIALLY_FILLED' ? 1 : 0 }, known);
      if (outcome !== (ours[word] ?? 'unresolved')) differences.push(`${local} ${venue}: ${outcome}`);
    });
    expect(differences).toEqual(['ACCEPTED NOT_FOUND: canceled', 'ACCEPTED REJECTED: canceled']);
    expect(input.rows).toHaveLength(10);
  });

  test('REC-05: a poll of open orders proves nothing, nor does one within the grace', () => {
    const d = desk();
    d.submit('a', 'buy', 5);
    d.submit('b', 'buy', 5);
    d.say('b', 'accepted');
    expect(d.apply(truth({}))).toEqual([]);
    d.now += 6_000;
    expect(d.apply(truth({ coversClosed: false }))).toEqual([]);
    expect(d.apply(truth({}))).toEqual(['truth-order', 'truth-order']);
    expect([d.order('a')?.status, d.order('b')?.status]).toEqual(['rejected', 'canceled']);
  });

  test('REC-06: in flight and unresolved', () => {
    const { expected } = sharedCase<unknown, { result: string[] }>('REC-06');
    const outcomes = (['submitted', 'pendingReplace', 'pendingCancel'] as const).map((status) =>
      outcomeOf({ status, filled: 0 }, undefined),
    );
    expect(outcomes).toEqual(expected.result.map((word) => word.split(' ')[0]?.toLowerCase()));
  });

  test('REC-07: an unknown outcome stays in flight until it is looked up', () => {
    const { expected } = sharedCase<unknown, { result: string[] }>('REC-07');
    for (const result of expected.result) {
      const d = desk();
      d.submit('a', 'buy', 5);
      d.say('a', result.startsWith('REJECTED') ? 'rejected' : 'unknown');
      expect(d.ledger.workingBuy(0)).toBe(result.startsWith('REJECTED') ? 0 : 5);
    }
    expect(expected.result).toHaveLength(9);
  });

  test('REC-08: the same execution again is left out, with other data told of, another one booked', () => {
    type Fill = { tradeId: string; qty: string; px: string };
    const { input, expected } = sharedCase<{ fillsOnOrder: Fill[]; incoming: Fill[] }, { result: string[] }>(
      'REC-08',
    );
    const d = desk();
    d.submit('a', 'buy', 10);
    const take = ({ tradeId, qty, px }: Fill) =>
      d.fill('a', Number(qty), Number(px), { executionId: tradeId });
    input.fillsOnOrder.forEach(take);
    expect(input.incoming.map(take)).toEqual([['duplicate-execution'], ['conflicting-execution'], []]);
    expect(expected.result.map((word) => word.split(' ')[0])).toEqual(['SKIP', 'DROP', 'APPLY']);
    expect(d.ledger.position(0)).toBe(2);
  });
});
