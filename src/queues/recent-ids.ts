/** The newest ids with the position of each, up to a number: older ones are forgotten. */
export class RecentIds {
  readonly #positions = new Map<string, number>();
  /** Kept, since to look for the first key each time walks over the places of all that went before. */
  readonly #oldest: Iterator<string> = this.#positions.keys();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#positions.size;
  }

  positionOf(id: string): number | undefined {
    return this.#positions.get(id);
  }

  /** Remembers an id; the position of one that is known stays. */
  add(id: string, position: number): void {
    if (this.#positions.has(id)) return;
    this.#positions.set(id, position);
    if (this.#positions.size <= this.#most) return;
    this.#positions.delete(this.#oldest.next().value as string);
  }

  /** Oldest first. */
  ids(): readonly string[] {
    return [...this.#positions.keys()];
  }
}
