import { InputError } from '../domain/errors.js';
import type { BudgetTable, Loan, Standing } from './budget-table.js';

const isAmount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isVersion = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

/** Reads a table that came from outside. @throws InputError naming what is wrong with it */
export function parseTable(board: string, text: string): BudgetTable {
  const value = parsed(board, text);
  for (const [shard, loan] of Object.entries(value)) {
    const { version, amount, atMost } = (loan ?? {}) as Partial<Loan>;
    if (!isVersion(version) || !isAmount(amount) || !isAmount(atMost) || atMost < amount)
      throw new InputError(
        `${board}: what is lent to "${shard}" is not { version, amount, atMost }: ${text.slice(0, 200)}`,
      );
  }
  return value as BudgetTable;
}

/** Reads a shard's word that came from outside. @throws InputError naming what is wrong with it */
export function parseStanding(board: string, text: string): Standing {
  const value = parsed(board, text);
  const { shard, version, limit, used, wants } = value;
  if (
    typeof shard !== 'string' ||
    !isVersion(version) ||
    !isAmount(limit) ||
    !isAmount(used) ||
    !isAmount(wants)
  )
    throw new InputError(
      `${board}: a shard's word is { shard, version, limit, used, wants }, not ${text.slice(0, 200)}`,
    );
  return { ...value, shard, version, limit, used, wants };
}

function parsed(board: string, text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InputError(`${board}: not JSON: ${text.slice(0, 200)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new InputError(`${board}: not an object: ${text.slice(0, 200)}`);
  return value as Record<string, unknown>;
}
