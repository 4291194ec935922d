import { type Decimal, decimal, quotient, ZERO } from '../../domain/decimal.js';
import type { ContractValue } from './contract-value.js';
import { PositionBook, type SavedBook } from './position-book.js';
import type { Valuation } from './valuation.js';

export type SavedAccounts = {
  readonly desk: SavedBook;
  readonly agents: readonly (readonly [agent: string, book: SavedBook])[];
};

/** One execution, ready to be booked. */
export interface Booking {
  readonly index: number;
  /** Owners and their signed lots; they add up to the fill with its sign. */
  readonly agents: readonly string[];
  readonly parts: readonly number[];
  readonly ticks: number;
  readonly fee: string;
  readonly feeCurrency: string;
}

/**
 * The desk's positions and those of its agents, which are its parts.
 *
 * Every agent trades its part of a fill at the fill's price. What rounding leaves of a value (inverse
 * contracts only) or of a fee is posted to the first agent with a part, so that lots, fees and
 * `realised - cost` of all agents add up to the desk's exactly, and with any mark so does the profit. How much
 * of it counts as realised differs by owner: each has its own average cost, and agents who oppose each other
 * close nothing against each other. Fees are shared in proportion to gross lots.
 */
export class Accounts {
  readonly desk: PositionBook;
  readonly #agents = new Map<string, PositionBook>();
  readonly #valuation: Valuation;

  constructor(valuation: Valuation) {
    this.#valuation = valuation;
    this.desk = new PositionBook(valuation);
  }

  agent(name: string): PositionBook | undefined {
    return this.#agents.get(name);
  }

  /** Agents that ever traded, by name. */
  agents(): readonly (readonly [string, PositionBook])[] {
    return [...this.#agents].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  book(booking: Booking): void {
    const { index, agents } = booking;
    const contract = this.#valuation.contracts[index] as ContractValue;
    const price = contract.price(booking.ticks);
    let lots = 0;
    for (const part of booking.parts) lots += part;
    const value = contract.exact(lots, price);
    this.desk.book(index, lots, value);

    const owners = agents.filter((_, share) => booking.parts[share] !== 0);
    const parts = booking.parts.filter((part) => part !== 0);
    const values = addingUpTo(
      value,
      parts.map((part) => contract.exact(part, price)),
    );
    owners.forEach((agent, owner) => {
      this.#of(agent).book(index, parts[owner] as number, values[owner] as Decimal);
    });
    this.#bookFee(index, owners, parts, booking.fee, booking.feeCurrency);
  }

  save(): SavedAccounts {
    return {
      desk: this.desk.save(),
      agents: this.agents().map(([name, book]) => [name, book.save()] as const),
    };
  }

  restore(saved: SavedAccounts, indexOf: (saved: number) => number): void {
    this.desk.restore(saved.desk, indexOf);
    for (const [name, book] of saved.agents) this.#of(name).restore(book, indexOf);
  }

  /** Books a fee to owners in proportion to their gross lots. A fee of 0 is nothing. */
  #bookFee(
    index: number,
    owners: readonly string[],
    parts: readonly number[],
    fee: string,
    currency: string,
  ): void {
    const amount = decimal(fee);
    if (amount.eq(ZERO)) return;
    this.desk.bookFee(index, currency, amount);
    let gross = 0;
    for (const part of parts) gross += Math.abs(part);
    const shares = addingUpTo(
      amount,
      parts.map((part) => quotient(amount.times(Math.abs(part)), decimal(gross))),
    );
    owners.forEach((agent, owner) => {
      this.#of(agent).bookFee(index, currency, shares[owner] as Decimal);
    });
  }

  #of(agent: string): PositionBook {
    let book = this.#agents.get(agent);
    if (book === undefined) {
      book = new PositionBook(this.#valuation);
      this.#agents.set(agent, book);
    }
    return book;
  }
}

/** Posts what the parts lack of a total to the first of them. */
export function addingUpTo(total: Decimal, parts: readonly Decimal[]): readonly Decimal[] {
  const [first, ...rest] = parts;
  if (first === undefined) return parts;
  let remainder = total;
  for (const part of rest) remainder = remainder.minus(part);
  return [remainder, ...rest];
}
