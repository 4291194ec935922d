import { describe, expect, test } from 'vitest';
import { LONG } from '../properties/many-runs.js';
import type { Fault, Setting } from './faults.js';
import { simulate } from './simulate.js';

const long = process.env['MILLRACE_LONG'] === '1';

const SETTING: Setting = {
  policy: 'written',
  register: 'shared',
  embedded: false,
  shadow: false,
  snapshotBehind: 20,
  signals: 30,
};

/** Admission, a planned switch-over, a take-over, a rejoin behind a snapshot: one after the other. */
const FAULTS: readonly Fault[] = [
  { at: 1_000, kind: 'switchOver', node: 'a', lasts: 0, amount: 0 },
  { at: 2_500, kind: 'kill', node: 'b', lasts: 0, amount: 0 },
];

const SETTINGS: readonly (readonly [string, Setting])[] = [
  ['a pair with a register', SETTING],
  ['a pair without one', { ...SETTING, register: 'none' }],
  ['a member with another core', { ...SETTING, shadow: true }],
  ['policy agreed', { ...SETTING, policy: 'agreed' }],
  ['policy fsync, both in one process', { ...SETTING, policy: 'fsync', embedded: true }],
  ['policy received', { ...SETTING, policy: 'received' }],
];

describe('a member dies before each of its effects', () => {
  test.each(SETTINGS)(
    '%s',
    async (_, setting) => {
      const whole = await simulate(7, { setting, faults: FAULTS });
      expect(whole.violation).toBeUndefined();
      const broken: string[] = [];
      const tried = new Set<string>();
      for (const node of ['a', 'b'] as const) {
        const seen = new Set<string>();
        for (const [effect, what] of whole.effects[node].entries()) {
          // Each role and kind of effect once; in the long suite every boundary that the whole run has.
          const first = !seen.has(what);
          seen.add(what);
          if (!first && !long) continue;
          tried.add(what);
          const { violation } = await simulate(7, { setting, faults: FAULTS, dieAt: { node, effect } });
          if (violation !== undefined)
            broken.push(`${node} dies before effect ${effect} (${what}): ${violation}`);
        }
      }
      expect(broken).toEqual([]);
      expect(tried.size).toBeGreaterThan(20);
    },
    LONG,
  );
});
