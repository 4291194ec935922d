/** Characters from the end of an id among which the two are looked for: ids differ at their ends, in symbol and venue. */
const REACH = 32;
/** Distances of which pairs are tried. */
const CANDIDATES = 6;

/**
 * The places of ids in a list, found faster than in a Map: every event asks for one.
 *
 * A Map goes through the hash that the string keeps and compares strings by a call, some 15 ns. Here two characters, chosen
 * so that they tell the ids apart, lead to a slot; what lies there is compared. Ids that share a slot with another, and those
 * that are not in the list, are left to a Map: the answer is the same.
 */
export class IdIndex {
  readonly #places: ReadonlyMap<string, number>;
  /** Distances of the two characters from the end of an id. */
  readonly #first: number;
  readonly #second: number;
  readonly #mask: number;
  readonly #ids: readonly string[];
  readonly #slots: Int32Array;

  /** @param ids in their order, each once */
  constructor(ids: readonly string[]) {
    this.#places = new Map(ids.map((id, place) => [id, place]));
    let size = 16;
    while (size < 8 * ids.length) size *= 2;
    this.#mask = size - 1;
    const [first, second] = tellingPair(ids, this.#mask);
    this.#first = first;
    this.#second = second;
    const slots = new Array<string>(size).fill('');
    this.#slots = new Int32Array(size).fill(-1);
    for (const [place, id] of ids.entries()) {
      const slot = slotOf(id, first, second, this.#mask);
      if (this.#slots[slot] !== -1) continue;
      slots[slot] = id;
      this.#slots[slot] = place;
    }
    this.#ids = slots;
  }

  /** The place of an id, or -1 when it is not in the list. */
  placeOf(id: string): number {
    // An event may come from a program without types.
    if (typeof id !== 'string') return -1;
    const slot = slotOf(id, this.#first, this.#second, this.#mask);
    if (this.#ids[slot] === id) return this.#slots[slot] as number;
    return this.#places.get(id) ?? -1;
  }
}

/** An id that is too short to have both characters belongs into slot 0: `charCodeAt` says NaN. */
function slotOf(id: string, first: number, second: number, mask: number): number {
  const { length } = id;
  return (id.charCodeAt(length - first) * 31 + id.charCodeAt(length - second)) & mask;
}

/**
 * The distances from the end whose two characters lead the most ids to a slot of their own, among the distances at
 * which the ids differ most.
 */
function tellingPair(ids: readonly string[], mask: number): readonly [number, number] {
  const various = Array.from({ length: REACH }, (_, index) => ({
    distance: index + 1,
    characters: new Set(ids.map((id) => id.at(-1 - index))).size,
  }))
    .sort((a, b) => b.characters - a.characters)
    .slice(0, CANDIDATES)
    .map(({ distance }) => distance);
  let best: readonly [number, number] = [1, 2];
  let most = 0;
  for (const first of various) {
    for (const second of various) {
      if (second === first || most === ids.length) continue;
      const { size } = new Set(ids.map((id) => slotOf(id, first, second, mask)));
      if (size <= most) continue;
      best = [first, second];
      most = size;
    }
  }
  return best;
}
