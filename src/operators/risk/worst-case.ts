import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Proposal, sign } from '../../domain/order.js';
import { baseUnitsPerLot } from '../contract-units.js';
import type { RiskView } from './rule.js';
import type { Scope } from './scope.js';
import { lotsWithin } from './within.js';

/** Signed lots of a proposal; of one agent's share when it is named. */
export function lotsOf({ side, quantity, attribution }: Proposal, agent: string | undefined): number {
  if (agent === undefined) return sign(side) * quantity;
  let lots = 0;
  for (const share of attribution) if (share.agent === agent) lots += share.quantity;
  return lots;
}

/** The position of an instrument, an agent's when it is named. */
export function heldLots({ ledger }: RiskView, agent: string | undefined, index: number): number {
  return agent === undefined ? ledger.position(index) : ledger.agentPosition(agent, index);
}

/** The position if all that may be bought is, `more` lots too when they are positive, and nothing is sold. */
export function longest(view: RiskView, agent: string | undefined, index: number, more: number): number {
  const lots = agent === undefined ? view.worstLong(index) : view.agentWorstLong(agent, index);
  return lots + Math.max(0, more);
}

/** The position if all that may be sold is, `more` lots too when they are negative, and nothing is bought. */
export function shortest(view: RiskView, agent: string | undefined, index: number, more: number): number {
  const lots = agent === undefined ? view.worstShort(index) : view.agentWorstShort(agent, index);
  return lots + Math.min(0, more);
}

/**
 * Gross notional of all that a scope holds, each instrument at the larger of its worst cases, with a proposal for one of
 * them if there is one. `NaN` while a mark or a rate that matters is unknown.
 */
export function worstGross(
  view: RiskView,
  scope: Scope,
  proposal?: Proposal,
  concerned?: ListedInstrument,
): number {
  const { agent } = scope;
  let total = 0;
  for (const listed of view.instruments.list) {
    if (!scope.has(listed)) continue;
    const { index } = listed;
    const more = proposal !== undefined && index === concerned?.index ? lotsOf(proposal, agent) : 0;
    const lots = Math.max(
      Math.abs(longest(view, agent, index, more)),
      Math.abs(shortest(view, agent, index, more)),
    );
    if (lots !== 0) total += lots * view.lotNotional(index);
  }
  return total;
}

/** Gross notional of what a scope holds now. */
export function heldGross(view: RiskView, scope: Scope): number {
  let total = 0;
  for (const listed of view.instruments.list) {
    const lots = heldLots(view, scope.agent, listed.index);
    if (lots !== 0 && scope.has(listed)) total += Math.abs(lots) * view.lotNotional(listed.index);
  }
  return total;
}

/** What of every position in a scope must go, so that no more than a share of it stays. */
export function beyondShare(
  view: RiskView,
  scope: Scope,
  stays: number,
): { readonly index: number; readonly lots: number }[] {
  return view.instruments.list
    .filter((listed) => scope.has(listed) && view.ledger.position(listed.index) !== 0)
    .map(({ index }) => {
      const lots = view.ledger.position(index);
      return { index, lots: Math.sign(lots) * (Math.abs(lots) - lotsWithin(Math.abs(lots) * stays, 1)) };
    });
}

/** Base units in a lot now: an inverse contract's fall as its price rises. */
export function unitsPerLot(listed: ListedInstrument, { markets, ledger }: RiskView): number {
  if (!listed.definition.inverse) return baseUnitsPerLot(listed, Number.NaN);
  const mid = markets.mid(listed.index);
  return baseUnitsPerLot(listed, Number.isNaN(mid) ? ledger.markPrice(listed.index) : mid);
}
