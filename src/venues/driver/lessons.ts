import type { BackOff } from './back-off.js';
import type { Refused } from './outcome.js';
import { messageOf, type SessionPort } from './session-port.js';

/** A clock that was set is not set again at once. */
const CLOCK_REST = 5_000;
/** Three days, the longest ban that Binance documents: cancels wait too, and must not wait for ever for a broken header. */
const LONGEST_PAUSE = 3 * 86_400_000;

/** What refusals say of more than their request: of the rate, the clock and the key. */
export class Lessons {
  readonly #port: SessionPort;
  readonly #throttling: BackOff;
  #keyRefused = '';
  #clockSetAt = Number.NEGATIVE_INFINITY;

  constructor(port: SessionPort) {
    this.#port = port;
    this.#throttling = port.settings.backOff();
  }

  /** Why the venue does not take our key, or an empty string while it does. */
  get keyRefused(): string {
    return this.#keyRefused;
  }

  /** A request went through: the next throttling waits the shortest again. */
  wentThrough(): void {
    this.#throttling.reset();
  }

  learn({ error, reason, retryAfter }: Refused): void {
    const port = this.#port;
    if (error === 'throttled') {
      const told =
        retryAfter !== undefined && retryAfter > 0 ? Math.min(retryAfter, LONGEST_PAUSE) : undefined;
      const wait = told ?? this.#throttling.next();
      port.requests.pause(wait);
      port.fault('throttled', `${reason}; nothing is sent for ${Math.round(wait)} ms`);
    } else if (error === 'dead-key') {
      if (this.#keyRefused === '') port.fault('dead-key', reason, 'halt');
      this.#keyRefused = reason;
    } else if (error === 'clock') {
      const now = port.context.clock.now();
      if (now - this.#clockSetAt < CLOCK_REST) return;
      this.#clockSetAt = now;
      port.fault('clock', `${reason}; the clock is set anew`);
      void port.adapter
        .resynchroniseClock?.()
        .catch((failure: unknown) => port.fault('clock', messageOf(failure)));
    }
  }
}
