import type { Intent } from '../../domain/intent.js';
import { sign } from '../../domain/order.js';
import type { LedgerFields } from '../ledger/stage.js';

/**
 * Lots that would close what the intent's own agents hold here, less what works to close it already. What other agents
 * hold is theirs: a spot position that one of them holds against a contract must not be sold from under it.
 */
export function closableLots(
  index: number,
  { side, shares }: Pick<Intent, 'side' | 'shares'>,
  { ledger }: Pick<LedgerFields, 'ledger'>,
): number {
  let own = 0;
  for (const { agent } of shares)
    own += ledger.agentPosition(agent, index) + ledger.agentWorking(agent, index);
  const desk =
    side === 'buy'
      ? -ledger.position(index) - ledger.workingBuy(index)
      : ledger.position(index) - ledger.workingSell(index);
  return Math.min(-sign(side) * own, desk);
}
