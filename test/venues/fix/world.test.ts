import fc from 'fast-check';
import { expect, test } from 'vitest';
import { manyRuns } from '../../properties/many-runs.js';
import { World } from './world.js';

const action = fc.oneof(
  { weight: 6, arbitrary: fc.constant('execute' as const) },
  { weight: 4, arbitrary: fc.constant('order' as const) },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 3_000 }) },
  { weight: 2, arbitrary: fc.constant('cut' as const) },
  { weight: 2, arbitrary: fc.constant('die' as const) },
  { weight: 2, arbitrary: fc.constant('garble' as const) },
  { weight: 1, arbitrary: fc.constant('dawdle' as const) },
  { weight: 1, arbitrary: fc.constant('record' as const) },
);

test('whatever breaks: every execution is on record in order, every order arrives once, no number is used again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(action, { maxLength: 80 }),
      fc.constantFrom(0, 1, 3),
      async (actions, chunk) => {
        const world = new World(chunk);
        await world.start();
        world.pass(50);
        for (const each of actions) {
          if (typeof each === 'number') world.pass(each);
          else if (each === 'die') await world.die();
          else if (each === 'dawdle') world.prompt = false;
          else if (each === 'record') {
            world.prompt = true;
            world.record();
          } else world[each]();
        }
        world.prompt = true;
        world.record();
        world.pass(300_000);
        world.execute();
        world.order();
        world.pass(60_000);
        expect(world.session.phase).toBe('up');
        expect(world.broker.faults).toEqual([]);
        // As a ledger that knows an execution by its id.
        expect([...new Set(world.log)]).toEqual(world.executions);
        expect(
          world.log.length - world.executions.length,
          'told again after a death only',
        ).toBeLessThanOrEqual(world.deaths * world.executions.length);
        if (world.deaths === 0) expect(world.log).toEqual(world.executions);
        expect(world.broker.orders).toEqual(world.sentOrders);
        expect(world.broker.incoming).toBe(world.session.state.outgoing);
        expect(
          world.alerts.filter((alert) => alert.startsWith('sequence') || alert.startsWith('store')),
        ).toEqual([]);
      },
    ),
    { numRuns: manyRuns(100) },
  );
});
