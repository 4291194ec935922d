import type { BudgetTable, Loan, Standing } from './budget-table.js';

/** How a limit is shared. */
export interface BudgetTerms {
  readonly shards: readonly string[];
  /** What all shards may have together. */
  readonly limit: number;
  /** What each shard has in any case, and begins with: above 0, and for all shards together at most `limit`. */
  readonly least: number;
  /** Changes smaller than this are left alone. */
  readonly step: number;
}

/**
 * The most that a shard may have taken or take, by all that is known: what it has said, or else the highest of what it was
 * lent since. A shard that is silent keeps it for ever, which is why no clock is needed.
 *
 * @example
 * ceilingOf({ version: 4, amount: 20, atMost: 50 }, undefined, 5); // 50
 */
export function ceilingOf(loan: Loan | undefined, standing: Standing | undefined, least: number): number {
  const lent =
    loan === undefined
      ? least
      : standing !== undefined && standing.version >= loan.version
        ? loan.amount
        : loan.atMost;
  return Math.max(lent, standing?.used ?? 0);
}

/**
 * The next table: what nobody needs is asked back, and what is free is lent to who wants it.
 *
 * ```
 * a lent    50-----20------------------20     asked back at once
 * a says    ----------20----------------      it has it in force
 * b lent    50--------------80-----------     only now is it lent again
 * ```
 *
 * Nothing is lent that another may still use: what is asked back counts until the shard has said that the lower limit is
 * in force in its log. So at every instant the limits in force are together at most `limit`, whatever is lost, late or
 * cut off. It asks nobody for less than it uses; where prices have moved beyond the limit, nothing more is lent.
 *
 * @returns the same table when nothing changes
 * @example
 * planBudgets({}, new Map(), { shards: ['a', 'b'], limit: 100, least: 5, step: 1 });
 */
export function planBudgets(
  table: BudgetTable,
  standings: ReadonlyMap<string, Standing>,
  terms: BudgetTerms,
): BudgetTable {
  const { shards, limit, least, step } = terms;
  const targets = shares(
    shards.map((shard) => standings.get(shard)?.wants ?? 0),
    terms,
  );
  const next: Record<string, Loan> = { ...table };
  // Whoever was a shard once may still act.
  const all = [...new Set([...shards, ...Object.keys(table)])];
  shards.forEach((shard, index) => {
    const loan = table[shard];
    const standing = standings.get(shard);
    // What nobody has said is in force is not taken back a second time.
    if (loan === undefined || standing === undefined || standing.version < loan.version) return;
    const amount = Math.max(targets[index] as number, standing.used, least);
    if (amount > loan.amount - step) return;
    next[shard] = { version: loan.version + 1, amount, atMost: loan.amount };
  });
  let free = limit;
  for (const shard of all) free -= ceilingOf(next[shard], standings.get(shard), least);
  shards.forEach((shard, index) => {
    const loan = next[shard];
    const standing = standings.get(shard);
    if (standing === undefined || next[shard] !== table[shard]) return;
    const before = ceilingOf(loan, standing, least);
    const has = loan?.amount ?? least;
    // What it has taken beyond its limit by moving prices is counted already.
    const most = before + Math.max(0, free);
    const amount = Math.min(targets[index] as number, most);
    if (amount < has + step) return;
    next[shard] = {
      version: (loan?.version ?? 0) + 1,
      amount,
      atMost: Math.max(loan?.atMost ?? least, amount),
    };
    free -= ceilingOf(next[shard], standing, least) - before;
  });
  return shards.some((shard) => next[shard] !== table[shard]) ? next : table;
}

/** What each should have: all get the least; the rest by what they want, and what is left then to all alike. */
function shares(wants: readonly number[], { limit, least }: BudgetTerms): readonly number[] {
  const beyond = wants.map((want) => Math.max(0, Math.min(want, limit) - least));
  const wanted = beyond.reduce((sum, each) => sum + each, 0);
  const spare = limit - least * wants.length;
  if (wanted >= spare) return beyond.map((each) => least + (wanted === 0 ? 0 : (each * spare) / wanted));
  return beyond.map((each) => least + each + (spare - wanted) / wants.length);
}
