import { InputError } from '../../domain/errors.js';

/** How many characters texts have together, and how many bytes each takes: 1 (Latin-1) or 2 (UTF-16). */
export interface TextSize {
  readonly characters: number;
  readonly width: 1 | 2;
}

/** Measures texts. */
export function measure<T>(items: readonly T[], textOf: (item: T) => string): TextSize {
  let characters = 0;
  let seen = 0;
  for (const item of items) {
    const text = textOf(item);
    characters += text.length;
    for (let index = 0; index < text.length; index++) seen |= text.charCodeAt(index);
  }
  return { characters, width: seen > 0xff ? 2 : 1 };
}

/** Appends a text and gives where it ends. */
export function putText(bytes: Buffer, at: number, text: string, width: 1 | 2): number {
  if (width === 2) return at + bytes.write(text, at, 'utf16le');
  for (let index = 0; index < text.length; index++) bytes[at + index] = text.charCodeAt(index);
  return at + text.length;
}

/** Reads texts in order: each ends where its number says, in characters from the first text's beginning. */
export class TextColumn {
  readonly #text: string;
  readonly #ends: Uint32Array;
  #start = 0;

  constructor(bytes: Buffer, at: number, { characters, width }: TextSize, ends: Uint32Array) {
    this.#text = bytes.toString(width === 1 ? 'latin1' : 'utf16le', at, at + characters * width);
    this.#ends = ends;
    if ((ends.at(-1) ?? 0) !== characters)
      throw new InputError(`byte ${at}: texts of ${characters} characters end at ${ends.at(-1)}`);
  }

  /** The text of the item at `index`; to be called once for each, in order. */
  next(index: number): string {
    const end = this.#ends[index] as number;
    if (end < this.#start || end > this.#text.length)
      throw new InputError(`the text of item ${index} ends at ${end}, and begins at ${this.#start}`);
    const text = this.#text.slice(this.#start, end);
    this.#start = end;
    return text;
  }
}

/** Reads the size of texts. */
export function readTextSize(bytes: Buffer, at: number): TextSize {
  const width = bytes.readUInt32LE(at + 4);
  if (width !== 1 && width !== 2)
    throw new InputError(`byte ${at + 4}: a character takes 1 or 2 bytes, not ${width}`);
  return { characters: bytes.readUInt32LE(at), width };
}
