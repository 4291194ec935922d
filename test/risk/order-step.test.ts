import { describe, expect, test } from 'vitest';
import { maxPosition } from '../../src/operators/risk/index.js';
import { bought, kill, open, quote, verdicts } from './verdicts.js';

describe('risk and the order step', () => {
  test('an order that is no multiple of it is denied', async () => {
    expect(await verdicts([], {}, [quote, open], 20)).toEqual(['approved buy 20']);
    const [denied] = await verdicts([], {}, [quote, open], 25);
    expect(denied).toMatch(/^denied buy 25 .*: the quantity 0\.25 is no multiple of the order step 0\.1$/);
  });

  test.each([
    ['brings a position inside its limit, not merely nearer', 57, 0.49, 'approved sell 10'],
    ['takes whole steps as they are', 57, 0.37, 'approved sell 20'],
    ['closes no more than there is', 57, 0.01, 'approved sell 50'],
  ])('a reduction %s', async (_, held, limit, verdict) => {
    expect(await verdicts([maxPosition({ limit })], {}, [quote, bought(held)])).toEqual([verdict]);
  });

  test('what is finer than an order cannot be sold: nothing is sent for it', async () => {
    expect(await verdicts([maxPosition({ limit: 0.05 })], {}, [quote, bought(7)])).toEqual([]);
    expect(await verdicts([], { onKill: 'flatten' }, [quote, bought(57), kill])).toEqual([
      'approved sell 50',
    ]);
  });
});
