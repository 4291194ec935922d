import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/domain/event.js';
import { FundingSchedule } from '../../src/operators/ledger/funding.js';
import { Ledger } from '../../src/operators/ledger/index.js';
import { Desk, INVERSE, LINEAR, SPOT } from './desk.js';

const DUE = 28_800_000;

const rate = (desk: Desk, value: string, index = 0, fundingTime = DUE): Event => ({
  kind: 'funding',
  instrument: desk.instruments.at(index).id,
  venueTime: 0,
  rate: value,
  fundingTime,
});

const funded = (desk: Desk): unknown[] =>
  desk.ledger.statement().desk.lines.map(({ funding, realised }) => [funding, realised]);

/** Long 10 at 100, marked at 110. */
function long(): Desk {
  const desk = new Desk();
  desk.trade('buy', 10, 100);
  desk.ledger.mark(0, 110);
  return desk;
}

/** Time passes. */
const tick = (desk: Desk, ts: number): void => {
  desk.ledger.apply({ kind: 'barrier', id: '' }, ts);
};

describe('funding', () => {
  test('is paid at its time, at the mark, by who is long; the last word before counts', () => {
    const desk = long();
    desk.apply(rate(desk, '0.0001'));
    desk.apply(rate(desk, '0.0003'));
    tick(desk, DUE - 1);
    expect(funded(desk)).toEqual([['0', '0']]);
    tick(desk, DUE);
    expect(funded(desk)).toEqual([['-0.33', '0']]);
    expect([desk.ledger.funding(0), desk.ledger.profit()]).toEqual([-0.33, 99.67]);
  });

  test('goes by the position before the event that brings the time', () => {
    const desk = long();
    desk.apply(rate(desk, '0.001'));
    desk.submit('a', 'sell', 10);
    desk.now = DUE + 5;
    desk.fill('a', 10, 110);
    expect(funded(desk)).toEqual([['-1.1', '100']]);
  });

  test('told when it is past is paid at once, and only once', () => {
    const desk = long();
    desk.now = DUE + 5;
    desk.apply(rate(desk, '-0.001'));
    desk.apply(rate(desk, '-0.001'));
    desk.apply(rate(desk, '-0.5', 0, 0));
    expect(funded(desk)).toEqual([['1.1', '0']]);
  });

  test('of an inverse contract is in its base currency; shorts receive', () => {
    const desk = new Desk();
    desk.trade('sell', 100, 20_000, { index: 1 });
    desk.ledger.mark(1, 20_000);
    desk.apply(rate(desk, '0.0001', 1));
    tick(desk, DUE);
    // 100 contracts of 10 USD at 20,000 are 0.05 BTC.
    expect(funded(desk)).toEqual([['0.000005', '0']]);
    expect(desk.ledger.statement().desk.currencies).toMatchObject([{ currency: 'BTC', funding: '0.000005' }]);
  });

  test('waits for a mark, and is paid by those who held the lots', () => {
    const desk = new Desk();
    desk.trade('buy', 10, 100);
    desk.apply(rate(desk, '0.001'));
    tick(desk, DUE);
    desk.now = DUE + 1;
    desk.trade('sell', 10, 100);
    desk.ledger = Ledger.restore(desk.instruments, desk.options, structuredClone(desk.ledger.save()));
    expect(funded(desk)).toEqual([['0', '0']]);
    desk.ledger.mark(1, 5);
    desk.ledger.mark(0, 120);
    desk.ledger.mark(0, 130);
    expect(funded(desk)).toEqual([['-1.2', '0']]);
    expect(desk.ledger.profit()).toBe(-1.2);
  });

  test('agents pay for their own lots, opposed ones each other', () => {
    const desk = new Desk();
    const shares = (a: number, b: number) => [
      { agent: 'a', quantity: a },
      { agent: 'b', quantity: b },
    ];
    desk.trade('buy', 1, 100, { attribution: shares(3, -2) });
    desk.trade('sell', 1, 100, { attribution: shares(-1, 0) });
    desk.ledger.mark(0, 100);
    desk.apply(rate(desk, '0.01'));
    tick(desk, DUE);
    const { agents } = desk.ledger.statement();
    expect(agents.map(({ lines }) => lines[0]?.funding)).toEqual(['-2', '2']);
    expect(funded(desk)).toEqual([['0', '0']]);
  });

  test('belongs to the day of its time', () => {
    const desk = new Desk([LINEAR, INVERSE, SPOT], { reportingCurrency: 'USDT' });
    desk.trade('buy', 10, 100);
    desk.ledger.mark(0, 100);
    desk.apply(rate(desk, '0.001'));
    tick(desk, 86_400_000);
    expect([desk.ledger.profit(), desk.ledger.dayProfit()]).toEqual([-1, 0]);
    desk.now = 86_400_001;
    desk.apply(rate(desk, '0.001', 0, 86_400_002));
    tick(desk, 86_400_002);
    expect([desk.ledger.profit(), desk.ledger.dayProfit()]).toEqual([-2, -1]);
  });
});

