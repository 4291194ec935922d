import { Observable, type Subscriber, type Subscription } from 'rxjs';
import type { Driver, DriverContext, LoggedEvent } from '../core/driver.js';
import type { Frame } from '../core/frame.js';
import { knownKeys, nonEmptyName, positiveNumber, refuse } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import type { ControlEvent, OutsideEvent } from '../domain/event.js';
import type { Plain } from '../domain/plain.js';
import { messageOf, pause } from '../services/within.js';
import type { BudgetBoard } from './budget-board.js';

/** How a shard borrows. */
export interface BorrowedBudgetOptions<F extends Frame> {
  readonly board: BudgetBoard;
  /** Its name, as the coordinator has it. Both members of a pair give the same. */
  readonly shard: string;
  /** The risk rule whose limit is lent, such as `grossExposure`. Its configured limit is `least`. */
  readonly rule: string;
  /** As the coordinator has it. */
  readonly least: number;
  /** What of the limit is taken after this frame, open orders counted as if filled; `NaN` while it is not known. */
  readonly used: (frame: F) => number;
  /** What the shard could use after this frame. @default a quarter more than is used */
  readonly wants?: (frame: F) => number;
  /**
   * Each says up to which `seq` it holds the log, as `held$` of a pair: a lower limit counts as in force once all of
   * them hold it, so that no takeover undoes it. With none, when the core has seen it.
   */
  readonly acknowledgements?: readonly Observable<number>[];
  /** How often it looks at the board. @default "250ms" */
  readonly every?: Duration;
  /**
   * How long it keeps what it was lent while it cannot reach the board; then its limit falls to `least`, through its log. Nobody
   * else gets what it gives up before it has said so: what is lent counts in full as long as it is silent. @default as long as it takes
   */
  readonly lease?: Duration;
}

/** A borrowed limit: a driver for the run, and a watcher of its frames. */
export interface BorrowedBudget<F extends Frame> {
  readonly driver: Driver;
  /** Learns from the frames what is used: `run.subscribe((frame) => budget.watch(frame))`. */
  watch(frame: F): void;
}

const BY = 'budget';
const REASON = /^loan (\d+)$/;

/** A loan in the log. */
interface Logged {
  readonly seq: number;
  readonly version: number;
  readonly limit: number;
}

/**
 * Lets a shard's risk rule have the limit that a coordinator lends it.
 *
 * ```
 * board     --50----80-----20---
 * events    ---50----80-----20--   control events `limit:grossExposure`: in the log, and so on the mirror
 * says      ----50----80-----20-   once the log is held
 * ```
 *
 * Cut off from the board it goes on with what it has; with a `lease` for so long, and then with `least` until it is back:
 *
 * ```
 * board     --80--X--------------80---   X: cut off
 * events    ---80-------10--------80--
 *                 |-----|                lease
 * ```
 *
 * An operator's own change of this limit upwards is put back to what
 * is lent; downwards it stands until the next loan.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const budget = borrowedBudget({ board, shard: '0', rule: 'grossExposure', least: 10_000, used: ({ exposure }) => exposure });
 * const shard = run(desk, { clock: liveClock(), drivers: [venue, budget.driver] });
 * shard.subscribe((frame) => budget.watch(frame));
 */
export function borrowedBudget<F extends Frame>(options: BorrowedBudgetOptions<F>): BorrowedBudget<F> {
  const at = 'borrowedBudget';
  knownKeys(at, options, [
    'board',
    'shard',
    'rule',
    'least',
    'used',
    'wants',
    'acknowledgements',
    'every',
    'lease',
  ]);
  nonEmptyName(`${at}.shard`, options.shard);
  nonEmptyName(`${at}.rule`, options.rule);
  positiveNumber(`${at}.least`, options.least);
  if (typeof options.used !== 'function') refuse(`${at}.used`, 'a function of a frame', options.used);
  const every = milliseconds(`${at}.every`, options.every ?? '250ms');
  const lease =
    options.lease === undefined ? Number.POSITIVE_INFINITY : milliseconds(`${at}.lease`, options.lease);
  if (lease <= every)
    refuse(`${at}.lease`, `longer than the ${every} ms between two looks at the board`, options.lease);
  let used = Number.NaN;
  let wants = Number.NaN;
  let borrower: Borrower | undefined;
  return {
    driver: {
      name: `budget:${options.rule}`,
      connect: (context) =>
        new Observable((output) => {
          // What was known of the frames of an earlier run is not known of this one.
          used = Number.NaN;
          borrower = new Borrower(options, { every, lease }, context, output, () => ({ used, wants }));
          return borrower.start();
        }),
      save: () => borrower?.save() ?? null,
    },
    watch(frame) {
      used = options.used(frame);
      wants = options.wants === undefined ? used * 1.25 : options.wants(frame);
    },
  };
}

class Borrower {
  readonly #options: Omit<BorrowedBudgetOptions<never>, 'used' | 'wants'>;
  readonly #every: number;
  readonly #lease: number;
  /** When the board last answered, on a monotonic clock, in milliseconds. */
  #reachedAt = performance.now();
  readonly #context: DriverContext;
  readonly #output: Subscriber<OutsideEvent>;
  readonly #known: () => { readonly used: number; readonly wants: number };
  readonly #scope: string;
  readonly #ended = new AbortController();
  readonly #held: number[];
  #leading = false;
  /** Newest first told: what is asked of the core is not asked twice. */
  #told = 0;
  /** Loans in the log that are not held by all yet, oldest first. */
  #waiting: Logged[] = [];
  /** The newest that is held by all. */
  #inForce: Logged;
  #trouble = '';

