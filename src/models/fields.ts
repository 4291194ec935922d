import { InputError, show } from '../domain/errors.js';

/** A part of a model's JSON, read with the path to it for messages. */
export class Fields {
  readonly path: string;
  readonly #value: Readonly<Record<string, unknown>>;

  constructor(path: string, value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw new InputError(`${path} must be an object, not ${show(value)}`);
    this.path = path;
    this.#value = value as Readonly<Record<string, unknown>>;
  }

  has(name: string): boolean {
    return this.#value[name] !== undefined && this.#value[name] !== null;
  }

  within(name: string): Fields {
    return new Fields(`${this.path}.${name}`, this.#value[name]);
  }

  raw(name: string): unknown {
    return this.#value[name];
  }

  number(name: string): number {
    const value = this.#value[name];
    if (typeof value !== 'number' || !Number.isFinite(value)) throw this.wrong(name, 'a number', value);
    return value;
  }

  integer(name: string, least: number, most: number): number {
    const value = this.number(name);
    if (!Number.isInteger(value) || value < least || value > most)
      throw this.wrong(name, `an integer from ${least} to ${most}`, value);
    return value;
  }

  text(name: string): string {
    const value = this.#value[name];
    if (typeof value !== 'string') throw this.wrong(name, 'a text', value);
    return value;
  }

  list(name: string): readonly unknown[] {
    const value = this.#value[name];
    if (!Array.isArray(value)) throw this.wrong(name, 'a list', value);
    return value;
  }

  numbers(name: string): readonly number[] {
    const values = this.list(name);
    values.forEach((value, index) => {
      if (typeof value !== 'number' || !Number.isFinite(value))
        throw this.wrong(`${name}[${index}]`, 'a number', value);
    });
    return values as readonly number[];
  }

  wrong(name: string, expected: string, value: unknown): InputError {
    return new InputError(`${this.path}.${name} must be ${expected}, not ${show(value)}`);
  }
}
