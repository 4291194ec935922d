import { InputError, show } from '../../domain/errors.js';

/** Extension type of a string that is not well-formed Unicode: its UTF-16 code units, little-endian. */
export const UTF16_STRING = 2;

/** Deeper data is no event. */
export const DEEPEST = 16;

/**
 * Writes values as msgpack into one buffer that grows.
 *
 * It differs from the usual libraries in what it keeps: `-0` is a double, not the integer 0, and a string with half of
 * a surrogate pair comes back as it was (extension type 2).
 */
export class Packer {
  #bytes: Buffer = Buffer.allocUnsafeSlow(4_096);
  #used = 0;

  /** How many bytes were written since {@link reset}. */
  get length(): number {
    return this.#used;
  }

  reset(): void {
    this.#used = 0;
    // One giant event does not hold its memory for ever.
    if (this.#bytes.length > 1 << 22) this.#bytes = Buffer.allocUnsafeSlow(4_096);
  }

  /** Copies what was written. */
  copyTo(target: Uint8Array, at: number): void {
    target.set(this.#bytes.subarray(0, this.#used), at);
  }

  /** @throws InputError for what msgpack, or an event, cannot hold */
  pack(value: unknown, depth = 0): void {
    switch (typeof value) {
      case 'string':
        this.#string(value);
        return;
      case 'number':
        this.#number(value);
        return;
      case 'boolean':
        this.#byte(value ? 0xc3 : 0xc2);
        return;
      case 'object':
        if (depth > DEEPEST) throw new InputError(`an event may nest ${DEEPEST} levels deep, not deeper`);
        if (value === null) this.#byte(0xc0);
        else if (Array.isArray(value)) this.#array(value, depth);
        else this.#map(value as Readonly<Record<string, unknown>>, depth);
        return;
      default:
        throw new InputError(`an event holds plain data, not ${show(value)}`);
    }
  }

  #array(values: readonly unknown[], depth: number): void {
    this.#head(values.length, 0x90, 15, 0xdc);
    for (const value of values) this.pack(value, depth + 1);
  }

  #map(object: Readonly<Record<string, unknown>>, depth: number): void {
    const keys = Object.keys(object).filter((key) => object[key] !== undefined);
    this.#head(keys.length, 0x80, 15, 0xde);
    for (const key of keys) {
      // Nobody would read it back: on the way in such a name changes what an object inherits, so readers refuse it.
      if (key === '__proto__') throw new InputError('no field of an event may be named __proto__');
      this.#string(key);
      this.pack(object[key], depth + 1);
    }
  }

  /** The head of an array or a map: in one byte, or followed by 2 or 4 bytes. */
  #head(count: number, short: number, most: number, long: number): void {
    if (count <= most) this.#byte(short | count);
    else if (count <= 0xffff) {
      this.#byte(long);
      const at = this.#take(2);
      this.#bytes.writeUInt16BE(count, at);
    } else {
      this.#byte(long + 1);
      const at = this.#take(4);
      this.#bytes.writeUInt32BE(count, at);
    }
  }

  #string(value: string): void {
    if (!wellFormed(value)) {
      this.#byte(0xc9);
      const bytes = value.length * 2;
      const at = this.#take(5 + bytes);
      this.#bytes.writeUInt32BE(bytes, at);
      this.#bytes.writeInt8(UTF16_STRING, at + 4);
      this.#bytes.write(value, at + 5, 'utf16le');
      return;
    }
    const length = Buffer.byteLength(value);
    if (length <= 31) this.#byte(0xa0 | length);
    else if (length <= 0xff) {
      const at = this.#take(2);
      this.#bytes[at] = 0xd9;
      this.#bytes[at + 1] = length;
    } else {
      this.#byte(0xdb);
      const at = this.#take(4);
      this.#bytes.writeUInt32BE(length, at);
    }
    const at = this.#take(length);
    this.#bytes.write(value, at, 'utf8');
  }

  #number(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value <= 0x7f && !Object.is(value, -0)) {
      this.#byte(value);
      return;
    }
    if (Number.isInteger(value) && value >= -0x8000_0000 && value <= 0x7fff_ffff && !Object.is(value, -0)) {
      this.#byte(0xd2);
      const at = this.#take(4);
      this.#bytes.writeInt32BE(value, at);
      return;
    }
    // A double holds every integer that a number can be: no integer of 64 bits is needed.
    this.#byte(0xcb);
    const at = this.#take(8);
    this.#bytes.writeDoubleBE(value, at);
  }

  #byte(value: number): void {
    const at = this.#take(1);
    this.#bytes[at] = value;
  }

  /** Makes room for so many bytes and says where they go. */
  #take(count: number): number {
    const at = this.#used;
    this.#used += count;
    if (this.#used > this.#bytes.length) {
      const grown = Buffer.allocUnsafeSlow(Math.max(this.#bytes.length * 2, this.#used));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    return at;
  }
}

const HALF_PAIR = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

/** Whether every surrogate of a string has its other half. */
export function wellFormed(value: string): boolean {
  return !HALF_PAIR.test(value);
}
