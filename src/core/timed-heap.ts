import type { Cancel } from './clock.js';

interface Entry {
  readonly at: number;
  readonly rank: number;
  readonly order: number;
  action: (() => unknown) | undefined;
}

const before = (a: Entry, b: Entry): boolean =>
  a.at !== b.at ? a.at < b.at : a.rank !== b.rank ? a.rank < b.rank : a.order < b.order;

/** Actions in the order of time, rank and scheduling: the one heap that simulated drivers and replay share. */
export class TimedHeap {
  readonly #entries: Entry[] = [];
  #order = 0;

  /** Time of the next action that was not canceled; infinity when there is none. */
  get nextAt(): number {
    this.#discardCanceled();
    return this.#entries[0]?.at ?? Number.POSITIVE_INFINITY;
  }

  get size(): number {
    return this.#entries.length;
  }

  /** @throws RangeError for a time that is NaN: nothing behind it would ever come due */
  schedule(at: number, rank: number, action: () => unknown): Cancel {
    if (Number.isNaN(at)) throw new RangeError('an action cannot be scheduled at NaN');
    const entry: Entry = { at, rank, order: this.#order++, action };
    const entries = this.#entries;
    let index = entries.length;
    entries.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(entry, entries[parent] as Entry)) break;
      entries[index] = entries[parent] as Entry;
      index = parent;
    }
    entries[index] = entry;
    return () => {
      entry.action = undefined;
    };
  }

  /** Takes the next action off the heap; `undefined` when there is none. */
  take(): { readonly at: number; readonly action: () => unknown } | undefined {
    this.#discardCanceled();
    const entry = this.#pop();
    return entry === undefined ? undefined : { at: entry.at, action: entry.action as () => unknown };
  }

  #discardCanceled(): void {
    while (this.#entries.length > 0 && (this.#entries[0] as Entry).action === undefined) this.#pop();
  }

  #pop(): Entry | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const moved = entries.pop();
    if (top === undefined || moved === undefined || entries.length === 0) return top;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= entries.length) break;
      const right = left + 1;
      const child =
        right < entries.length && before(entries[right] as Entry, entries[left] as Entry) ? right : left;
      if (!before(entries[child] as Entry, moved)) break;
      entries[index] = entries[child] as Entry;
      index = child;
    }
    entries[index] = moved;
    return top;
  }
}
