import { InputError, show } from '../../domain/errors.js';

/** A row of a CSV file: the text of a column by its name. */
export type CsvRow<Column extends string> = (column: Column) => string;

/**
 * Reads rows of a plain CSV file (no quotes) by the names in its header.
 *
 * @throws InputError when the header lacks a column
 */
export class CsvColumns<Column extends string> {
  readonly #names: readonly string[];
  readonly #places = new Map<string, number>();

  constructor(header: string, needed: readonly Column[]) {
    this.#names = header.trimEnd().split(',');
    this.#names.forEach((name, index) => {
      this.#places.set(name, index);
    });
    for (const name of needed) {
      if (!this.#places.has(name))
        throw new InputError(`the header must have a column "${name}", not only ${show(header)}`);
    }
  }

  has(column: Column): boolean {
    return this.#places.has(column);
  }

  /** @throws InputError when the row has another number of fields than the header */
  row(line: string): CsvRow<Column> {
    const fields = line.trimEnd().split(',');
    if (fields.length !== this.#names.length)
      throw new InputError(
        `a row must have ${this.#names.length} fields, not ${fields.length}: ${show(line)}`,
      );
    return (column) => fields[this.#places.get(column) as number] ?? '';
  }
}
