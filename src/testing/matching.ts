import { inspect } from 'node:util';
import { differences, partialOf } from './differences.js';
import { showValue } from './show-value.js';

/** Some fields of a value, at any depth. */
export type DeepPartial<Value> = Value extends string | number | bigint | boolean | symbol | null | undefined
  ? Value
  : Value extends (...parameters: never[]) => unknown
    ? Value
    : Value extends readonly unknown[]
      ? { readonly [Index in keyof Value]: DeepPartial<Value[Index]> }
      : { readonly [Key in keyof Value]?: DeepPartial<Value[Key]> };

/**
 * An expected value of which only some fields are compared.
 *
 * Made for large values, such as a frame with books and features, of which a test speaks about two fields. Nested
 * objects are partial too; lists are compared element by element and in full length.
 *
 * The return type says `Value`, for a diagram's values are of that type: use it only where a value is expected.
 *
 * @example
 * expectPipeline(frames())
 *   .given('a', { a: trade(BTC, { price: 100 }) })
 *   .emits('x', { x: matching({ mark: { price: 100 } }) });
 */
export function matching<Value>(fields: NoInfer<DeepPartial<Value>>): Value {
  // A matcher is no `Value` and never becomes one: it stands only where an expected value is compared.
  return new PartialMatcher(fields) as unknown as Value;
}

/** Follows the protocol of vitest's asymmetric matchers too, so that `expect(x).toEqual(matching(…))` works. */
class PartialMatcher {
  readonly [partialOf]: unknown;

  constructor(fields: unknown) {
    this[partialOf] = fields;
  }

  asymmetricMatch(received: unknown): boolean {
    return differences(this, received).length === 0;
  }

  toString(): string {
    return 'matching';
  }

  toAsymmetricMatcher(): string {
    return `matching(${showValue(this[partialOf])})`;
  }

  [inspect.custom](): string {
    return this.toAsymmetricMatcher();
  }
}

/** Whether a value is a matcher, which says what is expected and cannot itself be emitted. */
export function isMatching(value: unknown): boolean {
  return value instanceof PartialMatcher;
}
