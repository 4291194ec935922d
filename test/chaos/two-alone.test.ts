import { expect, it } from 'vitest';
import { describeBuilt } from '../desk/built.js';
import { audited, comes, LONG, strike, type World, worldOf } from './world.js';

const within = async (world: World, play: () => Promise<void>): Promise<void> => {
  try {
    await world.begin();
    world.feedSignals();
    await comes(world, 'the pair', () => world.paired);
    await play();
  } finally {
    await world.end();
    world.clear();
  }
};

const alone = { register: 'none' };

describeBuilt('two members alone, as processes', '.examples/mirrored-pair/main.js', () => {
  it.runIf(LONG)(
    'a primary that lost its mirror holds new orders, cancels go out, and it goes on when the mirror is back',
    async () => {
      const world = await worldOf({ ...alone, rate: 300, restartAfter: 2_000 });
      await within(world, async () => {
        await world.until(() => world.feed.counts.acknowledged > 100, 300_000);
        // Whether an order rests just then, so that it is to be canceled, is chance: it is played until one did.
        for (let canceled = false, round = 1; !canceled; round++) {
          expect(round, 'no cancel in six rounds').toBeLessThanOrEqual(6);
          strike(world, 'b', 'SIGKILL');
          await comes(world, 'holding', () => world.roles.a?.open === false);
          const before = (await world.arrivals()).filter(({ op }) => op === 'submit').length;
          await new Promise((resolve) => setTimeout(resolve, 1_000));
          const arrivals = await world.arrivals();
          expect(arrivals.filter(({ op }) => op === 'submit').length).toBe(before);
          const last = arrivals.findLastIndex(({ op }) => op === 'submit');
          canceled = arrivals.slice(last).some(({ op }) => op === 'cancel');
          expect(world.leader).toBe('a');
          await comes(world, 'pairing again', () => world.paired);
        }
        expect(await audited(world)).toMatchObject({ sound: true });
      });
    },
    3_600_000,
  );

  it.runIf(LONG)(
    'the mirror takes over once by itself, and only once until the two are paired again',
    async () => {
      const world = await worldOf({ ...alone, restartAfter: 2_000 });
      await within(world, async () => {
        strike(world, 'a', 'SIGKILL');
        await comes(world, 'the takeover', () => world.leader === 'b');
        // Before a is back: the second fault of the same pair, and nobody may lead by itself.
        strike(world, 'b', 'SIGKILL');
        await comes(world, 'both looking', () => world.roles.a?.why.includes('promote by hand') === true);
        await comes(world, 'both looking', () => world.roles.b?.why.includes('promote by hand') === true);
        expect(world.leader).toBeUndefined();
        // An operator knows that b led last.
        world.promote('b');
        await comes(world, 'pairing again', () => world.paired);
        expect(world.leader).toBe('b');
        strike(world, 'b', 'SIGKILL');
        await comes(world, 'the next takeover', () => world.leader === 'a');
        await comes(world, 'pairing again', () => world.paired);
        expect(await audited(world)).toMatchObject({ sound: true });
      });
    },
    3_600_000,
  );
});
