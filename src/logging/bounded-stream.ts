import type { Writable } from 'node:stream';

/** As much of a stream as lines are handed to. */
export interface LineStream {
  write(text: string): void;
}

/** Hands lines to a stream until so many characters wait in it: a reader that is slow or gone costs lines, never memory or the desk. */
export class BoundedStream implements LineStream {
  readonly #stream: Writable;
  readonly #room: number;
  readonly #dropped: () => void;

  constructor(stream: Writable, room: number, dropped: () => void) {
    this.#stream = stream;
    this.#room = room;
    this.#dropped = dropped;
  }

  write(text: string): void {
    const { destroyed, writableEnded, writableLength } = this.#stream;
    if (destroyed || writableEnded || writableLength + text.length > this.#room) this.#dropped();
    else this.#stream.write(text);
  }
}
