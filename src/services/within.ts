/** An outside service did not do what it was asked: the message names it, where it is and what to do. */
export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
}

/** It did not answer in time: what was asked may have been done, or may be done yet. */
export class TimeOutError extends ServiceError {
  override readonly name = 'TimeOutError';
}

/**
 * The promise's outcome, or a rejection after `timeout` milliseconds.
 *
 * @throws TimeOutError saying what did not answer
 */
export async function within<T>(timeout: number, what: string, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new TimeOutError(`${what} did not answer within ${timeout} ms: see that it runs and is reachable`),
        ),
      timeout,
    );
  });
  // Whoever came too late is heard by nobody.
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Resolves after some milliseconds, or at once when aborted. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}

/** What went wrong, in one line. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return error.errors.map((each) => messageOf(each)).join('; ');
  if (!(error instanceof Error)) return String(error);
  const { code } = error as { code?: unknown };
  return error.message || (typeof code === 'string' ? code : error.name);
}
