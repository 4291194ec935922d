import type { BookEvent } from '../domain/market-event.js';

/** L2 deltas of one instrument merged level by level: the first's place in the chain, the last's end of it. */
export class MergedDelta {
  readonly #first: BookEvent;
  #last: BookEvent;
  readonly #bids = new Map<number, number>();
  readonly #asks = new Map<number, number>();

  private constructor(first: BookEvent) {
    this.#first = first;
    this.#last = first;
    collect(this.#bids, first.bids);
    collect(this.#asks, first.asks);
  }

  /** Starts from a delta; `undefined` for a snapshot, which nothing merges into. */
  static from(event: BookEvent): MergedDelta | undefined {
    return event.action === 'delta' ? new MergedDelta(event) : undefined;
  }

  /** Whether the venue numbers these deltas. */
  get numbered(): boolean {
    return isNumbered(this.#first);
  }

  /** Adds the next delta; false when it does not follow the last one: a gap must stay visible. */
  add(event: BookEvent): boolean {
    const last = this.#last;
    const follows =
      event.previous >= 0
        ? event.previous === last.last
        : event.first >= 0
          ? event.first === last.last + 1
          : last.first < 0;
    if (!follows) return false;
    this.#last = event;
    collect(this.#bids, event.bids);
    collect(this.#asks, event.asks);
    return true;
  }

  toEvent(): BookEvent {
    const { instrument, first, previous } = this.#first;
    return {
      kind: 'book',
      instrument,
      venueTime: this.#last.venueTime,
      action: 'delta',
      first,
      last: this.#last.last,
      previous,
      bids: flatten(this.#bids),
      asks: flatten(this.#asks),
    };
  }
}

/** Whether the venue numbers its deltas, so that their order among quotes shows in the ids. */
export const isNumbered = ({ first, previous }: BookEvent): boolean => first >= 0 || previous >= 0;

function collect(levels: Map<number, number>, flat: readonly number[]): void {
  for (let index = 0; index + 1 < flat.length; index += 2)
    levels.set(flat[index] as number, flat[index + 1] as number);
}

/** Sorted by price: the spelling does not depend on the order of arrival. */
function flatten(levels: ReadonlyMap<number, number>): number[] {
  const prices = [...levels.keys()].sort((a, b) => a - b);
  const flat: number[] = [];
  for (const price of prices) flat.push(price, levels.get(price) as number);
  return flat;
}
