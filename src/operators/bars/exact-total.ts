import type { Plain } from '../../domain/plain.js';

/**
 * A sum of products of integers that is exact at every size, at the cost of plain numbers while it stays below 2^53.
 */
export class ExactTotal {
  /** What has outgrown a plain number. */
  #whole = 0n;
  #part = 0;

  /** Nearest number to the total. */
  get value(): number {
    return this.#whole === 0n ? this.#part : Number(this.#whole + BigInt(this.#part));
  }

  /** The total, digit by digit. */
  get digits(): string {
    return this.#whole === 0n ? String(this.#part) : String(this.#whole + BigInt(this.#part));
  }

  /** Adds the product of two integers. */
  add(one: number, other: number): void {
    const product = one * other;
    const sum = this.#part + product;
    // A safe product was not rounded; nor was a safe sum of two safe numbers.
    if (Number.isSafeInteger(product) && Number.isSafeInteger(sum)) this.#part = sum;
    else this.#whole += BigInt(one) * BigInt(other);
  }

  reset(): void {
    this.#whole = 0n;
    this.#part = 0;
  }

  save(): Plain {
    return [String(this.#whole), this.#part];
  }

  restore(saved: Plain): void {
    const [whole, part] = saved as readonly [string, number];
    this.#whole = BigInt(whole);
    this.#part = part;
  }
}
