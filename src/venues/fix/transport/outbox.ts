import type { Link } from './transport.js';

/** Bytes on their way to a link, in order: at once, or, where the disk has to have something first, then. */
export class Outbox {
  readonly #flushed: (() => Promise<void>) | undefined;
  readonly #failed: (error: unknown) => void;
  #unwritten: (() => void)[] = [];
  #flushing = false;

  /**
   * @param flushed resolves once the disk has what bytes wait for; without: they do not wait
   * @param failed the disk did not take it: what waited is dropped
   */
  constructor(flushed: (() => Promise<void>) | undefined, failed: (error: unknown) => void) {
    this.#flushed = flushed;
    this.#failed = failed;
  }

  write(link: Link, bytes: Buffer): void {
    if (this.#flushed === undefined) link.write(bytes);
    else this.#later(() => link.write(bytes), this.#flushed);
  }

  /** What was to be said before still goes, a logout most of all. */
  close(link: Link): void {
    if (this.#unwritten.length === 0 && !this.#flushing) link.close();
    else this.#unwritten.push(() => link.close());
  }

  #later(action: () => void, flushed: () => Promise<void>): void {
    this.#unwritten.push(action);
    if (!this.#flushing) void this.#flush(flushed);
  }

  async #flush(flushed: () => Promise<void>): Promise<void> {
    this.#flushing = true;
    try {
      while (this.#unwritten.length > 0) {
        const batch = this.#unwritten;
        this.#unwritten = [];
        await flushed();
        for (const action of batch) action();
      }
    } catch (error) {
      this.#unwritten = [];
      this.#failed(error);
    } finally {
      this.#flushing = false;
    }
  }
}
