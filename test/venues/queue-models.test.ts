import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type QueueModel, simulatedVenue } from '../../src/venues/simulated/index.js';
import { backShareOf, frontAfter } from '../../src/venues/simulated/queue-model.js';
import { Desk } from './desk.js';

/** Buys 4 lots at 100 behind 10. */
const behindTen = (queue?: QueueModel) =>
  new Desk({ venue: queue === undefined ? {} : { queue } })
    .snapshot([100, 10], [102, 10])
    .submit('a', { side: 'buy', quantity: 4, price: 100 });

const filled = (desk: Desk): number => desk.fills('a').reduce((sum, { quantity }) => sum + quantity, 0);

const models: readonly Exclude<QueueModel, string>[] = [
  { kind: 'power', exponent: 0.5 },
  { kind: 'power', exponent: 3, form: 1 },
  { kind: 'power', exponent: 2, form: 2 },
  { kind: 'power', exponent: 2, form: 3 },
  { kind: 'logarithmic' },
  { kind: 'logarithmic', form: 2 },
];

describe('probabilistic queue models', () => {
  test('half of what leaves is taken from the front when as much stands behind', () => {
    // 10 before us, 10 join behind; 8 leave without a trade: half of them from before us.
    const half = behindTen({ kind: 'power', exponent: 1 }).delta(11, [100, 20]).delta(12, [100, 12]);
    expect(filled(half.trade(100, 6, 'sell'))).toBe(0);
    expect(filled(half.trade(100, 3, 'sell'))).toBe(3);
    // The plain rule believes that they left from behind.
    const plain = behindTen().delta(11, [100, 20]).delta(12, [100, 12]);
    expect(filled(plain.trade(100, 9, 'sell'))).toBe(0);
  });

  test('lots that traded are not taken off twice when the level then shrinks', () => {
    const desk = behindTen({ kind: 'power', exponent: 1 }).delta(11, [100, 20]);
    desk.trade(100, 4, 'sell').delta(12, [100, 16]);
    expect(filled(desk.trade(100, 6, 'sell'))).toBe(0);
    expect(filled(desk.trade(100, 2, 'sell'))).toBe(2);
  });

  test('with nobody behind, all that leaves stood in front', () => {
    for (const model of models) {
      const desk = behindTen(model).delta(11, [100, 3]);
      expect(filled(desk.trade(100, 3, 'sell')), JSON.stringify(model)).toBe(0);
      expect(filled(desk.trade(100, 2, 'sell')), JSON.stringify(model)).toBe(2);
    }
  });

  test('formulas: the share that leaves from behind, of 3 in front and 1 behind', () => {
    const at = (model: QueueModel) => backShareOf(model)?.(3, 1);
    expect(at({ kind: 'power', exponent: 1 })).toBe(1 / 4);
    expect(at({ kind: 'power', exponent: 2 })).toBe(1 / 10);
    expect(at({ kind: 'power', exponent: 2, form: 2 })).toBe(1 / 16);
    expect(at({ kind: 'power', exponent: 2, form: 3 })).toBe(1 - 9 / 16);
    expect(at({ kind: 'logarithmic' })).toBeCloseTo(Math.log(2) / (Math.log(2) + Math.log(4)), 12);
    expect(at({ kind: 'logarithmic', form: 2 })).toBeCloseTo(Math.log(2) / Math.log(5), 12);
    expect(at('riskAverse')).toBeUndefined();
  });

  test('we never fall back, never stand before the first, and never behind more than is shown', () => {
    const lots = fc.nat(1_000);
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        lots,
        lots,
        lots,
        lots,
        (model, front, behind, after, traded) => {
          const share = backShareOf(model);
          if (share === undefined) return;
          const now = frontAfter(share, front, front + behind, after, traded);
          expect(now).toBeGreaterThanOrEqual(0);
          expect(now).toBeLessThanOrEqual(Math.min(front, after));
        },
      ),
    );
  });

  test('all fills together are never more than what was printed, whatever the model', () => {
    const print = fc.record({ kind: fc.constant('print' as const), lots: fc.integer({ min: 1, max: 9 }) });
    const level = fc.record({ kind: fc.constant('level' as const), lots: fc.nat(30) });
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.array(fc.oneof(print, level), { maxLength: 40 }),
        (queue, steps) => {
          const desk = behindTen(queue).submit('b', { side: 'buy', quantity: 5, price: 100 });
          let printed = 0;
          for (const [nth, step] of steps.entries()) {
            if (step.kind === 'level') desk.delta(11 + nth, [100, step.lots]);
            else {
              desk.trade(100, step.lots, 'sell');
              printed += step.lots;
            }
            const ours = [...desk.fills('a'), ...desk.fills('b')];
            expect(ours.every(({ quantity }) => Number.isSafeInteger(quantity) && quantity > 0)).toBe(true);
            expect(ours.reduce((sum, { quantity }) => sum + quantity, 0)).toBeLessThanOrEqual(printed);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test('a venue that is saved and restored in between goes on alike', () => {
    for (const queue of [...models, 'orderByOrder'] as const) {
      const through = behindTen(queue).delta(11, [100, 20]).trade(100, 3, 'sell');
      const restored = new Desk({ venue: { queue }, restored: structuredClone(through.save()) });
      for (const desk of [through, restored]) {
        desk.reports.splice(0);
        desk.delta(12, [100, 9]).trade(100, 5, 'sell').trade(100, 9, 'sell');
      }
      expect(filled(restored)).toBe(filled(through));
      expect(restored.save()).toEqual(through.save());
    }
  });

  test.each([
    ['frontRunning', 'riskAverse, orderByOrder, or of kind power or logarithmic'],
    [null, 'riskAverse, orderByOrder'],
    [{ kind: 'power' }, 'queue.exponent must be a number above 0'],
    [{ kind: 'power', exponent: Number.NaN }, 'queue.exponent must be a number above 0'],
    [{ kind: 'power', exponent: 1, form: 4 }, 'queue.form must be 1, 2 or 3'],
    [{ kind: 'logarithmic', form: 3 }, 'queue.form must be 1 or 2'],
    [{ kind: 'logarithmic', exponent: 2 }, 'unknown setting "exponent"'],
  ])('%j is refused', (queue, why) => {
    expect(() => simulatedVenue({ venue: 'binance', queue: queue as QueueModel })).toThrow(why);
  });
});

describe('order by order', () => {
  /** Two bids of others at 100, 3 and 4 lots; ours of 5 behind them; then one of 6 behind ours. */
  const inLine = () => {
    const desk = new Desk({ venue: { queue: 'orderByOrder' } });
    desk.bookOrder({ action: 'clear', last: false });
    desk.bookOrder({
      action: 'add',
      orderId: '1',
      side: 'bid',
      price: 100,
      quantity: 3,
      snapshot: true,
      last: false,
    });
    desk.bookOrder({
      action: 'add',
      orderId: '2',
      side: 'bid',
      price: 100,
      quantity: 4,
      snapshot: true,
      last: false,
    });
    desk.bookOrder({ action: 'add', orderId: '9', side: 'ask', price: 102, quantity: 9, snapshot: true });
    desk.submit('a', { side: 'buy', quantity: 5, price: 100 });
    return desk.bookOrder({ action: 'add', orderId: '3', side: 'bid', price: 100, quantity: 6 });
  };
  const sold = (desk: Desk, orderId: string, quantity: number, left = 0) => {
    desk.bookOrder({ action: 'trade', orderId: '', side: 'ask', price: 100, quantity, last: false });
    desk.bookOrder({ action: 'fill', orderId, side: 'bid', price: 100, quantity, last: false });
    if (left === 0) return desk.bookOrder({ action: 'cancel', orderId, side: 'bid', price: 100, quantity });
    return desk.bookOrder({ action: 'modify', orderId, side: 'bid', price: 100, quantity: left });
  };

  test('what is filled before ours is not ours, what is filled behind it would have been', () => {
    const desk = inLine();
    sold(desk, '1', 3);
    sold(desk, '2', 1, 3);
    expect(filled(desk)).toBe(0);
    sold(desk, '3', 2, 4);
    expect(filled(desk)).toBe(2);
    expect(desk.fills('a')[0]?.liquidity).toBe('maker');
  });

  test('a cancel in front moves us, one behind does not', () => {
    const desk = inLine();
    desk.bookOrder({ action: 'cancel', orderId: '3', side: 'bid', price: 100, quantity: 6 });
    desk.bookOrder({ action: 'cancel', orderId: '1', side: 'bid', price: 100, quantity: 3 });
    sold(desk, '2', 4);
    expect(filled(desk)).toBe(0);
    desk.bookOrder({ action: 'add', orderId: '4', side: 'bid', price: 100, quantity: 2 });
    sold(desk, '4', 2);
    expect(filled(desk)).toBe(2);
  });

  test('an order that grows goes behind ours', () => {
    const desk = inLine();
    desk.bookOrder({ action: 'modify', orderId: '1', side: 'bid', price: 100, quantity: 8 });
    sold(desk, '1', 4, 4);
    expect(filled(desk)).toBe(4);
  });

  test('a print through our price fills us', () => {
    const desk = inLine();
    desk.bookOrder({ action: 'trade', side: 'ask', price: 99, quantity: 2 });
    expect(filled(desk)).toBe(2);
  });

  test('after the book was lost, only those that are still there stand before us', () => {
    const desk = inLine();
    desk.market({
      kind: 'sync',
      instrument: desk.instrument.id,
      venueTime: 0,
      state: 'unsynced',
      reason: 'gap',
    });
    desk.bookOrder({ action: 'clear', last: false });
    desk.bookOrder({
      action: 'add',
      orderId: '2',
      side: 'bid',
      price: 100,
      quantity: 4,
      snapshot: true,
      last: false,
    });
    desk.bookOrder({
      action: 'add',
      orderId: '5',
      side: 'bid',
      price: 100,
      quantity: 1,
      snapshot: true,
      last: false,
    });
    desk.bookOrder({ action: 'add', orderId: '9', side: 'ask', price: 102, quantity: 9, snapshot: true });
    sold(desk, '2', 4);
    expect(filled(desk)).toBe(0);
    sold(desk, '5', 1);
    expect(filled(desk)).toBe(1);
  });

  test('a recording of levels only is reckoned as risk averse', () => {
    const desk = behindTen('orderByOrder').delta(11, [100, 4]).trade(100, 4, 'sell');
    expect(filled(desk)).toBe(0);
    expect(filled(desk.trade(100, 3, 'sell'))).toBe(3);
  });
});
