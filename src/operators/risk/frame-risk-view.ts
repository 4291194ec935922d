import { filledInPass } from '../../core/filled-in-pass.js';
import type { Frame } from '../../core/frame.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import { type Proposal, sign } from '../../domain/order.js';
import { asPlain, fromPlain, type Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import type { MarketsView } from '../books/markets.js';
import { attributed } from '../ledger/attribution.js';
import type { LedgerView } from '../ledger/ledger-view.js';
import type { LedgerFields } from '../ledger/stage.js';
import type { RiskView } from './rule.js';

/**
 * What rules see of a frame, with the approvals that the ledger does not know of yet: an approval counts from the
 * moment it is given until its `submitted` event has passed the ledger.
 */
export class FrameRiskView implements RiskView {
  readonly instruments: InstrumentTable;
  ts = 0;
  markets: MarketsView = filledInPass<MarketsView>();
  ledger: LedgerView = filledInPass<LedgerView>();
  readonly #buying: Float64Array;
  readonly #selling: Float64Array;
  readonly #onTheWay: Proposal[] = [];

  constructor(instruments: InstrumentTable) {
    this.instruments = instruments;
    this.#buying = new Float64Array(instruments.size);
    this.#selling = new Float64Array(instruments.size);
  }

  look(frame: Frame & MarketFields & LedgerFields): void {
    this.ts = frame.ts;
    this.markets = frame.markets;
    this.ledger = frame.ledger;
  }

  worstLong(index: number): number {
    return this.ledger.worstCaseLong(index) + (this.#buying[index] as number);
  }

  worstShort(index: number): number {
    return this.ledger.worstCaseShort(index) - (this.#selling[index] as number);
  }

  get onTheWay(): readonly Proposal[] {
    return this.#onTheWay;
  }

  agentWorstLong(agent: string, index: number): number {
    return this.ledger.agentPosition(agent, index) + this.#agentMay(agent, index, 1);
  }

  agentWorstShort(agent: string, index: number): number {
    return this.ledger.agentPosition(agent, index) + this.#agentMay(agent, index, -1);
  }

  lotNotional(index: number): number {
    return this.ledger.lotNotional(index);
  }

  /** Approvals on their way: a barrier's own frame may have made some. */
  save(): Plain {
    return {
      buying: this.#buying.slice(),
      selling: this.#selling.slice(),
      proposals: this.#onTheWay.map((proposal) => asPlain({ ...proposal })),
    };
  }

  restore(saved: Plain): this {
    const { buying, selling, proposals } = fromPlain<{
      readonly buying: Float64Array;
      readonly selling: Float64Array;
      readonly proposals: readonly Proposal[];
    }>(saved);
    this.#onTheWay.push(...proposals);
    this.#buying.set(buying);
    this.#selling.set(selling);
    return this;
  }

  approved(proposal: Proposal): void {
    this.#onTheWay.push(proposal);
    this.#count(this.instruments.indexOf(proposal.instrument), proposal.side, proposal.quantity);
  }

  submitted(index: number, order: Proposal): void {
    const place = this.#onTheWay.findIndex((proposal) => isSame(proposal, order));
    // An order that another hand sent was never counted here.
    if (place < 0) return;
    this.#onTheWay.splice(place, 1);
    this.#count(index, order.side, -order.quantity);
  }

  #count(index: number, side: Proposal['side'], lots: number): void {
    const counted = side === 'buy' ? this.#buying : this.#selling;
    counted[index] = (counted[index] as number) + lots;
  }

  /** Signed lots that an agent may still get in one direction: what its shares of orders have left. */
  #agentMay(agent: string, index: number, direction: 1 | -1): number {
    let lots = 0;
    for (const { order, filled, remaining } of this.ledger.openOrders(index)) {
      if (remaining === 0) continue;
      const shares = order.attribution.map(({ quantity }) => quantity);
      const done = attributed(shares, filled);
      order.attribution.forEach((share, place) => {
        const left = share.quantity - (done[place] as number);
        if (share.agent === agent && left * direction > 0) lots += left;
      });
    }
    const { id } = this.instruments.at(index);
    for (const { instrument, attribution } of this.#onTheWay) {
      if (instrument !== id) continue;
      for (const share of attribution)
        if (share.agent === agent && share.quantity * direction > 0) lots += share.quantity;
    }
    return lots;
  }
}

const isSame = (one: Proposal, two: Proposal): boolean =>
  one.instrument === two.instrument &&
  sign(one.side) * one.quantity === sign(two.side) * two.quantity &&
  one.price === two.price;
