import { InputError } from '../../domain/errors.js';
import { DEEPEST, UTF16_STRING, wellFormed } from './pack.js';

/**
 * Reads msgpack values one after the other, trusting none of the lengths in them: memory stays in proportion to the
 * bytes that are there.
 */
export class Unpacker {
  readonly #bytes: Buffer;
  #at: number;
  readonly #end: number;

  constructor(bytes: Buffer, from: number, to: number) {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
  }

  /** Whether everything was read. */
  get done(): boolean {
    return this.#at === this.#end;
  }

  get position(): number {
    return this.#at;
  }

  /** The next value. @throws InputError naming the byte at which no value can be read */
  next(depth = 0): unknown {
    const at = this.#take(1);
    const head = this.#bytes[at] as number;
    if (head <= 0x7f) return head;
    if (head >= 0xe0) return head - 0x100;
    if (head <= 0x8f) return this.#map(head & 0x0f, depth);
    if (head <= 0x9f) return this.#array(head & 0x0f, depth);
    if (head <= 0xbf) return this.#string(head & 0x1f);
    switch (head) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc9:
        return this.#extension(this.#uint32());
      case 0xcb:
        return this.#bytes.readDoubleBE(this.#take(8));
      case 0xd2:
        return this.#bytes.readInt32BE(this.#take(4));
      case 0xd9:
        return this.#string(this.#bytes[this.#take(1)] as number);
      case 0xdb:
        return this.#string(this.#uint32());
      case 0xdc:
        return this.#array(this.#uint16(), depth);
      case 0xdd:
        return this.#array(this.#uint32(), depth);
      case 0xde:
        return this.#map(this.#uint16(), depth);
      case 0xdf:
        return this.#map(this.#uint32(), depth);
      default:
        throw new InputError(`byte ${at}: 0x${head.toString(16)} begins no value that a block holds`);
    }
  }

  #array(count: number, depth: number): unknown[] {
    this.#fits(count, depth);
    const values: unknown[] = [];
    for (let index = 0; index < count; index++) values.push(this.next(depth + 1));
    return values;
  }

  #map(count: number, depth: number): Record<string, unknown> {
    this.#fits(2 * count, depth);
    const object: Record<string, unknown> = {};
    for (let index = 0; index < count; index++) {
      const at = this.#at;
      const key = this.next(depth + 1);
      if (typeof key !== 'string' || key === '__proto__' || Object.hasOwn(object, key))
        throw new InputError(`byte ${at}: the names of fields must be strings, each once`);
      object[key] = this.next(depth + 1);
    }
    return object;
  }

  /** Every item takes a byte at least. */
  #fits(items: number, depth: number): void {
    if (depth > DEEPEST) throw new InputError(`byte ${this.#at}: deeper than ${DEEPEST} levels`);
    if (items > this.#end - this.#at)
      throw new InputError(
        `byte ${this.#at}: ${items} values are announced, ${this.#end - this.#at} bytes are left`,
      );
  }

  #string(length: number): string {
    const at = this.#take(length);
    // Short names are most strings: a loop is several times faster than a call into the engine.
    if (length <= 24) {
      let text = '';
      for (let index = at; index < at + length; index++) {
        const code = this.#bytes[index] as number;
        if (code > 0x7f) return this.#utf8(at, length);
        text += String.fromCharCode(code);
      }
      return text;
    }
    return this.#utf8(at, length);
  }

  #utf8(at: number, length: number): string {
    const text = this.#bytes.toString('utf8', at, at + length);
    // Bytes that are no UTF-8 become replacement characters, and those spell otherwise.
    if (text.includes('\ufffd') && !this.#bytes.subarray(at, at + length).equals(Buffer.from(text)))
      throw new InputError(`byte ${at}: a string of ${length} bytes is no UTF-8`);
    return text;
  }

  #extension(length: number): string {
    const type = this.#bytes.readInt8(this.#take(1));
    const at = this.#take(length);
    const text = this.#bytes.toString('utf16le', at, at + length);
    if (type !== UTF16_STRING || length % 2 !== 0 || wellFormed(text))
      throw new InputError(`byte ${at}: an extension of type ${type} and ${length} bytes is none of a block`);
    return text;
  }

  #uint16(): number {
    return this.#bytes.readUInt16BE(this.#take(2));
  }

  #uint32(): number {
    return this.#bytes.readUInt32BE(this.#take(4));
  }

  #take(count: number): number {
    const at = this.#at;
    if (count > this.#end - at)
      throw new InputError(`byte ${at}: ${count} bytes are announced, ${this.#end - at} are left`);
    this.#at += count;
    return at;
  }
}
