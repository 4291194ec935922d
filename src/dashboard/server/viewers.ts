import type { ServerResponse } from 'node:http';

interface Viewer {
  readonly response: ServerResponse;
  /** Since when what was written to it has not left this process; `undefined`: all has. */
  stuckSince: number | undefined;
}

/** Milliseconds in which a browser must take something, or be gone. */
const PATIENCE = 15_000;

/**
 * Browsers that look on. Who is slower than the pictures come misses some, and who takes nothing for a while is let go: nothing
 * is ever queued for anybody.
 */
export class Viewers {
  readonly #most: number;
  readonly #now: () => number;
  readonly #viewers = new Set<Viewer>();
  #event = 0;

  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  get count(): number {
    return this.#viewers.size;
  }

  get full(): boolean {
    return this.#viewers.size >= this.#most;
  }

  /** Takes one in, whose headers are sent; `left` is called once when it has gone. */
  add(response: ServerResponse, left: () => void): void {
    const viewer: Viewer = { response, stuckSince: undefined };
    this.#viewers.add(viewer);
    response.on('close', () => {
      this.#viewers.delete(viewer);
      left();
    });
    response.on('error', () => response.destroy());
  }

  /** Writes to one, such as to one that came. */
  tell(response: ServerResponse, event: string, data: string): void {
    response.write(this.#spelled(event, data));
  }

  /** Writes to all that have taken what was written before. */
  tellAll(event: string, data: string): void {
    const text = this.#spelled(event, data);
    const now = this.#now();
    for (const viewer of this.#viewers) {
      const { response } = viewer;
      if (response.writableLength === 0) {
        viewer.stuckSince = undefined;
        response.write(text);
        continue;
      }
      viewer.stuckSince ??= now;
      if (now - viewer.stuckSince >= PATIENCE) response.destroy();
    }
  }

  closeAll(): void {
    for (const { response } of this.#viewers) response.destroy();
  }

  #spelled(event: string, data: string): string {
    return `id: ${++this.#event}\nevent: ${event}\ndata: ${data}\n\n`;
  }
}
