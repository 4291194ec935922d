import { test } from 'vitest';
import { asPlain, savedAs } from '../../src/domain/plain.js';

interface State {
  readonly count: number;
  readonly names: readonly string[];
  readonly last: { readonly at: number } | null;
}
declare const state: State;
declare const values: ReadonlyMap<string, number>;

test('a state of plain data is plain, and of the shape in which it was saved again', () => {
  savedAs<State>(asPlain(state)).count satisfies number;
});

test('what has no canonical spelling does not compile', () => {
  // @ts-expect-error: a map
  asPlain({ values });
  // @ts-expect-error: a set, deeper
  asPlain({ list: [{ seen: new Set(['a']) }] });
  // @ts-expect-error: a function
  asPlain({ ...state, step: () => 1 });
  // @ts-expect-error: undefined is lost on the way
  asPlain({ last: undefined as number | undefined });
});
