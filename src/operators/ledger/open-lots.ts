import { type Decimal, decimal, formatDecimal, quotient, ZERO } from '../../domain/decimal.js';

/** Lots (at least 1) and what they were traded for. */
interface Piece {
  lots: number;
  cost: Decimal;
}

export type SavedOpenLots = readonly (readonly [lots: number, cost: string])[];

/**
 * The lots of a position by the fill that opened them, oldest first: what a close first in, first out takes its cost
 * from (IAS 2.27).
 *
 * A fill that is closed in part gives its share of its own cost, rounded half-even to 20 decimals; the residual leaves
 * with its last lot.
 */
export class OpenLots {
  #pieces: Piece[] = [];
  /** Pieces before it are gone: taking from the front is O(1) over time. */
  #head = 0;

  open(lots: number, cost: Decimal): void {
    this.#pieces.push({ lots, cost });
  }

  /** Takes the oldest lots away. @returns what they had cost */
  close(lots: number): Decimal {
    let left = lots;
    let total = ZERO;
    while (left > 0) {
      const oldest = this.#pieces[this.#head] as Piece;
      const taken = Math.min(left, oldest.lots);
      const cost = shareOf(oldest.cost, taken, oldest.lots);
      total = total.plus(cost);
      oldest.cost = oldest.cost.minus(cost);
      oldest.lots -= taken;
      left -= taken;
      if (oldest.lots === 0) this.#head++;
    }
    if (this.#head > 64 && this.#head * 2 > this.#pieces.length) this.#compact();
    return total;
  }

  save(): SavedOpenLots {
    this.#compact();
    return this.#pieces.map(({ lots, cost }) => [lots, formatDecimal(cost)] as const);
  }

  restore(saved: SavedOpenLots): void {
    this.#pieces = saved.map(([lots, cost]) => ({ lots, cost: decimal(cost) }));
    this.#head = 0;
  }

  #compact(): void {
    this.#pieces = this.#pieces.slice(this.#head);
    this.#head = 0;
  }
}

/** A part of a total; the whole is given away whole, without a division. */
export function shareOf(total: Decimal, part: number, whole: number): Decimal {
  return part === whole ? total : quotient(total.times(part), decimal(whole));
}
