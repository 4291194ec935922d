import { isDeepStrictEqual } from 'node:util';
import { showValue } from './show-value.js';

/** One place where two values differ. `path` is empty where they differ as a whole. */
export interface Difference {
  readonly path: string;
  readonly sentence: string;
}

/** The key under which a matcher keeps the fields it asks for; see `matching`. */
export const partialOf: unique symbol = Symbol('millrace.partial');

/**
 * Every place where a received value differs from the expected one; none where they are equal.
 *
 * Equality is deep and strict, and NaN equals NaN. An expected value may hold matchers at any depth: those of
 * `matching`, and those of vitest such as `expect.any(Number)`.
 *
 * @example
 * differences({ side: 'buy', quantity: 2 }, { side: 'buy', quantity: 1 });
 * // [{ path: 'quantity', sentence: 'expected 2, received 1' }]
 */
export function differences(expected: unknown, received: unknown): readonly Difference[] {
  return compare(expected, received, '', false, new Set());
}

type Keyed = Readonly<Record<string | symbol, unknown>>;

function compare(
  expected: unknown,
  received: unknown,
  path: string,
  partial: boolean,
  above: ReadonlySet<unknown>,
): readonly Difference[] {
  if (Object.is(expected, received)) return [];
  const whole = (show = showValue): readonly Difference[] => [
    { path, sentence: `expected ${show(expected)}, received ${show(received)}` },
  ];
  if (isObject(expected) && partialOf in expected) {
    return compare(expected[partialOf], received, path, true, above);
  }
  if (isMatcher(expected)) return expected.asymmetricMatch(received) ? [] : whole();
  if (!isObject(expected) || !isObject(received)) return whole();
  // A value that holds itself is left to Node, which follows circles.
  if (above.has(expected) || !isTree(expected) || !isTree(received))
    return isDeepStrictEqual(expected, received) ? [] : whole();
  if (!partial && Object.getPrototypeOf(expected) !== Object.getPrototypeOf(received)) return whole();
  if (hasText(expected) && hasText(received) && String(expected) !== String(received)) return whole(String);
  return compareKeys(expected, received, path, partial, new Set([...above, expected]));
}

function compareKeys(
  expected: Keyed,
  received: Keyed,
  path: string,
  partial: boolean,
  above: ReadonlySet<unknown>,
): readonly Difference[] {
  // A list is not a set of fields: even a partial one says how long it is.
  const exact = !partial || Array.isArray(expected);
  const missing = keysOf(expected).flatMap((key) => {
    const inner = `${path}${step(key, expected, path === '')}`;
    if (partial ? key in received : Object.hasOwn(received, key))
      return compare(expected[key], received[key], inner, partial, above);
    return [{ path: inner, sentence: `expected ${showValue(expected[key])}, received nothing` }];
  });
  const extra = keysOf(received)
    .filter((key) => exact && !Object.hasOwn(expected, key))
    .map((key) => ({
      path: `${path}${step(key, received, path === '')}`,
      sentence: `expected nothing, received ${showValue(received[key])}`,
    }));
  return [...missing, ...extra];
}

function keysOf(value: Keyed): readonly (string | symbol)[] {
  return Reflect.ownKeys(value).filter(
    (key) => Object.getOwnPropertyDescriptor(value, key)?.enumerable === true,
  );
}

function step(key: string | symbol, owner: Keyed, first: boolean): string {
  if (Array.isArray(owner) || typeof key === 'symbol') return `[${String(key)}]`;
  return first ? key : `.${key}`;
}

function isObject(value: unknown): value is Keyed {
  return typeof value === 'object' && value !== null;
}

function isMatcher(value: unknown): value is { asymmetricMatch(received: unknown): boolean } {
  return isObject(value) && typeof value['asymmetricMatch'] === 'function';
}

/** Whether the fields are all there is: a Date, a Map or a typed array keeps its content elsewhere. */
function isTree(value: Keyed): boolean {
  return Array.isArray(value) || Object.prototype.toString.call(value) === '[object Object]';
}

/** Whether a class says what its value is, as a decimal does: `expected 1.5` says more than its digits one by one. */
function hasText(value: Keyed): boolean {
  return (
    !Array.isArray(value) &&
    typeof value['toString'] === 'function' &&
    value['toString'] !== Object.prototype.toString
  );
}
