import { integerAtLeast } from '../../../domain/check.js';
import type { FixMessage } from './message.js';
import { bodyOf, isTrailer, LONGEST_HEAD, parse } from './parse.js';

/** Bytes of the largest message that is taken, if nobody says otherwise. */
export const LARGEST_MESSAGE: number = 1 << 20;
/** Header, body length and checksum around a body. */
const ENVELOPE = LONGEST_HEAD + 7;
const BEGIN = Buffer.from('8=FIX', 'latin1');

/**
 * Cuts the bytes of a connection into messages.
 *
 * ```
 * chunks    --[8=FIX..][..10=123|8=FI][X..10=001|]--
 * messages  -----------a--------------b-------------
 * ```
 *
 * What is garbled (a wrong checksum or length, noise, a message larger than the limit) is counted and left out; the next
 * message is looked for behind its first byte, so that a wrong length does not swallow what follows. No more is held
 * than one message of the largest size.
 *
 * @example
 * const framer = new Framer();
 * socket.on('data', (chunk) => framer.take(chunk, (message) => handle(message)));
 */
export class Framer {
  readonly #largest: number;
  /** What is not yet a whole message: `[#from, #to)`. Bytes that were handed out are never written again. */
  #held: Buffer = Buffer.alloc(0);
  #from = 0;
  #to = 0;
  /** What began garbled and was left out. */
  garbled = 0;

  /** @throws ConfigurationError when the limit is no integer of at least 256 */
  constructor(largest: number = LARGEST_MESSAGE) {
    this.#largest = integerAtLeast('fix.largestMessage', largest, 256);
  }

  /** Takes bytes and hands out, one after the other, the messages that they complete. */
  take(chunk: Buffer, message: (message: FixMessage) => void): void {
    this.#append(chunk);
    for (;;) {
      const found = this.#next();
      if (found === undefined) break;
      const parsed = parse(found);
      if (parsed === undefined) {
        this.garbled++;
        // Its length was a guess of the noise: look again right behind where it began.
        this.#skip(1);
      } else {
        this.#from += found.length;
        message(parsed);
      }
    }
    this.#rest();
  }

  /** A new connection begins: what was held of the last one is nothing. */
  clear(): void {
    this.#held = Buffer.alloc(0);
    this.#from = 0;
    this.#to = 0;
  }

  /** The bytes of what may be the next message, or `undefined` when more have to come. */
  #next(): Buffer | undefined {
    for (;;) {
      const bytes = this.#held;
      const [from, to] = [this.#from, this.#to];
      if (from === to) return undefined;
      const body = bodyOf(bytes, from, to);
      if (body === undefined) {
        if (to - from < LONGEST_HEAD && maybeHead(bytes, from, to)) return undefined;
        this.garbled++;
        this.#skip(1);
        continue;
      }
      const end = body.from + body.length + 7;
      if (end - from > this.#largest + ENVELOPE) {
        this.garbled++;
        this.#skip(1);
      } else if (end > to) return undefined;
      else if (isTrailer(bytes, end - 7)) return bytes.subarray(from, end);
      else {
        this.garbled++;
        this.#skip(1);
      }
    }
  }

  /** Goes to the next place where a message may begin, at least so many bytes on. */
  #skip(least: number): void {
    const bytes = this.#held;
    const found = bytes.subarray(0, this.#to).indexOf(BEGIN, this.#from + least);
    if (found >= 0) {
      this.#from = found;
      return;
    }
    // The end may be the first bytes of a begin string.
    const first = Math.max(this.#from + least, this.#to - BEGIN.length + 1);
    this.#from = this.#to;
    for (let at = first; at < this.#to; at++) {
      if (BEGIN.subarray(0, this.#to - at).equals(bytes.subarray(at, this.#to))) {
        this.#from = at;
        return;
      }
    }
  }

  #append(chunk: Buffer): void {
    const held = this.#to - this.#from;
    if (held === 0) {
      this.#held = chunk;
      this.#from = 0;
      this.#to = chunk.length;
      return;
    }
    if (this.#to + chunk.length > this.#held.length) {
      const grown = Buffer.allocUnsafe(Math.max(2 * (held + chunk.length), 4_096));
      this.#held.copy(grown, 0, this.#from, this.#to);
      this.#held = grown;
      this.#from = 0;
      this.#to = held;
    }
    chunk.copy(this.#held, this.#to);
    this.#to += chunk.length;
  }

  /** What is left moves to a buffer of its own: the chunk's may be large, and others may hold on to it. */
  #rest(): void {
    const held = this.#to - this.#from;
    if (held === 0) this.clear();
  }
}

/** Whether these few bytes may yet become the head of a message. */
function maybeHead(bytes: Buffer, from: number, to: number): boolean {
  const length = Math.min(BEGIN.length, to - from);
  if (!bytes.subarray(from, from + length).equals(BEGIN.subarray(0, length))) return false;
  const begin = bytes.subarray(from, to).indexOf(1);
  if (begin < 0) return true;
  const rest = bytes.subarray(from + begin + 1, to).toString('latin1');
  const digits = rest.slice(2);
  if (!'9='.startsWith(rest.slice(0, 2))) return false;
  for (let at = 0; at < digits.length; at++) {
    const code = digits.charCodeAt(at);
    if (code < 48 || code > 57) return false;
  }
  return true;
}
