import { describe, expect, test } from 'vitest';
import { LONG } from '../properties/many-runs.js';
import type { Fault, Setting } from './faults.js';
import { settingOf } from './faults.js';
import { ABLATIONS, type Ablation, simulate } from './simulate.js';

/** Most seeds until the simulation must have seen that a rule is missing. */
const WITHIN = 300;

/** Faults that look for one rule, where random ones rarely meet it. */
const AIMED: Partial<Record<Ablation, (seed: number) => { setting: Setting; faults: Fault[] }>> = {
  // A follower that was paused catches up over a way that loses messages, and its leader dies meanwhile.
  twoPhase: (seed) => {
    const back = 1_400 + (seed % 10) * 20;
    return {
      setting: { ...settingOf(seed), register: 'shared', shadow: false, embedded: false },
      faults: [
        { at: 1_000, kind: 'noise', node: 'a', lasts: 1_500, amount: 0.9 },
        { at: 1_000, kind: 'pause', node: 'b', lasts: back - 1_000, amount: 0.9 },
        { at: back + 1 + (seed % 50) * 2, kind: 'kill', node: 'a', lasts: 0, amount: 0 },
      ],
    };
  },
  // An admission that is done late, while the follower is cut off.
  renewal: (seed) => ({
    setting: { ...settingOf(seed), register: 'shared', shadow: false, embedded: false },
    faults: [
      { at: 500, kind: 'registerSilent', node: 'a', lasts: 1_500, amount: 0.4 },
      { at: 640 + (seed % 20) * 10, kind: 'cutBoth', node: 'a', lasts: 1_200, amount: 0.9 },
    ],
  }),
  // The member that acked more than its disk holds loses power, then the other one goes.
  holder: (seed) => ({
    setting: { ...settingOf(seed), register: 'shared', policy: 'written', shadow: false, embedded: false },
    faults: [
      { at: 1_500 + (seed % 40) * 13, kind: 'registerAway', node: 'a', lasts: 1_500, amount: 0.9 },
      { at: 1_520 + (seed % 40) * 13, kind: 'power', node: 'b', lasts: 0, amount: 0 },
      { at: 1_640 + (seed % 40) * 13, kind: 'kill', node: 'a', lasts: 0, amount: 0 },
    ],
  }),
};

describe('every rule is needed: without it the simulation breaks', () => {
  test.each(ABLATIONS)(
    'without %s',
    async (rule) => {
      for (let seed = 1; seed <= WITHIN; seed += 1) {
        const aimed = AIMED[rule]?.(seed) ?? {};
        const { violation } = await simulate(seed, { ...aimed, without: [rule] });
        if (violation === undefined) continue;
        // It is the missing rule that breaks it, and nothing else.
        expect((await simulate(seed, aimed)).violation).toBeUndefined();
        return;
      }
      expect.fail(`${WITHIN} seeds did not notice that the rule "${rule}" is missing`);
    },
    LONG,
  );
});
