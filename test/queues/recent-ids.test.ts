import fc from 'fast-check';
import { expect, it } from 'vitest';
import { RecentIds } from '../../src/queues/recent-ids.js';

it('remembers the newest ids with their first positions, as a list that is cut would', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 8 }), fc.array(fc.nat(20), { maxLength: 200 }), (most, given) => {
      const recent = new RecentIds(most);
      let list: { id: string; position: number }[] = [];
      given.forEach((number, position) => {
        const id = `id ${number}`;
        recent.add(id, position);
        if (!list.some((known) => known.id === id)) list = [...list, { id, position }].slice(-most);
        expect(recent.ids()).toEqual(list.map((known) => known.id));
        expect(recent.size).toBe(list.length);
        for (const known of list) expect(recent.positionOf(known.id)).toBe(known.position);
        if (!list.some((known) => known.id === id)) expect(recent.positionOf(id)).toBeUndefined();
      });
    }),
  );
});

it('goes on forgetting the oldest, however many went before', () => {
  const recent = new RecentIds(100_000);
  for (let position = 0; position < 600_000; position++) recent.add(`id ${position}`, position);
  expect(recent.size).toBe(100_000);
  expect(recent.positionOf('id 499999')).toBeUndefined();
  expect(recent.positionOf('id 500000')).toBe(500_000);
});
