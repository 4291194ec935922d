import { expect, test } from 'vitest';
import { readCases } from '../ledger/shared-cases.js';
import { describeWithData } from '../shared-data.js';
import { Desk } from './desk.js';

type Side = readonly (readonly [price: string, queue: readonly (readonly [id: number, size: number])[]])[];

/** Prices and sizes by turns, as a book of levels shows them. */
const levels = (side: Side): number[] =>
  side.flatMap(([price, queue]) => [Number(price), queue.reduce((sum, [, size]) => sum + size, 0)]);

describeWithData('shared cases of matching', (data) => {
  const sharedCase = readCases(data('cases.json'));

  test('MAT-01: what orders take from a book; the makers of one level are one to us, whose books are of levels', () => {
    const { input, expected } = sharedCase<
      {
        'book [price,[[orderId,size] in time order]]': { asks: Side; bids: Side };
        independentCommands: string[];
      },
      { 'trades [makerId,price,size]': [number, number, number][][]; remainder: (number | string)[] }
    >('MAT-01');
    const { asks, bids } = input['book [price,[[orderId,size] in time order]]'];
    expect(input.independentCommands).toHaveLength(8);
    for (const [nth, command] of input.independentCommands.entries()) {
      const [timeInForce, side, quantity, price] = command.replace('@', '').split(' ') as [
        'IOC' | 'GTC',
        string,
        string,
        string,
      ];
      const desk = new Desk().snapshot(levels(bids), levels(asks));
      desk.submit('a', {
        side: side === 'BUY' ? 'buy' : 'sell',
        quantity: Number(quantity),
        price: Number(price),
        timeInForce,
      });
      const theirs = new Map<number, number>();
      for (const [, at, size] of expected['trades [makerId,price,size]'][nth] ?? [])
        theirs.set(at, (theirs.get(at) ?? 0) + size);
      const ours = desk.fills('a').map(({ price: at, quantity: size }) => [at, size]);
      expect(ours, command).toEqual([...theirs]);
      const left = Number(String(expected.remainder[nth]).split(' ')[0]);
      const taken = ours.reduce((sum, [, size]) => sum + (size as number), 0);
      expect(Number(quantity) - taken, command).toBe(left);
      const ended = desk.reports.some(({ type }) => type === 'canceled');
      expect(ended, command).toBe(String(expected.remainder[nth]).includes('cancelled'));
    }
  });

  test('MAT-03: who stands before us in the queue, and what of a trade reaches us', () => {
    const { input, expected } = sharedCase<
      { runs: { displayed: string; order: string; events: [what: string, size: string][] }[] },
      { aheadAfterEach: string[][]; fillAfterEach: string[][] }
    >('MAT-03');
    expect(input.runs).toHaveLength(2);
    for (const [nth, { displayed, order, events }] of input.runs.entries()) {
      const desk = new Desk().snapshot([10_000, Number(displayed)], [10_100, 50]);
      desk.submit('a', { side: 'buy', quantity: Number(order.split(' ')[1]), price: 10_000 });
      const ahead: string[] = [];
      const filled: string[] = [];
      for (const [index, [what, size]] of events.entries()) {
        const before = desk.fills('a').length;
        if (what === 'sell trade') desk.trade(10_000, Number(size), 'sell');
        else desk.delta(11 + index, [10_000, Number(size)]);
        const { exchange } = desk.save() as unknown as {
          exchange: { markets: Record<string, { resting: { buy: { ahead: number }[] } }> };
        };
        const [resting] = exchange.markets[desk.instrument.id]?.resting.buy ?? [];
        ahead.push(String(resting?.ahead ?? 0));
        const fills = desk.fills('a').slice(before);
        filled.push(String(fills.reduce((sum, { quantity }) => sum + quantity, 0)));
      }
      expect(ahead).toEqual(expected.aheadAfterEach[nth]);
      expect(filled).toEqual(expected.fillAfterEach[nth]);
    }
  });
});
