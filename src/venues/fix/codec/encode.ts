import { InputError, show } from '../../../domain/errors.js';
import { SECRETS } from './tags.js';

/** A field of a message: its tag and its value. Bytes are for data fields only, behind the field of their length. */
export type Field = readonly [tag: number, value: string | number | Uint8Array];

/** Room in front of the body for `8=FIXT.1.1|9=1234567890|`. */
const ROOM = 40;
const SOH = 1;
const EQUALS = 61;
/** One buffer that messages are spelled in, and copied from: encoding is synchronous. */
let scratch = Buffer.allocUnsafe(4_096);

/**
 * Spells a message: begin string, body length, the fields given (the first is the message type), and the checksum.
 *
 * Texts are Latin-1; numbers are integers, since a decimal is written as its exact string.
 *
 * @example
 * encode('FIX.4.4', [[35, '0'], [49, 'DESK'], [56, 'BROKER'], [34, 2], [52, '20260105-14:30:00.250']])
 * @throws InputError when a value is empty, holds the delimiter or cannot be spelled
 */
export function encode(beginString: string, fields: readonly Field[]): Buffer {
  let at = ROOM;
  for (const [tag, value] of fields) {
    at = decimalDigits(tag, at, 'tag');
    scratch[at++] = EQUALS;
    if (typeof value === 'string') at = text(value, at, tag);
    else if (typeof value === 'number') at = decimalDigits(value, at, `value of tag ${tag}`);
    else at = data(value, at, tag);
    scratch[at++] = SOH;
  }
  const head = `8=${beginString}\x019=${at - ROOM}\x01`;
  const start = ROOM - head.length;
  if (start < 0)
    throw new InputError(`a begin string such as FIX.4.4 was expected, not ${show(beginString)}`);
  scratch.write(head, start, 'latin1');
  let sum = 0;
  for (let index = start; index < at; index++) sum += scratch[index] as number;
  sum &= 255;
  reserve(at, 7);
  scratch.write(`10=${sum < 10 ? '00' : sum < 100 ? '0' : ''}${sum}\x01`, at, 'latin1');
  return Buffer.from(scratch.subarray(start, at + 7));
}

/** Makes sure that so many bytes fit behind a place. */
function reserve(at: number, bytes: number): void {
  if (at + bytes <= scratch.length) return;
  const grown = Buffer.allocUnsafe(Math.max(2 * scratch.length, at + bytes));
  scratch.copy(grown, 0, 0, at);
  scratch = grown;
}

function decimalDigits(value: number, at: number, what: string): number {
  if (!Number.isSafeInteger(value)) throw new InputError(`${what} must be an integer, not ${show(value)}`);
  // Twenty for the number, two for the equals sign and the delimiter.
  reserve(at, 22);
  if (value < 0) return at + scratch.write(String(value), at, 'latin1');
  let digits = 1;
  for (let rest = value; rest >= 10; rest = Math.floor(rest / 10)) digits++;
  let rest = value;
  for (let place = at + digits - 1; place >= at; place--) {
    scratch[place] = 48 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  return at + digits;
}

function text(value: string, at: number, tag: number): number {
  const { length } = value;
  if (length === 0) throw new InputError(`tag ${tag} has an empty value`);
  reserve(at, length + 1);
  for (let index = 0; index < length; index++) {
    const code = value.charCodeAt(index);
    if (code === SOH || code > 255)
      throw new InputError(
        `tag ${tag} must be Latin-1 text without the delimiter, not ${SECRETS.has(tag) ? 'what it is' : show(value)}`,
      );
    scratch[at + index] = code;
  }
  return at + length;
}

function data(value: Uint8Array, at: number, tag: number): number {
  if (value.length === 0) throw new InputError(`tag ${tag} has an empty value`);
  reserve(at, value.length + 1);
  scratch.set(value, at);
  return at + value.length;
}
