import { refuse } from '../../domain/check.js';
import type { Parameters } from './study.js';

/** More combinations than anyone has waited for. */
const MOST = 1_000_000;

/**
 * Every combination of some values, the last name changing fastest.
 *
 * @throws ConfigurationError for a name without values, a value twice, or more than a million combinations
 * @example
 * grid({ fast: [5, 10], slow: [20, 50] }).length; // 4: {fast: 5, slow: 20}, {fast: 5, slow: 50}, ...
 */
export function grid(
  values: Readonly<Record<string, readonly (number | string | boolean)[]>>,
): readonly Parameters[] {
  let combinations: Parameters[] = [{}];
  for (const [name, each] of Object.entries(values)) {
    if (!Array.isArray(each) || each.length === 0)
      refuse(`grid.${name}`, 'a list of at least one value', each);
    if (new Set(each).size !== each.length) refuse(`grid.${name}`, 'values that differ', each.join(', '));
    if (combinations.length * each.length > MOST)
      refuse('grid', `at most ${MOST} combinations`, combinations.length * each.length);
    combinations = combinations.flatMap((combination) =>
      each.map((value) => ({ ...combination, [name]: value })),
    );
  }
  return combinations;
}

/** A combination on one line: `fast=5 slow=20`. */
export const nameOf = (parameters: Parameters): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ') || '(no parameters)';
