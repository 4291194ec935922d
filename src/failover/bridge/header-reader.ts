import { InputError } from '../../domain/errors.js';
import { LONGEST_NAME } from './limits.js';

const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What stands at a place of a header, for messages to people. */
const kindOf = (byte: number): string => {
  if (byte <= 0x7f || (byte >= 0xcc && byte <= 0xcf)) return 'an unsigned integer';
  if (byte <= 0x8f || byte === 0xde || byte === 0xdf) return 'a map';
  if (byte <= 0x9f || byte === 0xdc || byte === 0xdd) return 'an array';
  if (byte <= 0xbf || (byte >= 0xd9 && byte <= 0xdb)) return 'a string';
  if (byte === 0xc0) return 'nil';
  if (byte === 0xc2 || byte === 0xc3) return 'a boolean';
  if (byte >= 0xc4 && byte <= 0xc6) return 'binary';
  if (byte === 0xca || byte === 0xcb) return 'a float';
  if (byte >= 0xe0 || (byte >= 0xd0 && byte <= 0xd3)) return 'a negative integer';
  return byte === 0xc1 ? 'a byte that msgpack does not use' : 'an extension';
};

/**
 * Reads a msgpack header field by field, each as the type that must stand there.
 *
 * Nothing is built that the message does not have, so a hostile header costs no more memory than its own bytes.
 * Every refusal is an `InputError` that names the field.
 */
export class HeaderReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** A safe integer from `least` to `most`. */
  integer(field: string, least = 0, most: number = Number.MAX_SAFE_INTEGER): number {
    const byte = this.#byte(field);
    let value: number;
    if (byte <= 0x7f) value = byte;
    else if (byte === 0xcc) value = this.#bytes[this.#take(field, 1)] as number;
    else if (byte === 0xcd) value = this.#view.getUint16(this.#take(field, 2));
    else if (byte === 0xce) value = this.#view.getUint32(this.#take(field, 4));
    else if (byte === 0xcf) {
      const place = this.#take(field, 8);
      value = this.#view.getUint32(place) * 2 ** 32 + this.#view.getUint32(place + 4);
    } else return refuse(field, 'an unsigned integer', kindOf(byte));
    if (value < least || value > most) refuse(field, `an integer from ${least} to ${most}`, String(value));
    return value;
  }

  boolean(field: string): boolean {
    const byte = this.#byte(field);
    if (byte !== 0xc2 && byte !== 0xc3) refuse(field, 'a boolean', kindOf(byte));
    return byte === 0xc3;
  }

  /** A string of 1 to `longest` bytes. */
  text(field: string, longest: number = LONGEST_NAME, least = 1): string {
    const byte = this.#byte(field);
    let length: number;
    if (byte >= 0xa0 && byte <= 0xbf) length = byte & 0x1f;
    else if (byte === 0xd9) length = this.#bytes[this.#take(field, 1)] as number;
    else if (byte === 0xda) length = this.#view.getUint16(this.#take(field, 2));
    else if (byte === 0xdb) length = this.#view.getUint32(this.#take(field, 4));
    else return refuse(field, 'a string', kindOf(byte));
    if (length < least || length > longest)
      refuse(field, `a string of ${least} to ${longest} bytes`, `one of ${length}`);
    const start = this.#take(field, length);
    try {
      return UTF8.decode(this.#bytes.subarray(start, start + length));
    } catch {
      return refuse(field, 'UTF-8', 'other bytes');
    }
  }

  /** Length of an array that begins here. */
  array(field: string, most: number): number {
    const byte = this.#byte(field);
    let length: number;
    if (byte >= 0x90 && byte <= 0x9f) length = byte & 0x0f;
    else if (byte === 0xdc) length = this.#view.getUint16(this.#take(field, 2));
    else if (byte === 0xdd) length = this.#view.getUint32(this.#take(field, 4));
    else return refuse(field, 'an array', kindOf(byte));
    if (length > most) refuse(field, `an array of at most ${most}`, `one of ${length}`);
    return length;
  }

  /** Number of pairs of a map that begins here. */
  map(field: string, most: number): number {
    const byte = this.#byte(field);
    let length: number;
    if (byte >= 0x80 && byte <= 0x8f) length = byte & 0x0f;
    else if (byte === 0xde) length = this.#view.getUint16(this.#take(field, 2));
    else return refuse(field, 'a map', kindOf(byte));
    if (length > most) refuse(field, `a map of at most ${most} pairs`, `one of ${length}`);
    return length;
  }

  /** Passes over `nil` and says that it was there. */
  absent(field: string): boolean {
    if (this.#at >= this.#bytes.length) this.#take(field, 1);
    if (this.#bytes[this.#at] !== 0xc0) return false;
    this.#at += 1;
    return true;
  }

  /** Passes over one value of any type: a field that another version of the protocol has. */
  skip(field: string): void {
    for (let due = 1; due > 0; due -= 1) {
      const byte = this.#byte(field);
      if (byte >= 0x80 && byte <= 0x8f) due += 2 * (byte & 0x0f);
      else if (byte >= 0x90 && byte <= 0x9f) due += byte & 0x0f;
      else if (byte >= 0xa0 && byte <= 0xbf) this.#take(field, byte & 0x1f);
      else if (byte === 0xc1) refuse(field, 'msgpack', kindOf(byte));
      else if (byte >= 0xc4 && byte <= 0xdf) due += this.#long(field, byte);
    }
  }

  /** Every byte has been read. */
  end(field: string): void {
    const left = this.#bytes.length - this.#at;
    if (left > 0) refuse(field, 'the whole frame', `followed by ${left} more bytes`);
  }

  /** The body of a value whose length or width stands behind its first byte; gives how many values it holds. */
  #long(field: string, byte: number): number {
    const size = (width: number): number => {
      const place = this.#take(field, width);
      if (width === 1) return this.#view.getUint8(place);
      return width === 2 ? this.#view.getUint16(place) : this.#view.getUint32(place);
    };
    if (byte <= 0xc6) this.#take(field, size(1 << (byte - 0xc4)));
    else if (byte <= 0xc9) this.#take(field, size(1 << (byte - 0xc7)) + 1);
    else if (byte <= 0xcb) this.#take(field, byte === 0xca ? 4 : 8);
    else if (byte <= 0xd3) this.#take(field, 1 << (byte & 0x03));
    else if (byte <= 0xd8) this.#take(field, (1 << (byte - 0xd4)) + 1);
    else if (byte <= 0xdb) this.#take(field, size(1 << (byte - 0xd9)));
    else return size(byte & 1 ? 4 : 2) * (byte >= 0xde ? 2 : 1);
    return 0;
  }

  #byte(field: string): number {
    return this.#bytes[this.#take(field, 1)] as number;
  }

  /** Place of the next `count` bytes, which are taken. */
  #take(field: string, count: number): number {
    const place = this.#at;
    if (place + count > this.#bytes.length) refuse(field, 'complete', 'cut off: the frame ends within it');
    this.#at = place + count;
    return place;
  }
}

function refuse(field: string, right: string, wrong: string): never {
  throw new InputError(`${field} must be ${right}, not ${wrong}`);
}
