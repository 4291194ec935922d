import { BehaviorSubject, type Observable } from 'rxjs';
import { knownKeys, numberAtLeast, positiveNumber, uniqueNames } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import { ConfigurationError } from '../domain/errors.js';
import { messageOf, pause } from '../services/within.js';
import type { BudgetBoard } from './budget-board.js';
import type { BudgetTable, Standing } from './budget-table.js';
import { type BudgetTerms, ceilingOf, planBudgets } from './plan-budgets.js';

/** What is shared among whom. */
export interface BudgetCoordinatorOptions {
  readonly board: BudgetBoard;
  /** Names of the shards. One that is taken off the list keeps what it was lent. */
  readonly shards: readonly string[];
  /** What all shards may have together, in the unit of the rule, such as money of gross exposure. */
  readonly limit: number;
  /** What each has in any case, and is configured with at its start: above 0. All of them together fit into the limit. */
  readonly least: number;
  /** Changes smaller than this are left alone. @default a hundredth of the limit */
  readonly step?: number;
  /** How often it looks. @default "500ms" */
  readonly every?: Duration;
}

/** What a coordinator knows and has done. */
export interface BudgetReport {
  readonly table: BudgetTable;
  readonly standings: readonly Standing[];
  /** The most that all shards may have, by all that is known: at most the limit, unless prices have moved. */
  readonly committed: number;
  /** Why nothing was done the last time; '' when all is well. */
  readonly trouble: string;
}

/** A coordinator in motion. */
export interface BudgetCoordinator {
  /** Now, and after each look. */
  readonly report$: Observable<BudgetReport>;
  /** Ends it. What is lent stays lent. */
  close(): Promise<void>;
}

/**
 * Lends parts of one limit to the shards that can use them, so that together they never exceed it, even when one is cut off.
 *
 * It may die, start again, or run twice: what is lent stands on the board, and shards go on with it. While it is away
 * nothing moves.
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 * @example
 * budgetCoordinator({ board, shards: ['0', '1'], limit: 1_000_000, least: 10_000 });
 */
export function budgetCoordinator(options: BudgetCoordinatorOptions): BudgetCoordinator {
  const at = 'budgetCoordinator';
  knownKeys(at, options, ['board', 'shards', 'limit', 'least', 'step', 'every']);
  const { board, shards } = options;
  uniqueNames(
    `${at}.shards`,
    shards.map((name) => ({ name })),
  );
  if (shards.length === 0) throw new ConfigurationError(`${at}.shards must name at least one shard`);
  const limit = positiveNumber(`${at}.limit`, options.limit);
  const least = positiveNumber(`${at}.least`, options.least);
  if (least * shards.length > limit)
    throw new ConfigurationError(
      `${at}.least must be at most ${limit / shards.length}, the limit over ${shards.length} shards, not ${least}`,
    );
  const step = numberAtLeast(`${at}.step`, options.step ?? limit / 100, 0);
  const every = milliseconds(`${at}.every`, options.every ?? '500ms');
  return new Coordinator(board, { shards, limit, least, step }, every);
}

class Coordinator implements BudgetCoordinator {
  readonly report$: Observable<BudgetReport>;
  readonly #reports = new BehaviorSubject<BudgetReport>({
    table: {},
    standings: [],
    committed: 0,
    trouble: '',
  });
  readonly #board: BudgetBoard;
  readonly #terms: BudgetTerms;
  readonly #ended = new AbortController();
  readonly #running: Promise<void>;

  constructor(board: BudgetBoard, terms: BudgetTerms, every: number) {
    this.#board = board;
    this.#terms = terms;
    this.report$ = this.#reports.asObservable();
    this.#running = this.#run(every);
  }

  async close(): Promise<void> {
    this.#ended.abort();
    await this.#running;
    this.#reports.complete();
  }

  async #run(every: number): Promise<void> {
    const { signal } = this.#ended;
    while (!signal.aborted) {
      try {
        await this.#look();
      } catch (error) {
        this.#reports.next({ ...this.#reports.value, trouble: messageOf(error) });
      }
      await pause(every, signal);
    }
  }

  async #look(): Promise<void> {
    const { mark, table } = await this.#board.read();
    const standings = await this.#board.standings();
    const known = new Map(standings.map((each) => [each.shard, each]));
    const next = planBudgets(table, known, this.#terms);
    // Somebody else changed it meanwhile: what they did is seen at the next look.
    const done = next === table || (await this.#board.write(mark, next));
    const stands = done ? next : table;
    let committed = 0;
    for (const shard of new Set([...this.#terms.shards, ...Object.keys(stands)]))
      committed += ceilingOf(stands[shard], known.get(shard), this.#terms.least);
    this.#reports.next({ table: stands, standings, committed, trouble: '' });
  }
}
