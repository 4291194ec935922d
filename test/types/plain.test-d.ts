import { describe, expectTypeOf, test } from 'vitest';
import type { Decision } from '../../src/domain/decision.js';
import { asPlain, fromPlain, type Plain } from '../../src/domain/plain.js';

interface Kept {
  readonly count: number;
  readonly name?: string;
  readonly rows: readonly (readonly [string, Float64Array])[];
}
declare const kept: Kept;
declare const decision: Decision;
declare const plain: Plain;

describe('what a snapshot takes', () => {
  test('is an interface of plain fields, whole', () => {
    expectTypeOf(asPlain(kept)).toEqualTypeOf<Plain>();
    expectTypeOf(asPlain([decision])).toEqualTypeOf<Plain>();
    expectTypeOf(fromPlain<Kept>(plain)).toEqualTypeOf<Kept>();
  });

  test('is no map, no method, no big integer, however deep', () => {
    // @ts-expect-error a map survives no snapshot
    asPlain({ kept: [new Map([['a', 1]])] });
    // @ts-expect-error nor does a function
    asPlain({ kept, later: () => 1 });
    // @ts-expect-error nor a big integer
    asPlain({ lots: [1n] });
    // @ts-expect-error nor a date
    asPlain({ at: new Date(0) });
  });
});
