import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import type { RiskView } from './rule.js';

/** Whether an order names the price that it trades at, at worst. The others trade at whatever they meet. */
export const hasLimit = ({ type }: Pick<Proposal, 'type'>): boolean =>
  type === 'limit' || type === 'stopLimit';

/**
 * The plain price beyond which an order is not expected to trade; `NaN` while nobody can tell.
 *
 * | type | price |
 * |---|---|
 * | limit, stop-limit | its limit |
 * | market | the best of the other side |
 * | stop | its trigger, or the best of the other side where that is worse: it has no limit, and wakes there |
 * | trailing stop | the trigger that it would have now |
 */
export function worstPrice(
  proposal: Proposal,
  { index, prices }: ListedInstrument,
  { markets }: RiskView,
): number {
  const { side, type, price } = proposal;
  if (hasLimit(proposal)) return prices.toNumber(price);
  const touch = side === 'buy' ? markets.ask(index) : markets.bid(index);
  if (type === 'market') return touch;
  const worse = side === 'buy' ? Math.max : Math.min;
  if (type === 'stop') return worse(touch, prices.toNumber(proposal.stopPrice as number));
  const trail = prices.toNumber(proposal.trail as number);
  return side === 'buy' ? touch + trail : touch - trail;
}

/**
 * The highest plain price that an order is expected to trade at, for what its notional may come to: a sell may be filled
 * better than its limit, at the bid, or at the price where it wakes.
 */
export function highestPrice(proposal: Proposal, listed: ListedInstrument, view: RiskView): number {
  const worst = worstPrice(proposal, listed, view);
  if (proposal.side === 'buy') return worst;
  const best = Math.max(worst, view.markets.bid(listed.index));
  return proposal.stopPrice === undefined ? best : Math.max(best, listed.prices.toNumber(proposal.stopPrice));
}
