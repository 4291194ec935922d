import type { Frame } from '../../core/frame.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';
import type { Proposal } from '../../domain/order.js';
import type { Plain } from '../../domain/plain.js';
import type { MarketFields } from '../books/books.js';
import type { MarketsView } from '../books/markets.js';
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
  markets: MarketsView = undefined as unknown as MarketsView;
  ledger: LedgerView = undefined as unknown as LedgerView;
  readonly #buying: Float64Array;
  readonly #selling: Float64Array;

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

  lotNotional(index: number): number {
    return this.ledger.lotNotional(index);
  }

  /** Approvals on their way: a barrier's own frame may have made some. */
  save(): Plain {
    return { buying: this.#buying.slice(), selling: this.#selling.slice() };
  }

  restore(saved: Plain): this {
    const { buying, selling } = saved as { readonly buying: Float64Array; readonly selling: Float64Array };
    this.#buying.set(buying);
    this.#selling.set(selling);
    return this;
  }

  approved({ instrument, side, quantity }: Proposal): void {
    this.#count(this.instruments.indexOf(instrument), side, quantity);
  }

  submitted(index: number, { side, quantity }: Proposal): void {
    this.#count(index, side, -quantity);
  }

  #count(index: number, side: Proposal['side'], lots: number): void {
    const counted = side === 'buy' ? this.#buying : this.#selling;
    counted[index] = (counted[index] as number) + lots;
  }
}
