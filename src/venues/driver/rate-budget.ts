import { integerAtLeast, nonEmptyName, numberAtLeast, positiveNumber } from '../../domain/check.js';

/** What a request is for: the later in this list, the more of the budget it may use. */
export type RequestKind = 'data' | 'lookUp' | 'submit' | 'cancel';

/** One limit of a venue: so many units within so many milliseconds. */
export interface RateLimit {
  /** Such as `weight` or `orders`: costs name it. */
  readonly name: string;
  readonly limit: number;
  readonly per: number;
}

/** Units by the name of the limit; what is not named costs nothing. */
export type Cost = Readonly<Record<string, number>>;

/** The share of every limit that requests of a kind leave to those that matter more, from 0 to 1. */
export interface ReservedShares {
  /** Left by market data to everything else. @default 0.4 */
  readonly data?: number;
  /** Left by look-ups and reconciliation to orders. @default 0.2 */
  readonly lookUp?: number;
  /** Left by new orders to cancels. @default 0.1 */
  readonly submit?: number;
}

interface Window {
  readonly limit: number;
  readonly per: number;
  /** Time and cost by turns, oldest first. */
  readonly spent: number[];
  used: number;
}

/**
 * A venue's rate limits, shared by all that is asked of it, so that a cancel always finds room.
 *
 * ```
 * used     0 ------- 60% ------- 80% --- 90% - 100%
 * may go   data      lookUp      submit  cancel
 * ```
 *
 * Windows slide: within any `per` milliseconds no more than `limit` units are spent.
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 *
 * @example
 * const budget = new RateBudget([{ name: 'orders', limit: 50, per: 10_000 }]);
 * if (budget.waitFor('submit', { orders: 1 }, Date.now()) === 0) budget.spend({ orders: 1 }, Date.now());
 */
export class RateBudget {
  readonly #windows = new Map<string, Window>();
  readonly #shares: Readonly<Record<RequestKind, number>>;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(limits: readonly RateLimit[] = [], reserved: ReservedShares = {}, at: string = 'budget') {
    const { data = 0.4, lookUp = 0.2, submit = 0.1 } = reserved;
    this.#shares = {
      data: 1 - numberAtLeast(`${at}.reserved.data`, data, 0, 0.99),
      lookUp: 1 - numberAtLeast(`${at}.reserved.lookUp`, lookUp, 0, 0.99),
      submit: 1 - numberAtLeast(`${at}.reserved.submit`, submit, 0, 0.99),
      cancel: 1,
    };
    for (const [index, { name, limit, per }] of limits.entries()) {
      this.#windows.set(nonEmptyName(`${at}.limits[${index}].name`, name), {
        limit: integerAtLeast(`${at}.limits[${index}].limit`, limit, 1),
        per: positiveNumber(`${at}.limits[${index}].per`, per),
        spent: [],
        used: 0,
      });
    }
  }

  /** Milliseconds until a request of this kind and cost may go; 0: now. */
  waitFor(kind: RequestKind, cost: Cost, now: number): number {
    let wait = Math.max(0, this.#pausedUntil - now);
    for (const [name, units] of Object.entries(cost)) {
      const window = this.#windows.get(name);
      if (window !== undefined && units > 0)
        wait = Math.max(wait, waitIn(window, units, this.#shares[kind], now));
    }
    return wait;
  }

  spend(cost: Cost, now: number): void {
    for (const [name, units] of Object.entries(cost)) {
      const window = this.#windows.get(name);
      if (window === undefined || units <= 0) continue;
      forget(window, now);
      window.spent.push(now, units);
      window.used += units;
    }
  }

  /** The venue's own count of what is used: another process may share the limit. */
  told(name: string, used: number, now: number): void {
    const window = this.#windows.get(name);
    // Beyond whole numbers a sum forgets what is added to it, and its rest would be below 0.
    if (window === undefined || !(used <= Number.MAX_SAFE_INTEGER)) return;
    forget(window, now);
    if (used <= window.used) return;
    window.spent.push(now, used - window.used);
    window.used = used;
  }

  /** Nothing goes for a while: the venue said so. */
  pause(until: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, until);
  }

  /** Units of a limit in use. */
  used(name: string, now: number): number {
    const window = this.#windows.get(name);
    if (window === undefined) return 0;
    forget(window, now);
    return window.used;
  }
}

function forget(window: Window, now: number): void {
  const { spent, per } = window;
  let gone = 0;
  while (gone < spent.length && (spent[gone] as number) + per <= now) {
    window.used -= spent[gone + 1] as number;
    gone += 2;
  }
  if (gone > 0) spent.splice(0, gone);
}

/** Changes nothing: it may be asked about a time to come. */
function waitIn({ limit, per, spent, used: all }: Window, units: number, share: number, now: number): number {
  // A request that alone is more than its share goes when nothing else is in the way.
  const room = Math.max(Math.floor(limit * share), units) - units;
  let used = all;
  for (let index = 0; used > room && index < spent.length; index += 2) {
    used -= spent[index + 1] as number;
    const gone = (spent[index] as number) + per - now;
    if (used <= room) return Math.max(0, gone);
  }
  return 0;
}
