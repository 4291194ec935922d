/**
 * A desk over many processes: which instrument belongs to which shard, and limits that hold over all of them.
 *
 * @packageDocumentation
 */
export { type BorrowedBudget, type BorrowedBudgetOptions, borrowedBudget } from './borrowed-budget.js';
export { type BudgetBoard, memoryBudgetBoard, type TableReading } from './budget-board.js';
export {
  type BudgetCoordinator,
  type BudgetCoordinatorOptions,
  type BudgetReport,
  budgetCoordinator,
} from './budget-coordinator.js';
export type { BudgetTable, Loan, Standing } from './budget-table.js';
export { type NatsBudgetBoardOptions, natsBudgetBoard } from './nats-budget-board.js';
export { type BudgetTerms, ceilingOf, planBudgets } from './plan-budgets.js';
export { shardOf } from './shard-of.js';