describe('the schedule of funding', () => {
  const taken = (
    ...told: readonly (readonly [index: number, rate: string, time: number])[]
  ): FundingSchedule => {
    const schedule = new FundingSchedule();
    for (const each of told) schedule.take(...each);
    return schedule;
  };
  const all = (schedule: FundingSchedule, ts: number): unknown[] => {
    const due: unknown[] = [];
    for (let next = schedule.next(ts); next !== undefined; next = schedule.next(ts))
      due.push([next.index, next.rate, next.time]);
    return due;
  };

  test('pays in order of time, then of the instruments, whoever told first; the last rate counts', () => {
    const schedule = taken([2, '0.1', 50], [1, '0.2', 70], [0, '0.3', 50], [1, '0.4', 50], [2, '0.5', 50]);
    expect(schedule.nextDue).toBe(50);
    expect(all(schedule, 49)).toEqual([]);
    expect(all(schedule, 50)).toEqual([
      [0, '0.3', 50],
      [1, '0.4', 50],
      [2, '0.5', 50],
    ]);
    expect([schedule.nextDue, all(schedule, 99), schedule.nextDue]).toEqual([
      70,
      [[1, '0.2', 70]],
      Number.POSITIVE_INFINITY,
    ]);
  });

  test('pays each time once, by instrument, also after it was saved', () => {
    const schedule = taken([1, '0.1', 50], [0, '0.1', 50], [0, '0.2', 70]);
    all(schedule, 60);
    const saved = schedule.save();
    expect(saved.paid).toEqual([
      [0, 50],
      [1, 50],
    ]);
    const restored = new FundingSchedule();
    restored.restore(structuredClone(saved), (index) => index);
    for (const each of [schedule, restored]) {
      each.take(0, '0.9', 50);
      each.take(1, '0.9', 40);
      each.take(1, '0.3', 70);
      expect(all(each, 80)).toEqual([
        [0, '0.2', 70],
        [1, '0.3', 70],
      ]);
    }
  });

  test('is saved the same whoever was paid first', () => {
    const paid = (...order: number[]) => {
      const schedule = new FundingSchedule();
      for (const index of order) {
        schedule.take(index, '0.1', 50);
        all(schedule, 50);
      }
      return schedule.save().paid;
    };
    expect(paid(2, 0, 1)).toEqual(paid(0, 1, 2));
  });

  test('settles what is owed on one instrument, once, and keeps the rest', () => {
    const schedule = new FundingSchedule();
    const holdings = { lots: 1, agents: [] };
    for (const [index, time] of [
      [0, 1],
      [1, 2],
      [0, 3],
    ] as const)
      schedule.owe({ index, rate: '0.1', time, holdings });
    expect(schedule.settle(2)).toEqual([]);
    expect(schedule.settle(0).map(({ time }) => time)).toEqual([1, 3]);
    expect([schedule.settle(0), schedule.owes]).toEqual([[], true]);
    expect(schedule.settle(1).map(({ time }) => time)).toEqual([2]);
    expect(schedule.owes).toBe(false);
  });
});

describe('funding that there is nothing to pay for', () => {
  test('leaves no trace: nobody holds it, or it is not listed', () => {
    const desk = new Desk();
    desk.apply(rate(desk, '0.01'));
    desk.apply({ ...rate(desk, '0.01'), instrument: 'X@nowhere' } as never);
    tick(desk, DUE);
    desk.ledger.mark(0, 100);
    expect(desk.ledger.statement().desk.lines).toEqual([]);
    expect(desk.ledger.save()).toEqual(
      Ledger.restore(desk.instruments, desk.options, structuredClone(desk.ledger.save())).save(),
    );
  });

  test('waits for a mark that is known', () => {
    const desk = new Desk();
    desk.trade('buy', 10, 100);
    desk.apply(rate(desk, '0.01'));
    tick(desk, DUE);
    desk.ledger.mark(0, Number.NaN);
    expect(desk.ledger.funding(0)).toBe(0);
    desk.ledger.mark(0, 100);
    expect(desk.ledger.funding(0)).toBe(-10);
    desk.ledger.mark(0, 200);
    expect(desk.ledger.funding(0)).toBe(-10);
  });
});

test('funding is owed by nobody who holds nothing when it is due', () => {
  const desk = new Desk();
  desk.trade('buy', 10, 100);
  desk.trade('sell', 10, 100);
  desk.apply(rate(desk, '0.01'));
  tick(desk, DUE);
  const saved = desk.ledger.save() as unknown as { readonly funding: { readonly owed: unknown[] } };
  expect(saved.funding.owed).toEqual([]);
});
