import { describe, expect, test } from 'vitest';
import { shrink } from './shrink.js';
import { simulate } from './simulate.js';

describe('a seed that breaks', () => {
  test('keeps only faults that are needed to break it', async () => {
    const without = ['refusal'] as const;
    let seed = 1;
    let broken = await simulate(seed, { without });
    while (broken.violation === undefined || broken.faults.length < 4) {
      seed += 1;
      broken = await simulate(seed, { without });
    }
    const least = await shrink(seed, { without });
    expect(least.violation).toBeDefined();
    expect(least.faults.length).toBeLessThan(broken.faults.length);
    for (const fault of least.faults) {
      const faults = least.faults.filter((each) => each !== fault);
      expect((await simulate(seed, { without, setting: least.setting, faults })).violation).toBeUndefined();
    }
  });

  test('a seed that does not break is left as it is', async () => {
    const whole = await shrink(1);
    expect(whole.violation).toBeUndefined();
    expect(whole.faults).toEqual((await simulate(1)).faults);
  });
});
