import type { Proposal } from './order.js';

let mint: (proposal: Proposal) => Approved;
let genuine: (value: unknown) => value is Approved;

/**
 * A proposal that passed every risk rule in this process. Only the risk operator can make one.
 *
 * The class is nominal (a private seal and a private constructor), so that neither an object literal, nor a
 * spread copy, nor a raw proposal compiles where an approval is asked for. A cast compiles; at run time
 * {@link isGenuineApproval} looks for the seal. The proposal is frozen, so it cannot be altered afterwards.
 *
 * @example
 * const order = (approval: Approved): Proposal => approval.proposal; // nothing else can be handed in
 */
export class Approved {
  readonly #seal = true;
  readonly kind = 'approved' as const;
  readonly proposal: Proposal;

  private constructor(proposal: Proposal) {
    for (const share of proposal.attribution) Object.freeze(share);
    if (proposal.group !== undefined) Object.freeze(proposal.group);
    if (proposal.parent !== undefined) Object.freeze(proposal.parent);
    const attribution = Object.freeze([...proposal.attribution]);
    // Not a spread: V8 gives each copy by spread that is frozen a hidden class of its own, and all who read it are slow.
    this.proposal = Object.freeze(Object.assign({}, proposal, { attribution }));
    Object.freeze(this);
  }

  static {
    mint = (proposal) => new Approved(proposal);
    genuine = (value): value is Approved => typeof value === 'object' && value !== null && #seal in value;
  }
}

/**
 * Makes an approval. Only `operators/risk` may import this; the architecture test holds the arrow.
 *
 * @internal
 */
export const mintApproved = (proposal: Proposal): Approved => mint(proposal);

/** Whether a value is an approval that risk made in this process, and not a look-alike. */
export const isGenuineApproval = (value: unknown): value is Approved => genuine(value);
