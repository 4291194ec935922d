import { refuse } from '../../domain/check.js';

/** The values of a set of features for one instrument at one time, by name; `NaN` while unknown. */
export type FeatureRow<N extends string = string> = { readonly [K in N]: number } & {
  /** All values in the order of definition. */
  readonly values: readonly number[];
};

/** Makes rows of one set of features. */
export type RowFactory<N extends string> = (values: readonly number[]) => FeatureRow<N>;

const NAME = /^[A-Za-z_$][\w$]*$/;

/**
 * A factory of rows: one flat array of doubles each, read by name through accessors of the prototype.
 *
 * That is a third of the memory of an object with a field a feature, since a field would box its double.
 *
 * @throws ConfigurationError when a name is no identifier, or is `values`
 */
export function rowFactory<N extends string>(names: readonly N[]): RowFactory<N> {
  class Row {
    readonly values: readonly number[];

    constructor(values: readonly number[]) {
      this.values = values;
    }
  }
  names.forEach((name, index) => {
    if (!NAME.test(name) || name === 'values')
      refuse('a feature name', 'an identifier other than "values"', name);
    Object.defineProperty(Row.prototype, name, {
      enumerable: true,
      get(this: Row) {
        return this.values[index];
      },
    });
  });
  // Its getters were defined by name: no type can say so.
  return (values) => new Row(values) as unknown as FeatureRow<N>;
}
