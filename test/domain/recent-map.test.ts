import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RecentMap } from '../../src/domain/recent-map.js';

describe('a map of what is recent', () => {
  test('has the newest entries, and never more than twice as many as it must', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 200 }), (least, count) => {
        const map = new RecentMap<number, string>(least);
        for (let key = 0; key < count; key++) map.set(key, `v${key}`);
        for (let key = Math.max(0, count - least); key < count; key++) expect(map.get(key)).toBe(`v${key}`);
        expect([...map.values()].length).toBeLessThanOrEqual(2 * least);
      }),
    );
  });

  test('gives what was set last, and nothing that was deleted, in whichever generation', () => {
    const map = new RecentMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.set('a', 3);
    expect(map.get('a')).toBe(3);
    expect([...map.values()]).toEqual([2, 3]);
    map.delete('a');
    expect(map.has('a')).toBe(false);
    expect(map.get('a')).toBeUndefined();
    expect(map.has('b')).toBe(true);
  });
});
