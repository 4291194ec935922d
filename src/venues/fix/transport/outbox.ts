import type { Link } from './transport.js';

/** What waits for the disk: bytes, or, without any, the end of the link. */
interface Waiting {
  readonly link: Link;
  readonly bytes: Buffer | undefined;
}

/** Bytes on their way to a link, in order: at once, or, where the disk has to have something first, then. */
export class Outbox {
  readonly #flushed: (() => Promise<void>) | undefined;
  readonly #failed: (error: unknown) => void;
  #waiting: Waiting[] = [];
  #flushing = false;

  /**
   * @param flushed resolves once the disk has what bytes wait for; without: they do not wait
   * @param failed the disk did not take it: bytes that waited are dropped, links that were to end have ended
   */
  constructor(flushed: (() => Promise<void>) | undefined, failed: (error: unknown) => void) {
    this.#flushed = flushed;
    this.#failed = failed;
  }

  write(link: Link, bytes: Buffer): void {
    if (this.#flushed === undefined) link.write(bytes);
    else {
      this.#waiting.push({ link, bytes });
      if (!this.#flushing) void this.#flush(this.#flushed);
    }
  }

  /** What was to be said before still goes, a logout most of all. */
  close(link: Link): void {
    if (this.#waiting.length === 0 && !this.#flushing) link.close();
    else this.#waiting.push({ link, bytes: undefined });
  }

  async #flush(flushed: () => Promise<void>): Promise<void> {
    this.#flushing = true;
    let batch: readonly Waiting[] = [];
    try {
      while (this.#waiting.length > 0) {
        batch = this.#waiting;
        this.#waiting = [];
        await flushed();
        for (const { link, bytes } of batch) {
          if (bytes === undefined) link.close();
          else link.write(bytes);
        }
        batch = [];
      }
      this.#flushing = false;
    } catch (error) {
      const ending = [...batch, ...this.#waiting].filter(({ bytes }) => bytes === undefined);
      this.#waiting = [];
      this.#flushing = false;
      for (const { link } of ending) link.close();
      this.#failed(error);
    }
  }
}
