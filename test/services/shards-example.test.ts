import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { describeBuilt } from '../desk/built.js';

const hasNats = spawnSync('nats-server', ['--version']).error === undefined;

describeBuilt('npm run shards', '.examples/shards/main.js', (main) => {
  it.skipIf(!hasNats && process.env['CI'] !== 'true')(
    'two shards, each a pair, never hold more than their limit: a leader killed, a shard cut off (skipped without nats-server: apt-get install nats-server)',
    async () => {
      const { code, stdout, stderr } = await main.run(['--seconds', '4', '--json']);
      expect(code, stdout + stderr).toBe(0);
      const told = JSON.parse(stdout) as { readonly most: number; readonly orders: number };
      expect(told).toMatchObject({ held: true, limit: 100_000, faults: [] });
      expect(told.most).toBeGreaterThan(50_000);
      expect(told.orders).toBeGreaterThan(5);
    },
    400_000,
  );

  it('says what is wrong in one line', async () => {
    expect(await main.run(['--seconds', 'soon'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^--seconds.*\n$/),
    });
    expect(await main.run(['--help'])).toMatchObject({ code: 0 });
  });
});
