import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Proposal, sign } from '../../domain/order.js';
import { splitLots } from '../routing/split-lots.js';

/** A proposal cut to fewer lots; the agents' shares are in the same proportion and still add up. */
export function cutTo(proposal: Proposal, lots: number): Proposal {
  const shares = splitLots(
    proposal.attribution.map(({ quantity }) => quantity),
    sign(proposal.side) * lots,
  );
  return {
    ...proposal,
    quantity: lots,
    ...(proposal.display === undefined ? {} : { display: Math.min(proposal.display, lots) }),
    attribution: proposal.attribution
      .map(({ agent }, place) => ({ agent, quantity: shares[place] as number }))
      .filter(({ quantity }) => quantity !== 0),
  };
}

/**
 * The largest part of a proposal, in whole order steps, that passes; `undefined` when no step does.
 *
 * ```
 * proposal  12 steps, of which the limit leaves 7
 * asked     6 yes, 9 no, 7 yes, 8 no
 * result    7
 * ```
 *
 * The rule itself is asked, so that clipping can never let pass what the rule would refuse. Rules that clip are monotone:
 * what refuses an order refuses a larger one.
 */
export function largestPart(
  proposal: Proposal,
  { orderStep }: ListedInstrument,
  passes: (part: Proposal) => boolean,
): Proposal | undefined {
  let best: Proposal | undefined;
  let least = 0;
  // The whole is known to be refused.
  let refused = Math.ceil(proposal.quantity / orderStep);
  while (refused - least > 1) {
    const steps = Math.floor((least + refused) / 2);
    const part = cutTo(proposal, steps * orderStep);
    if (passes(part)) {
      best = part;
      least = steps;
    } else refused = steps;
  }
  return best;
}
