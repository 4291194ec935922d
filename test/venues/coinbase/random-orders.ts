import { expect } from 'vitest';
import type { FillReport } from '../../../src/domain/event.js';
import type { DoubleOrder } from '../../doubles/market/double-order.js';
import { Wire } from '../conformance/wire.js';
import { BTC_USD, startDouble } from './coinbase-under-test.js';
import { chance as seeded } from './seeded.js';

/** What happened in one run. */
export interface OrderRun {
  readonly orders: number;
  readonly fills: number;
  readonly outages: number;
}

/**
 * Orders at random, filled and canceled at random, while connections break, messages are lost and the history lags: in the
 * end every execution was told exactly once, exactly, and every end of an order too.
 */
export async function randomOrders(steps: number, seed: number): Promise<OrderRun> {
  const { double, market, driver } = await startDouble();
  const chance = seeded(seed);
  const wire = new Wire(driver({ timeout: 2_000 }), BTC_USD);
  const mine = (): readonly DoubleOrder[] => market.ordersOf(double.owner);
  const alive = (): DoubleOrder | undefined => {
    const open = mine().filter(({ status }) => status === 'open');
    return open[Math.floor(chance() * open.length)];
  };
  const draw = (from: number, to: number): number => from + Math.floor(chance() * (to - from + 1));
  let sent = 0;
  let outages = 0;
  try {
    await wire.connected();
    for (let step = 0; step < steps; step++) {
      const what = chance();
      const order = alive();
      if (what < 0.3 || order === undefined) {
        const fault = chance();
        if (fault < 0.05) double.fail('submit', { kind: 'acceptThenDrop' });
        else if (fault < 0.1) double.fail('submit', { kind: 'status', status: 500, done: true });
        wire.submit(`r${++sent}`, {
          side: chance() < 0.5 ? 'buy' : 'sell',
          price: chance() < 0.5 ? 4_000_000 : 3_990_000,
          quantity: draw(1, 5_000),
          timeInForce: chance() < 0.2 ? 'IOC' : 'GTC',
        });
      } else if (what < 0.7) {
        double.burst(() => {
          for (let part = draw(1, 3); part > 0 && order.status === 'open'; part--)
            market.fill(order.id, draw(1, order.quantity - order.filled));
        });
      } else if (what < 0.8) wire.cancel(order.clientOrderId);
      else if (what < 0.85) market.cancel(order.id, 'the venue withdrew it');
      else if (what < 0.88) double.jump(draw(1, 3));
      else if (what < 0.9) {
        double.disconnect();
        outages++;
      } else if (what < 0.95) double.api.fillsLag = draw(0, 60);
      await new Promise((resolve) => setTimeout(resolve, draw(0, 6)));
    }
    double.api.fillsLag = 0;
    for (const order of mine()) market.cancel(order.id);
    const told = (): readonly FillReport[] => wire.reports.filter((report) => report.type === 'fill');
    const executed = () => mine().reduce((sum, { fills }) => sum + fills.length, 0);
    const ends = () => mine().filter(({ status }) => status === 'canceled');
    await wire.until(
      'every execution and every end',
      () =>
        told().length >= executed() &&
        ends().every(({ clientOrderId: id }) => wire.said(id).includes('canceled')),
      20_000,
    );
    const spell = (order: DoubleOrder) =>
      order.fills.map(
        ({ price, quantity, fee, liquidity }) => `${price} ${quantity} ${fee.toFixed()} ${liquidity}`,
      );
    for (const order of mine()) {
      const { clientOrderId: id } = order;
      const fills = told().filter(({ clientOrderId }) => clientOrderId === id);
      expect(
        fills.map(({ price, quantity, fee, liquidity }) => `${price} ${quantity} ${fee} ${liquidity}`),
        `executions of ${id}, seed ${seed}`,
      ).toEqual(spell(order));
      expect(wire.said(id).filter((word) => word === 'canceled')).toHaveLength(
        order.status === 'canceled' ? 1 : 0,
      );
    }
    return { orders: sent, fills: executed(), outages };
  } finally {
    await wire.close();
    await double.stop();
  }
}
