export type ChanceState = readonly [a: number, b: number, c: number, counter: number];

/**
 * A seeded generator of chance (sfc32) whose state a snapshot can carry: the same seed draws the same numbers, and a
 * restored one goes on where it was.
 */
export class Chance {
  #a: number;
  #b: number;
  #c: number;
  #counter = 1;

  /** @param name gives an independent generator of the same seed */
  constructor(seed: number, name: string) {
    this.#a = mix(`${seed}:${name}:a`);
    this.#b = mix(`${seed}:${name}:b`);
    this.#c = mix(`${seed}:${name}:c`);
    // The first numbers of neighbouring seeds resemble each other; twelve rounds part them.
    for (let round = 0; round < 12; round++) this.draw();
  }

  /** Evenly from 0 (included) to 1 (excluded). */
  draw(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4_294_967_296;
  }

  /** Whether something of this probability happens. What never happens draws nothing. */
  happens(probability: number): boolean {
    return probability > 0 && this.draw() < probability;
  }

  save(): ChanceState {
    return [this.#a, this.#b, this.#c, this.#counter];
  }

  restore([a, b, c, counter]: ChanceState): void {
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#counter = counter;
  }
}

/** FNV-1a with a final mix: spreads texts over 32 bits. */
function mix(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return value ^ (value >>> 16);
}
