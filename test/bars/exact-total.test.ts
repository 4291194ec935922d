import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExactTotal } from '../../src/operators/bars/exact-total.js';

it('is exact where plain numbers are not, also after save and restore', () => {
  const integer = fc.integer({ min: -(2 ** 52), max: 2 ** 52 });
  const pairs = fc.array(fc.tuple(fc.oneof(integer, fc.integer()), fc.oneof(integer, fc.integer())));
  fc.assert(
    fc.property(pairs, fc.nat(), (products, cut) => {
      let total = new ExactTotal();
      let expected = 0n;
      products.forEach(([one, other], index) => {
        if (index === cut % (products.length + 1)) {
          const copy = new ExactTotal();
          copy.restore(total.save());
          total = copy;
        }
        total.add(one, other);
        expected += BigInt(one) * BigInt(other);
      });
      expect(total.digits).toBe(String(expected));
      expect(total.value).toBe(Number(expected));
    }),
  );
});
