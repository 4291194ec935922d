import { FixMessage, type MessageFault } from './message.js';
import { LENGTH_OF_DATA, TAG } from './tags.js';

/** Fields by which a session lives, that a message has once: by tag, a bit of its own. */
const ONCE: Uint16Array = new Uint16Array(64);
for (const [place, tag] of [8, 9, 10, 34, 35, 36, 43, 49, 52, 56].entries()) ONCE[tag] = 1 << place;
const SOH = 1;
const EQUALS = 61;
const DOT = 46;
const T = 84;

/**
 * Reads one whole message: envelope, fields, raw data.
 *
 * `undefined`: it is garbled. Its begin string, length and type do not come first, its length or checksum is another, or
 * it has no sequence number: nobody may act upon any of it. A message whose envelope is whole and of which a field
 * cannot be read has a `fault`.
 *
 * @param bytes from `8=` to the delimiter behind the checksum, and nothing else
 *
 * @example
 * const message = parse(bytes);
 * if (message === undefined) counts.garbled++;
 */
export function parse(bytes: Buffer): FixMessage | undefined {
  const end = bytes.length;
  const body = bodyOf(bytes);
  if (body === undefined || body.from + body.length + 7 !== end || !isTrailer(bytes, end - 7))
    return undefined;
  let sum = 0;
  for (let at = 0; at < end - 7; at++) sum += bytes[at] as number;
  if ((sum & 255) !== digitsAt(bytes, end - 4, end - 1)) return undefined;
  const tags: number[] = [];
  const places: number[] = [];
  let fault: MessageFault | undefined;
  let seen = 0;
  let at = 0;
  while (at < end) {
    let tag = 0;
    const begun = at;
    for (; at < end; at++) {
      const digit = (bytes[at] as number) - 48;
      if (digit < 0 || digit > 9 || tag > 99_999_999) break;
      tag = tag * 10 + digit;
    }
    if (at === begun || bytes[at] !== EQUALS || bytes[begun] === 48) {
      fault ??= { tag: 0, reason: 0, text: 'a field without a tag' };
      const next = bytes.indexOf(SOH, at);
      at = next < 0 ? end : next + 1;
      continue;
    }
    const from = at + 1;
    let to = bytes.indexOf(SOH, from);
    const counted = LENGTH_OF_DATA.get(tag);
    if (counted !== undefined && tags.at(-1) === counted) {
      const length = digitsAt(bytes, places.at(-2) as number, places.at(-1) as number);
      if (from + length < end - 7 && bytes[from + length] === SOH) to = from + length;
      else fault ??= { tag: counted, reason: 5, text: `tag ${counted} is not the length of tag ${tag}` };
    }
    if (to === from) fault ??= { tag, reason: 4, text: `tag ${tag} has no value` };
    // Of two numbers, times or senders nobody can say which is meant.
    const bit = tag < 64 ? (ONCE[tag] as number) : 0;
    if ((seen & bit) !== 0) fault ??= { tag, reason: 13, text: `tag ${tag} is there more than once` };
    seen |= bit;
    tags.push(tag);
    places.push(from, to);
    at = to + 1;
  }
  if (tags[0] !== TAG.BeginString || tags[1] !== TAG.BodyLength || tags[2] !== TAG.MsgType) return undefined;
  const message = new FixMessage(bytes, tags, places, fault);
  return message.sequence > 0 && message.type !== '' ? message : undefined;
}

/** Where the body begins and how long it says it is; `undefined` when these bytes do not begin a message. */
export function bodyOf(
  bytes: Buffer,
  start = 0,
  end: number = bytes.length,
): { readonly from: number; readonly length: number } | undefined {
  if (bytes[start] !== 56 || bytes[start + 1] !== EQUALS) return undefined;
  const limit = Math.min(end, start + LONGEST_HEAD);
  let at = start + 2;
  while (at < limit && bytes[at] !== SOH) at++;
  if (at + 3 >= limit || !isBegin(bytes, start + 2, at) || bytes[at + 1] !== 57 || bytes[at + 2] !== EQUALS)
    return undefined;
  const from = at + 3;
  at = from;
  while (at < limit && bytes[at] !== SOH) at++;
  if (at >= limit) return undefined;
  const length = digitsAt(bytes, from, at);
  return length > 0 ? { from: at + 1, length } : undefined;
}

/**
 * Whether these bytes name a version of the protocol: `FIX.4.4`, `FIXT.1.1`. Noise in front of a message would else be taken
 * for its begin string, and be right by chance once in 256 times: a checksum is no more than that.
 */
function isBegin(bytes: Buffer, from: number, to: number): boolean {
  const digits = to - 3;
  const name = bytes[from + 3] === T ? from + 4 : from + 3;
  return (
    name === digits - 1 &&
    bytes[from] === 70 &&
    bytes[from + 1] === 73 &&
    bytes[from + 2] === 88 &&
    bytes[name] === DOT &&
    isDigit(bytes[digits] as number) &&
    bytes[digits + 1] === DOT &&
    isDigit(bytes[digits + 2] as number)
  );
}

function isDigit(byte: number): boolean {
  return byte >= 48 && byte <= 57;
}

/** Bytes within which begin string and body length have to be told. */
export const LONGEST_HEAD = 48;

/** Whether `10=ddd` and the delimiter stand at a place. */
export function isTrailer(bytes: Buffer, at: number): boolean {
  return (
    bytes[at - 1] === SOH &&
    bytes[at] === 49 &&
    bytes[at + 1] === 48 &&
    bytes[at + 2] === EQUALS &&
    bytes[at + 6] === SOH &&
    !Number.isNaN(digitsAt(bytes, at + 3, at + 6))
  );
}

/** The number that the bytes spell; `NaN` when one is no digit, or there is none. */
function digitsAt(bytes: Buffer, from: number, to: number): number {
  if (to <= from || to - from > 15) return Number.NaN;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
