import { describe, expect, test } from 'vitest';
import type { Event } from '../../src/domain/event.js';
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
