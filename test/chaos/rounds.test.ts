import { expect, it } from 'vitest';
import { describeBuilt } from '../desk/built.js';
import { LONG } from './world.js';

interface Result {
  readonly rounds: number;
  readonly verdict: string;
  readonly audit: {
    readonly quarantined: readonly string[];
    readonly signals: number;
    readonly orders: number;
    readonly inDoubt: number;
    readonly doubled: readonly string[];
  };
  readonly unacked: readonly { readonly cancelsBehindOrders: number }[];
}

/**
 * Real processes at random instants, 100 rounds of it. What is asserted holds on any machine, however busy: that the books agree,
 * never how long something took.
 */
describeBuilt('faults at random instants', '.examples/mirrored-pair/main.js', (main) => {
  const play = async (seed: number, ...args: readonly string[]): Promise<Result> => {
    console.log(`seed ${seed}: npm run pair -- --seed ${seed} ${args.join(' ')}`);
    const { code, stdout, stderr } = await main.run(['--json', '--seed', String(seed), ...args]);
    expect(code, `seed ${seed}: ${stderr.slice(-2_000)}\n${stdout.slice(-2_000)}`).toBe(0);
    return JSON.parse(stdout) as Result;
  };

  it.runIf(LONG)(
    '75 rounds of every fault: no order is lost or doubled',
    async () => {
      const rounds = ['--rounds', '75', '--fault', 'all', '--rate', '50', '--heartbeat', '200'];
      const result = await play(Date.now() % 1_000_000, ...rounds);
      expect(result.rounds).toBe(75);
      expect(result.verdict).toMatch(/^SOUND: /);
    },
    3_600_000,
  );

  it.runIf(LONG)(
    'at a venue without expiry and idempotency at most one, the rest quarantined by name',
    async () => {
      const faults = [
        '--rounds',
        '15',
        '--fault',
        'kill,stop,killBoth',
        '--rate',
        '50',
        '--heartbeat',
        '200',
      ];
      const { audit, verdict } = await play(Date.now() % 1_000_000, ...faults, '--venue', 'plain');
      expect(audit.doubled).toEqual([]);
      expect(audit.orders + audit.quarantined.length).toBe(audit.signals);
      expect(audit.inDoubt).toBe(audit.quarantined.length);
      for (const name of audit.quarantined) expect(name).toMatch(/^signal-\d+$/);
      if (audit.quarantined.length > 0) expect(verdict).toContain(`${audit.quarantined.length} quarantined`);
    },
    3_600_000,
  );

  it.runIf(LONG)(
    'cancels go out while the mirror is stopped and orders wait for it',
    async () => {
      const faults = ['--rounds', '10', '--fault', 'stopMirror', '--rate', '200', '--heartbeat', '100'];
      const { unacked } = await play(11, ...faults);
      expect(unacked.length).toBeGreaterThan(0);
      expect(unacked.reduce((sum, { cancelsBehindOrders }) => sum + cancelsBehindOrders, 0)).toBeGreaterThan(
        0,
      );
    },
    3_600_000,
  );
});
