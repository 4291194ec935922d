import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LIMIT_LOTS } from '../venues/model-desk.js';
import { happen, START, STEP, type World, worlds } from '../venues/model-world.js';
import type { Step } from '../venues/random-steps.js';
import { LONG } from './many-runs.js';

const KILL_AT = 8;
const KILL = { nth: KILL_AT, action: 'kill', onKill: 'cancel' } as const;
const NOTHING: Step = { kind: 'wait', time: 0 };
const RUNS = process.env['MILLRACE_LONG'] === '1' ? 10_000 : 300;

describe('a desk and a venue that fails', () => {
  test('when everything has settled they agree on positions, open orders and the fills of each order', {
    timeout: LONG,
  }, async () => {
    const seen: Record<string, number> = {};
    await fc.assert(
      fc.asyncProperty(worlds, async (world) => {
        const { desk, venue, said } = await happen(world);
        for (const [what, count] of Object.entries(said)) seen[what] = (seen[what] ?? 0) + count;
        expect(desk).toEqual(venue);
        // Unknown orders count as exposure; only what fills after the venue called it canceled can lead beyond.
        if (world.chances.fillAfterCancel === 0) {
          expect(Math.abs(venue.position)).toBeLessThanOrEqual(LIMIT_LOTS);
        }
      }),
      { numRuns: RUNS },
    );
    // A world in which nothing goes wrong would prove nothing.
    for (const what of ['unknown', 'link', 'rejected', 'canceled', 'fill', 'cancelRejected'] as const) {
      expect(seen[what] ?? 0, what).toBeGreaterThan(RUNS / 10);
    }
    for (const code of ['duplicate-execution', 'missing-fills']) {
      expect(seen[`ledger ${code}`] ?? 0, code).toBeGreaterThan(RUNS / 60);
    }
  });
});

describe('a desk that is killed', () => {
  const killed = worlds
    .filter(({ steps }) => steps.length > KILL_AT)
    .map((world) => {
      // A reduction passes in every state, and may rest: nobody proposes one after the kill.
      const steps = world.steps.map((each, nth) =>
        nth >= KILL_AT && each.kind === 'submit' ? NOTHING : each,
      );
      return { ...world, steps, control: KILL } satisfies World;
    });

  test('has nothing open at the venue in the end, whatever was lost on the way', {
    timeout: LONG,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(killed, async (world) => {
        const { desk, venue } = await happen(world);
        expect(desk).toEqual(venue);
        expect(venue.open).toEqual([]);
      }),
      { numRuns: Math.floor(RUNS / 3) },
    );
  });

  const rests: Step = {
    kind: 'submit',
    side: 'buy',
    price: 95,
    quantity: 2,
    timeInForce: 'GTC',
    postOnly: false,
  };
  const pause: Step = { kind: 'wait', time: 9 };
  const quiet: World = {
    steps: [rests, pause, pause, pause, pause],
    seed: 1,
    chances: {},
    latency: {},
    control: { ...KILL, nth: 2 },
    selfTradePrevention: 'none',
  };

  test('has nothing open when the cancel is lost, and the next one too', async () => {
    const { venue } = await happen({
      ...quiet,
      script: [{ fault: 'lostRequest', nth: 1, request: 'cancel', until: START + 2_500 }],
    });
    expect(venue.open).toEqual([]);
  });

  test('has nothing open when the link is down at that moment', async () => {
    const { venue } = await happen({
      ...quiet,
      script: [{ fault: 'disconnect', from: START + 2 * STEP, lasts: 2_000 }],
    });
    expect(venue.open).toEqual([]);
  });

  test('has nothing open when all is well', async () => {
    expect((await happen(quiet)).venue.open).toEqual([]);
  });
});
