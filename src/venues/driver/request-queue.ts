import type { Cancel } from '../../core/clock.js';
import type { Cost, RateBudget, RequestKind } from './rate-budget.js';

/**
 * A request that was given up before it left: it is certain that the venue never had it.
 *
 * @example
 * if (error instanceof NotSentError) order.rejected('never left');
 */
export class NotSentError extends Error {
  override readonly name: string = 'NotSentError';
}

/** What a queue needs of its surroundings. */
export interface QueuePort {
  now(): number;
  after(delay: number, action: () => void): Cancel;
}

interface Waiting {
  readonly kind: RequestKind;
  readonly cost: Cost;
  readonly giveUpAt: number;
  readonly send: () => void;
  readonly refuse: (reason: string) => void;
}

/** From the most urgent. */
const ORDER: readonly RequestKind[] = ['cancel', 'submit', 'lookUp', 'data'];

/**
 * Sends requests as the rate budget allows: at once while there is room, else in order of urgency, first come first
 * served within a kind. Cancels overtake everything.
 *
 * ```
 * requests   d-d-s-c---         budget is used up
 * sent       ------c-s-d-d
 * ```
 *
 * @example
 * const answer = await new RequestQueue(port, new RateBudget()).run('submit', { orders: 1 }, async () => post(order), 5_000);
 */
export class RequestQueue {
  readonly #port: QueuePort;
  readonly #budget: RateBudget;
  readonly #waiting: Record<RequestKind, Waiting[]> = { cancel: [], submit: [], lookUp: [], data: [] };
  #wake: Cancel | undefined;
  #closed = false;

  constructor(port: QueuePort, budget: RateBudget) {
    this.#port = port;
    this.#budget = budget;
  }

  /** Requests that wait. */
  get size(): number {
    return ORDER.reduce((sum, kind) => sum + this.#waiting[kind].length, 0);
  }

  /**
   * Runs a request when there is room for it, within this call where there is.
   *
   * @param patience milliseconds that it may wait; beyond it, it fails with {@link NotSentError}
   */
  run<T>(
    kind: RequestKind,
    cost: Cost,
    request: () => Promise<T>,
    patience: number = Number.POSITIVE_INFINITY,
  ): Promise<T> {
    if (this.#closed) return Promise.reject(new NotSentError('not sent: the venue is closed'));
    const now = this.#port.now();
    if (this.#waiting[kind].length === 0 && this.#budget.waitFor(kind, cost, now) <= 0) {
      this.#budget.spend(cost, now);
      return request();
    }
    return new Promise<T>((resolve, reject) => {
      this.#waiting[kind].push({
        kind,
        cost,
        giveUpAt: now + patience,
        send: () => request().then(resolve, reject),
        refuse: (reason) => reject(new NotSentError(reason)),
      });
      this.#pump();
    });
  }

  /** Nothing leaves for a while; what waits goes on waiting. */
  pause(milliseconds: number): void {
    this.#budget.pause(this.#port.now() + milliseconds);
  }

  /** The venue's own count of what is used of a limit. */
  told(limit: string, used: number): void {
    this.#budget.told(limit, used, this.#port.now());
  }

  /** Gives up all that waits. */
  close(): void {
    this.#closed = true;
    this.#wake?.();
    this.#wake = undefined;
    for (const kind of ORDER)
      for (const { refuse } of this.#waiting[kind].splice(0)) refuse('not sent: the venue is closed');
  }

  #pump(): void {
    this.#wake?.();
    this.#wake = undefined;
    const now = this.#port.now();
    let next = Number.POSITIVE_INFINITY;
    for (const kind of ORDER) {
      const line = this.#waiting[kind];
      for (let index = line.length - 1; index >= 0; index--) {
        const { giveUpAt, refuse } = line[index] as Waiting;
        if (giveUpAt > now) next = Math.min(next, giveUpAt - now);
        else {
          line.splice(index, 1);
          refuse('not sent: the rate limit left no room for it in time');
        }
      }
      for (let head = line[0]; head !== undefined; head = line[0]) {
        const wait = this.#budget.waitFor(kind, head.cost, now);
        if (wait > 0) {
          next = Math.min(next, wait);
          break;
        }
        line.shift();
        this.#budget.spend(head.cost, now);
        head.send();
      }
    }
    if (next < Number.POSITIVE_INFINITY && !this.#closed)
      this.#wake = this.#port.after(Math.max(1, next), () => this.#pump());
  }
}