  constructor(
    options: Omit<BorrowedBudgetOptions<never>, 'used' | 'wants'>,
    { every, lease }: { readonly every: number; readonly lease: number },
    context: DriverContext,
    output: Subscriber<OutsideEvent>,
    known: () => { readonly used: number; readonly wants: number },
  ) {
    this.#options = options;
    this.#every = every;
    this.#lease = lease;
    this.#context = context;
    this.#output = output;
    this.#known = known;
    this.#scope = `limit:${options.rule}`;
    this.#held = (options.acknowledgements ?? []).map(() => 0);
    const saved = context.restored as { readonly version: number; readonly limit: number } | undefined | null;
    this.#inForce = { seq: 0, version: saved?.version ?? 0, limit: saved?.limit ?? options.least };
    this.#told = this.#inForce.version;
  }

  start(): () => void {
    const subscriptions: Subscription[] = [
      this.#context.events$.subscribe((logged) => this.#observe(logged)),
      ...(this.#options.acknowledgements ?? []).map((each, index) =>
        each.subscribe((seq) => {
          this.#held[index] = Math.max(this.#held[index] as number, seq);
          this.#advance();
        }),
      ),
      this.#context.leading$.subscribe((leading) => {
        this.#leading = leading;
        // What a leader before us told may never have come into the log.
        if (!leading) return;
        this.#told = this.#newest.version;
        this.#reachedAt = performance.now();
      }),
    ];
    void this.#run();
    // Beside the looks: one that the board never answers must not keep the lease alive.
    const lapsing =
      this.#lease === Number.POSITIVE_INFINITY
        ? undefined
        : setInterval(() => this.#lapse(), this.#every).unref();
    return () => {
      clearInterval(lapsing);
      this.#ended.abort();
      for (const each of subscriptions) each.unsubscribe();
    };
  }

  save(): Plain {
    const { version, limit } = this.#newest;
    return { version, limit };
  }

  get #newest(): Logged {
    return this.#waiting.at(-1) ?? this.#inForce;
  }

  #observe({ seq, event }: LoggedEvent): void {
    if (event.kind !== 'control' || event.action !== 'limit' || event.scope !== this.#scope) return;
    const [, version] = event.by === BY ? (REASON.exec(event.reason) ?? []) : [];
    if (version !== undefined) {
      const newest = this.#newest;
      // A lease that ran out while a newer loan was on its way: what is lower than that loan fulfils it too.
      const fulfils =
        event.value <= newest.limit ? Math.max(newest.version, Number(version)) : Number(version);
      this.#waiting.push({ seq, version: fulfils, limit: event.value });
      this.#told = Math.max(this.#told, Number(version));
      this.#advance();
    } else if (event.value > this.#newest.limit) {
      // Others may be using what this would take.
      const { version: lent, limit } = this.#newest;
      queueMicrotask(() => this.#tell(lent, limit));
    }
  }

  #advance(): void {
    const held = this.#held.length === 0 ? Number.POSITIVE_INFINITY : Math.min(...this.#held);
    for (let next = this.#waiting[0]; next !== undefined && next.seq <= held; next = this.#waiting[0]) {
      this.#inForce = next;
      this.#waiting.shift();
    }
  }

  #tell(version: number, value: number): void {
    if (!this.#leading || this.#ended.signal.aborted) return;
    const event: ControlEvent = {
      kind: 'control',
      action: 'limit',
      scope: this.#scope,
      value,
      by: BY,
      reason: `loan ${version}`,
    };
    this.#output.next(event);
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      if (this.#leading) {
        try {
          await this.#look();
          this.#trouble = '';
        } catch (error) {
          this.#complain(messageOf(error));
        }
      }
      await pause(this.#every, signal);
    }
  }

  /** Out of touch for too long: back to what it has in any case. Lowering its own limit can never be wrong. */
  #lapse(): void {
    const { least } = this.#options;
    const { version, limit } = this.#newest;
    if (performance.now() - this.#reachedAt > this.#lease && limit > least) this.#tell(version, least);
  }

  async #look(): Promise<void> {
    const { board, shard } = this.#options;
    const { table } = await board.read();
    this.#reachedAt = performance.now();
    const loan = table[shard];
    const newest = this.#newest;
    // The same loan with another amount in the log: its lease had run out.
    const lapsed =
      loan !== undefined && loan.version === newest.version && this.#told === loan.version
        ? loan.amount !== newest.limit
        : false;
    if (loan !== undefined && (loan.version > this.#told || lapsed)) {
      this.#told = loan.version;
      this.#tell(loan.version, loan.amount);
    }
    const { used, wants } = this.#known();
    // Whoever has seen no frame yet does not know what it holds.
    if (Number.isNaN(used) || !this.#leading) return;
    const { version, limit } = this.#inForce;
    await board.say({ shard, version, limit, used, wants: Math.max(0, wants) });
  }

  #complain(message: string): void {
    if (message === this.#trouble || this.#ended.signal.aborted) return;
    this.#trouble = message;
    this.#output.next({
      kind: 'fault',
      component: `budget:${this.#options.rule}`,
      code: 'cut-off',
      severity: 'notice',
      message:
        this.#lease === Number.POSITIVE_INFINITY
          ? `${message}; the limit stays as it is`
          : `${message}; after ${this.#lease} ms of it the limit falls to ${this.#options.least}`,
    });
  }
}
