/** Wakes whoever waits for something new. */
export class Bell {
  #ring: () => void = () => undefined;
  #rung: Promise<void> = Promise.resolve();

  constructor() {
    this.#renew();
  }

  /** Resolves at the next ring. Take it before looking, so that no ring is missed. */
  get next(): Promise<void> {
    return this.#rung;
  }

  ring(): void {
    const ring = this.#ring;
    this.#renew();
    ring();
  }

  #renew(): void {
    this.#rung = new Promise((resolve) => {
      this.#ring = resolve;
    });
  }
}

/** The promise's outcome, or `undefined` once aborted. */
export async function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  if (signal.aborted) return undefined;
  let stop = (): void => undefined;
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal.addEventListener('abort', stop);
  });
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
