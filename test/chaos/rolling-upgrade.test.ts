import { expect, it } from 'vitest';
import { openBridge, UPSTREAM } from '../../src/failover/index.js';
import { describeBuilt } from '../desk/built.js';
import { audited, comes, LONG, strike, worldOf } from './world.js';

describeBuilt('releases of a desk, as processes', '.examples/mirrored-pair/main.js', () => {
  it.runIf(LONG)(
    'another core follows as a shadow, is never promoted by itself, and takes over at a planned switch-over',
    async () => {
      const world = await worldOf({ members: { b: { release: { restsFor: 150 } } }, restartAfter: 1_000 });
      try {
        await world.begin();
        world.feedSignals();
        await comes(world, 'the shadow', () => world.roles.b?.role === 'shadow');
        expect(world.roles.a?.role).toBe('solo');
        expect(await world.until(() => world.feed.counts.acknowledged > 50, 300_000)).toBe(true);
        // The old release dies: the shadow stays what it is, and the old one leads again.
        const epoch = world.roles.a?.epoch ?? 0;
        strike(world, 'a', 'SIGKILL');
        await comes(world, 'the old release leading again', () => (world.roles.a?.epoch ?? 0) > epoch);
        expect(world.leader).toBe('a');
        await comes(world, 'the shadow', () => world.roles.b?.role === 'shadow');
        expect(world.happenings.some(({ node, text }) => node === 'b' && text.startsWith('suspect'))).toBe(
          false,
        );
        // From its next start on the other member has the new release too.
        world.change('a', { release: { restsFor: 150 } });
        await world.until(() => {
          if (world.leader !== 'b') world.switchOver('a');
          return world.leader === 'b';
        }, 300_000);
        expect(world.leader).toBe('b');
        await comes(world, 'the pair', () => world.paired);
        await world.rest();
        const [a, b] = [await world.position('a'), await world.position('b')];
        expect(a).toBe(b);
        expect(world.feed.counts.acknowledged).toBe(world.feed.counts.signals);
      } finally {
        await world.end();
        world.clear();
      }
    },
    3_600_000,
  );

  it.runIf(LONG)(
    'another configuration is refused by name, and so is another schema; the leader trades on',
    async () => {
      const world = await worldOf({ restartAfter: 500 });
      try {
        await world.begin();
        world.feedSignals();
        await comes(world, 'the pair', () => world.paired);
        world.change('b', { release: { name: 'another-desk' } });
        strike(world, 'b', 'SIGKILL');
        await comes(world, 'the refusal', () => world.roles.b?.role === 'halted');
        expect(world.roles.b?.why).toMatch(
          /refused \(configuration\): the configuration is [0-9a-f]{32} there/,
        );
        expect(world.roles.a?.role).toBe('solo');
        const refusal = await hello(world.bridgePort('a'), 'ffffffff');
        expect(refusal).toMatchObject({ type: 'reject', code: 'schema' });
        expect(refusal.message).toMatch(/the schema of events is ffffffff there and [0-9a-f]{32} here/);
        world.change('b', { release: {} });
        strike(world, 'b', 'SIGKILL');
        await comes(world, 'the pair', () => world.paired);
        expect(await audited(world)).toMatchObject({ sound: true });
      } finally {
        await world.end();
        world.clear();
      }
    },
    3_600_000,
  );
});

/** What a leader says to a member of another schema. */
async function hello(
  port: number,
  schemaHash: string,
): Promise<{ readonly type: string; readonly message?: string }> {
  const bridge = await openBridge({
    node: 'b',
    bind: 'tcp://127.0.0.1:*',
    connect: `tcp://127.0.0.1:${port}`,
  });
  const greet = (): void => {
    bridge.send(UPSTREAM, {
      type: 'hello',
      version: 1,
      schemaHash,
      configurationHash: 'c',
      coreHash: 'c',
      node: 'b',
      incarnation: 'stranger',
      holder: 'stranger',
      attempt: 1,
      epoch: 0,
      last: 0,
      epochs: [],
    });
  };
  const greeting = setInterval(greet, 50);
  try {
    return await new Promise((resolve, reject) => {
      const patience = setTimeout(() => reject(new Error('nobody answers')), 300_000);
      bridge.messages$.subscribe(({ message }) => {
        if (message.type !== 'reject') return;
        clearTimeout(patience);
        resolve(message);
      });
    });
  } finally {
    clearInterval(greeting);
    await bridge.close();
  }
}
