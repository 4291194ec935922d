import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { describeBuilt } from '../desk/built.js';

const hasNats = spawnSync('nats-server', ['--version']).error === undefined;

describeBuilt('npm run shards', '.examples/shards/main.js', (main) => {
  it.skipIf(!hasNats && process.env['CI'] !== 'true')(
    'two shards never hold more than their limit, one of them cut off (skipped without nats-server: apt-get install nats-server)',
    async () => {
      const { code, stdout, stderr } = await main.run(['--seconds', '5']);
      expect(code, stdout + stderr).toBe(0);
      expect(stdout).toMatch(/HELD: together they never held more than 1?\d\d,\d{3} of 100,000\n$/);
    },
    120_000,
  );

  it('says what is wrong in one line', async () => {
    expect(await main.run(['--seconds', 'soon'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^--seconds.*\n$/),
    });
    expect(await main.run(['--help'])).toMatchObject({ code: 0 });
  });
});
