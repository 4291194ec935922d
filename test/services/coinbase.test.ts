import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { NEVER, of } from 'rxjs';
import { expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { liveClock } from '../../src/streams/index.js';
import { BTC_USD, startDouble } from '../venues/coinbase/coinbase-under-test.js';
import { sameTraces } from '../venues/coinbase/order-traces.js';
import { randomBooks } from '../venues/coinbase/random-books.js';
import { randomOrders } from '../venues/coinbase/random-orders.js';

const SEED = Number(process.env['MILLRACE_SEED'] ?? 11);

test("10,000 random changes of Coinbase's book, lost, doubled and out of order: the venue's book, or unsynced", async () => {
  const { compared, gaps } = await randomBooks(10_000, SEED);
  console.log(`coinbase: ${compared} books compared, ${gaps} gaps seen, seed ${SEED}`);
  expect(compared).toBeGreaterThan(2_000);
  expect(gaps).toBeGreaterThan(50);
});

test('random orders at Coinbase: every execution and every end exactly once', async () => {
  for (const seed of [SEED, SEED + 1, SEED + 2]) {
    const { orders, fills, outages } = await randomOrders(1_500, seed);
    console.log(`coinbase: ${orders} orders, ${fills} executions, ${outages} outages, seed ${seed}`);
    expect(fills).toBeGreaterThan(300);
    expect(outages).toBeGreaterThan(5);
  }
});

test('150 scripts give the same words about every order on the simulated venue and on Coinbase', async () => {
  expect(await sameTraces(150, SEED)).toBeGreaterThan(300);
});

test('half a minute at 500 messages a second: the heap is flat, and nothing is left open', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const heap = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 2 ** 20;
  };
  const { double, market, driver } = await startDouble();
  const clock = liveClock();
  const stopClock = clock.start({ startAt: 0, skip: 0, offerRecorded() {}, ended() {}, failed() {} });
  const coinbase = driver();
  let heard = 0;
  const subscription = coinbase
    .connect({
      commands$: NEVER,
      events$: NEVER,
      clock,
      rank: 1,
      instruments: new InstrumentTable([BTC_USD]),
      leading$: of(true),
      restored: undefined,
    })
    .subscribe(() => heard++);
  const sizes: number[] = [];
  let sent = 0;
  for (let second = 0; second < 30; second++) {
    for (let beat = 0; beat < 50; beat++) {
      for (let each = 0; each < 10; each++) {
        // One message each: what changes together is told together.
        market.setLevel('BTC-USD', 'bid', 3_990_000 - (sent % 50), 1 + (sent % 1_000));
        sent++;
        await Promise.resolve();
      }
      market.take('BTC-USD', 'sell', 1, 1);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    if (second % 5 === 4) sizes.push(heap());
  }
  subscription.unsubscribe();
  stopClock();
  await coinbase.closed();
  await double.stop();
  console.log(
    `coinbase: ${sent} changes, ${heard} events, heap ${sizes.map((size) => size.toFixed(1)).join(', ')} MB`,
  );
  expect(heard).toBeGreaterThan(sent / 2);
  expect(sizes.at(-1) as number).toBeLessThan((sizes[1] as number) + 4);
});
