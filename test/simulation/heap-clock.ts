interface Due {
  readonly at: number;
  readonly order: number;
  action: (() => void) | undefined;
}

/**
 * Virtual time: actions by time, then by order of scheduling. Promises that an action settled are drained before the next
 * action, as they would be before the next millisecond of a real process.
 */
export class HeapClock {
  now = 0;
  /** Whether a promise was settled since the last drain. */
  dirty = false;
  #order = 0;
  readonly #heap: Due[] = [];

  at(time: number, action: () => void): () => void {
    const due: Due = { at: Math.max(time, this.now), order: this.#order++, action };
    this.#up(due);
    return () => {
      due.action = undefined;
    };
  }

  after(delay: number, action: () => void): () => void {
    return this.at(this.now + delay, action);
  }

  /** Runs until `until`, or until `stop` says so after an action. */
  async run(until: number, stop: () => boolean): Promise<void> {
    for (;;) {
      const due = this.#heap[0];
      if (due === undefined || due.at > until) break;
      this.#down();
      if (due.action === undefined) continue;
      this.now = due.at;
      due.action();
      if (this.dirty) {
        this.dirty = false;
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      if (stop()) return;
    }
    this.now = Math.max(this.now, until);
  }

  #up(due: Due): void {
    const heap = this.#heap;
    let index = heap.length;
    heap.push(due);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent] as Due;
      if (!before(due, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = due;
  }

  #down(): void {
    const heap = this.#heap;
    const last = heap.pop() as Due;
    if (heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child += 1;
      if (!before(heap[child] as Due, last)) break;
      heap[index] = heap[child] as Due;
      index = child;
    }
    heap[index] = last;
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}
