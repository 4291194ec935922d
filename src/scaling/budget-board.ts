import type { BudgetTable, Standing } from './budget-table.js';

/** A table as it was read, and the mark by which it may be changed. */
export interface TableReading {
  readonly mark: number;
  readonly table: BudgetTable;
}

/** Where coordinator and shards meet. */
export interface BudgetBoard {
  readonly name: string;
  /** The newest table. */
  read(): Promise<TableReading>;
  /** Writes if nobody has since `mark`; false when somebody has. One that rejects may have been done, or be done yet. */
  write(mark: number, table: BudgetTable): Promise<boolean>;
  /** A shard's newest word; the one before it is forgotten. */
  say(standing: Standing): Promise<void>;
  /** The newest word of each shard. */
  standings(): Promise<readonly Standing[]>;
  close(): Promise<void>;
}

/**
 * A board in this process: for tests, and for shards that are pipelines of one process.
 *
 * @example
 * const board = memoryBudgetBoard();
 */
export function memoryBudgetBoard(): BudgetBoard {
  let mark = 0;
  let table: BudgetTable = {};
  const standings = new Map<string, Standing>();
  return {
    name: 'the budget board of this process',
    read: async () => ({ mark, table }),
    write: async (from, next) => {
      if (from !== mark) return false;
      mark += 1;
      table = structuredClone(next);
      return true;
    },
    say: async (standing) => {
      standings.set(standing.shard, { ...standing });
    },
    standings: async () => [...standings.values()],
    close: async () => undefined,
  };
}
