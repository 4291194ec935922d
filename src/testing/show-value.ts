import { inspect } from 'node:util';

const longest = 200;

/** A value on one line, cut where it would hide the rest of the message. Errors show without their stack. */
export function showValue(value: unknown): string {
  const text = value instanceof Error ? String(value) : inspectFlat(value);
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

function inspectFlat(value: unknown): string {
  if (hasMatcherName(value)) return value.toAsymmetricMatcher();
  return inspect(value, { depth: 4, breakLength: Number.POSITIVE_INFINITY, compact: true });
}

// vitest's `expect.any(Number)` inspects as its own internals, and names itself through this method.
function hasMatcherName(value: unknown): value is { toAsymmetricMatcher(): string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'toAsymmetricMatcher' in value &&
    typeof value.toAsymmetricMatcher === 'function'
  );
}
