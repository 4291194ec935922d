/** What the application is still to be told, in order: what it causes meanwhile waits its turn. */
export class Notices {
  readonly #waiting: (() => void)[] = [];
  readonly #harmed: (text: string) => void;
  #telling = false;

  /** @param harmed the application threw: told once a round, however often it throws */
  constructor(harmed: (text: string) => void) {
    this.#harmed = harmed;
  }

  add(notice: () => void): void {
    this.#waiting.push(notice);
  }

  /** @returns whether everything is told: not from within a notice */
  tellAll(): boolean {
    if (this.#telling) return false;
    this.#telling = true;
    let alarmed = false;
    for (let notice = this.#waiting.shift(); notice !== undefined; notice = this.#waiting.shift()) {
      try {
        notice();
      } catch (error) {
        // It harms itself only: the message counts as not recorded.
        const text = `the application threw: ${String(error)}`;
        if (!alarmed) this.#waiting.push(() => this.#harmed(text));
        alarmed = true;
      }
    }
    this.#telling = false;
    return true;
  }
}
