import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import { orderableLots } from '../contract-units.js';
import { splitLots } from '../routing/split-lots.js';
import type { RiskView } from './rule.js';

/** How far beyond the best price the engine's own orders may reach, as a share of the price. */
const REACH = 0.005;

/** Lots of this side that close what is held and are not on their way already; below 0 when they would add. */
export function closable(listed: ListedInstrument, side: 'buy' | 'sell', view: RiskView): number {
  const { index } = listed;
  // What works on this side counts as filled, so that two reductions never turn the position round.
  return side === 'buy' ? -view.worstLong(index) : view.worstShort(index);
}

/** Whether a proposal can only bring its position nearer to flat, whatever else fills. */
export function isReduction(proposal: Proposal, listed: ListedInstrument, view: RiskView): boolean {
  return proposal.quantity <= closable(listed, proposal.side, view);
}

/**
 * An order of the engine's own that takes signed `excess` lots off a position; `undefined` while there is no price or
 * the market is closed, when it is on its way already, or when what is held is finer than an order can be. An excess that
 * is no whole number of order steps is rounded up, so that what is left lies within the limit, but never to more than can
 * be closed. Each agent's share is in proportion to what it holds.
 */
export function reductionOf(listed: ListedInstrument, excess: number, view: RiskView): Proposal | undefined {
  const { index, prices } = listed;
  if (!view.markets.synced(index) || !view.markets.open(index)) return undefined;
  const side = excess > 0 ? 'sell' : 'buy';
  const wanted = Math.ceil(Math.abs(excess) / listed.orderStep) * listed.orderStep;
  const lots = orderableLots(listed, Math.min(wanted, closable(listed, side, view)));
  if (!(lots > 0)) return undefined;
  const touch = side === 'buy' ? view.markets.ask(index) : view.markets.bid(index);
  const reach = Math.abs(touch) * REACH;
  // Only a spread, a difference of prices, may be sold for nothing or less.
  const least = listed.definition.kind === 'spread' ? Number.NEGATIVE_INFINITY : 1;
  const agents = view.ledger.agents();
  const shares = splitLots(
    agents.map((agent) => view.ledger.agentPosition(agent, index)),
    side === 'buy' ? lots : -lots,
  );
  return {
    instrument: listed.id,
    side,
    type: 'limit',
    timeInForce: 'IOC',
    price: side === 'buy' ? prices.ceil(touch + reach) : Math.max(least, prices.floor(touch - reach)),
    quantity: lots,
    reduceOnly: listed.definition.kind !== 'spot',
    postOnly: false,
    attribution: agents
      .map((agent, place) => ({ agent, quantity: shares[place] as number }))
      .filter(({ quantity }) => quantity !== 0),
    arrivalMid: view.markets.mid(index),
  };
}
