import type { InstrumentId } from '../../domain/brand.js';
import { Packer } from './pack.js';

/** The instruments of a block, each once, numbered in order of first appearance. */
export class Names {
  readonly #numbers = new Map<string, number>();
  readonly #packer = new Packer();
  /** Most events are about the instrument of the one before. */
  #lastName = '';
  #lastNumber = -1;
  /** Many blocks in a row name the same instruments. */
  #packedNames: readonly string[] = [];
  #packed: Uint8Array = new Uint8Array(0);

  /** The number of a name, old or new. */
  numberOf(name: InstrumentId): number {
    if (name === this.#lastName) return this.#lastNumber;
    let number = this.#numbers.get(name);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(name, number);
    }
    this.#lastName = name;
    this.#lastNumber = number;
    return number;
  }

  clear(): void {
    this.#numbers.clear();
    this.#lastName = '';
    this.#lastNumber = -1;
  }

  /** The names one after the other, as msgpack strings. */
  packed(): Uint8Array {
    const names = [...this.#numbers.keys()];
    if (
      names.length === this.#packedNames.length &&
      names.every((name, index) => name === this.#packedNames[index])
    )
      return this.#packed;
    this.#packer.reset();
    for (const name of names) this.#packer.pack(name);
    this.#packed = new Uint8Array(this.#packer.length);
    this.#packer.copyTo(this.#packed, 0);
    this.#packedNames = names;
    return this.#packed;
  }
}
