import { InputError, show } from '../../../domain/errors.js';
import { SECRETS, TAG } from './tags.js';
import { tryTimestamp } from './timestamp.js';

/** A fault of a message whose envelope is whole: the session refuses it, by its reason (tag 373), and goes on. */
export interface MessageFault {
  readonly tag: number;
  /** As tag 373 counts them: 2 a tag is not defined, 4 no value, 5 the value is wrong, 6 its format is. */
  readonly reason: number;
  readonly text: string;
}

/**
 * The fields of one entry of a repeating group, in the order of the wire.
 *
 * @example
 * for (const entry of message.groups(453, new Set([448, 447, 452]))) console.log(entry.get(448));
 */
export class Group {
  readonly #message: FixMessage;
  readonly #from: number;
  readonly #to: number;

  constructor(message: FixMessage, from: number, to: number) {
    this.#message = message;
    this.#from = from;
    this.#to = to;
  }

  /** The value of a field, or `undefined`. */
  get(tag: number): string | undefined {
    return this.#message.valueBetween(tag, this.#from, this.#to);
  }
}

/**
 * A message as it was received: places in the bytes, read when they are asked for.
 *
 * The bytes are those of the connection and are not written again: a message may be kept.
 *
 * @example
 * const message = parse(bytes);
 * if (message?.type === '8') console.log(message.get(TAG.ClOrdID));
 */
export class FixMessage {
  readonly bytes: Buffer;
  /** What of it cannot be read although its envelope is whole. */
  readonly fault: MessageFault | undefined;
  readonly type: string;
  readonly sequence: number;
  readonly #tags: readonly number[];
  /** Two for each field: where its value begins and ends. */
  readonly #places: readonly number[];

  constructor(
    bytes: Buffer,
    tags: readonly number[],
    places: readonly number[],
    fault: MessageFault | undefined,
  ) {
    this.bytes = bytes;
    this.#tags = tags;
    this.#places = places;
    this.fault = fault;
    this.type = this.get(TAG.MsgType) ?? '';
    this.sequence = this.integer(TAG.MsgSeqNum);
  }

  /** How many fields it has, begin string to checksum. */
  get size(): number {
    return this.#tags.length;
  }

  /** The tags and values, in the order of the wire. */
  fields(): [tag: number, value: string][] {
    return this.#tags.map((tag, place) => [tag, this.#text(place)]);
  }

  /** The value of the first field of this tag, or `undefined`. */
  get(tag: number): string | undefined {
    const place = this.#tags.indexOf(tag);
    return place < 0 ? undefined : this.#text(place);
  }

  /** The bytes of the first field of this tag: for raw data. */
  data(tag: number): Buffer | undefined {
    const place = this.#tags.indexOf(tag);
    return place < 0
      ? undefined
      : this.bytes.subarray(this.#places[2 * place] as number, this.#places[2 * place + 1] as number);
  }

  /** Whether the field says `Y`. */
  flag(tag: number): boolean {
    return this.get(tag) === 'Y';
  }

  /** A number of digits only, as sequence numbers are; `NaN` when there is none. */
  integer(tag: number): number {
    const place = this.#tags.indexOf(tag);
    if (place < 0) return Number.NaN;
    const end = this.#places[2 * place + 1] as number;
    let value = 0;
    for (let at = this.#places[2 * place] as number; at < end; at++) {
      const digit = (this.bytes[at] as number) - 48;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    return Number.isSafeInteger(value) ? value : Number.NaN;
  }

  /** A UTC timestamp in Unix milliseconds; `NaN` when there is none. */
  time(tag: number): number {
    return tryTimestamp(this.get(tag) ?? '');
  }

  /**
   * The entries of a repeating group: each begins with the same field, which is the one behind the counter.
   *
   * @throws InputError when the counter says another number than there are
   */
  groups(counter: number, members: ReadonlySet<number>): readonly Group[] {
    const place = this.#tags.indexOf(counter);
    if (place < 0) return [];
    const wanted = this.integer(counter);
    const groups: Group[] = [];
    let at = place + 1;
    const first = this.#tags[at];
    let begun = at;
    // The entries end at the first field that belongs to none of them.
    while (wanted > 0 && first !== undefined && members.has(this.#tags[at] as number)) {
      at++;
      const tag = this.#tags[at];
      if (tag !== first && members.has(tag as number)) continue;
      groups.push(new Group(this, begun, at));
      begun = at;
    }
    if (groups.length !== wanted)
      throw new InputError(
        `tag ${counter} says ${show(this.get(counter))} entries, and there are ${groups.length}`,
      );
    return groups;
  }

  /** The value of a tag among the fields from one place up to another: of an entry of a group. */
  valueBetween(tag: number, from: number, to: number): string | undefined {
    for (let place = from; place < to; place++) if (this.#tags[place] === tag) return this.#text(place);
    return undefined;
  }

  /** For people: the delimiter as a bar, and no passwords. */
  toString(): string {
    return this.fields()
      .map(([tag, value]) => `${tag}=${SECRETS.has(tag) ? '[redacted]' : value}|`)
      .join('');
  }

  #text(place: number): string {
    return this.bytes.toString(
      'latin1',
      this.#places[2 * place] as number,
      this.#places[2 * place + 1] as number,
    );
  }
}
