import { type Decimal, decimal, quotient, ZERO } from '../../domain/decimal.js';
import type { ContractValue } from './contract-value.js';
import type { Costing } from './cost-basis.js';
import { fundingReceived, type Holdings } from './funding.js';
import { PositionBook, type SavedBook } from './position-book.js';
import type { Valuation } from './valuation.js';

export type SavedAccounts = {
  readonly desk: SavedBook;
  readonly agents: readonly (readonly [agent: string, book: SavedBook])[];
};

/** One execution, ready to be booked. */
export interface Booking {
  /** What makes the execution one, to take it back by. */
  readonly execution: string;
  readonly index: number;
  /** Owners and their signed lots; they add up to the fill with its sign. */
  readonly agents: readonly string[];
  readonly parts: readonly number[];
  readonly ticks: number;
  readonly fee: string;
  readonly feeCurrency: string;
}

interface Divided {
  readonly lots: number;
  readonly value: Decimal;
  readonly owners: readonly (readonly [agent: string, lots: number, value: Decimal])[];
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
  readonly #costing: Costing;

  constructor(valuation: Valuation, costing: Costing) {
    this.#valuation = valuation;
    this.#costing = costing;
    this.desk = new PositionBook(valuation, costing);
  }

  agent(name: string): PositionBook | undefined {
    return this.#agents.get(name);
  }

  /** Agents that ever traded, by name. */
  agents(): readonly (readonly [string, PositionBook])[] {
    return [...this.#agents].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  book(booking: Booking): void {
    const { index, execution } = booking;
    const { lots, value, owners } = this.#divided(booking);
    this.desk.book(index, lots, value, execution);
    for (const [agent, part, worth] of owners) this.#of(agent).book(index, part, worth, execution);
    this.#bookFee(booking, 1);
  }

  /** Takes an execution back: everybody's lots, value and fee, exactly as they were booked. */
  unbook(booking: Booking): void {
    const { index, execution } = booking;
    const { lots, value, owners } = this.#divided(booking);
    this.desk.unbook(index, lots, value, execution);
    for (const [agent, part, worth] of owners) this.#of(agent).unbook(index, part, worth, execution);
    this.#bookFee(booking, -1);
  }

  /** Books other facts of an execution in the place of those that were booked. */
  rebook(was: Booking, now: Booking): void {
    const { index, execution } = now;
    const old = this.#divided(was);
    const { lots, value, owners } = this.#divided(now);
    this.desk.rebook(index, [old.lots, old.value], lots, value, execution);
    for (const [agent, part, worth] of old.owners) {
      if (!owners.some(([owner]) => owner === agent)) this.#of(agent).unbook(index, part, worth, execution);
    }
    for (const [agent, part, worth] of owners) {
      const before = old.owners.find(([owner]) => owner === agent);
      if (before === undefined) this.#of(agent).book(index, part, worth, execution);
      else this.#of(agent).rebook(index, [before[1], before[2]], part, worth, execution);
    }
    this.#bookFee(was, -1);
    this.#bookFee(now, 1);
  }

  /** Who holds an instrument now. */
  holdings(index: number): Holdings {
    const agents = this.agents().flatMap(([name, book]): (readonly [string, number])[] =>
      book.lots[index] === 0 ? [] : [[name, book.lots[index] as number]],
    );
    return { lots: this.desk.lots[index] as number, agents };
  }

  /** Pays funding on what was held: `-rate * lots * notional of a lot at the mark`, each agent for its own lots. */
  payFunding(index: number, rate: string, mark: number, { lots, agents }: Holdings): void {
    const contract = this.#valuation.contracts[index] as ContractValue;
    const price = decimal(mark);
    const received = (held: number): Decimal => fundingReceived(rate, contract.notional(held, price));
    const total = received(lots);
    const shares = addingUpTo(
      total,
      agents.map(([, held]) => received(held)),
    );
    this.desk.bookFunding(index, total);
    agents.forEach(([agent], owner) => {
      this.#of(agent).bookFunding(index, shares[owner] as Decimal);
    });
  }

  bookInterest(owner: string, venue: string, currency: string, received: Decimal): void {
    this.desk.bookInterest(venue, currency, received);
    this.#of(owner).bookInterest(venue, currency, received);
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

  /** The lots and the value of an execution, and of each owner with a part in it. */
  #divided({ index, agents, parts, ticks }: Booking): Divided {
    const contract = this.#valuation.contracts[index] as ContractValue;
    const price = contract.price(ticks);
    let lots = 0;
    for (const part of parts) lots += part;
    const value = contract.exact(lots, price);
    // The usual fill has one owner, whose part is all of it.
    if (agents.length === 1)
      return { lots, value, owners: lots === 0 ? [] : [[agents[0] as string, lots, value]] };
    const owners = agents.filter((_, share) => parts[share] !== 0);
    const held = parts.filter((part) => part !== 0);
    const values = addingUpTo(
      value,
      held.map((part) => contract.exact(part, price)),
    );
    return {
      lots,
      value,
      owners: owners.map((agent, owner) => [agent, held[owner] as number, values[owner] as Decimal] as const),
    };
  }

  /** Books a fee (or takes it back) to owners in proportion to their gross lots. A fee of 0 is nothing. */
  #bookFee({ index, agents, parts, fee, feeCurrency }: Booking, direction: 1 | -1): void {
    if (fee === '0') return;
    const amount = decimal(fee).times(direction);
    if (amount.eq(ZERO)) return;
    this.desk.bookFee(index, feeCurrency, amount);
    let gross = 0;
    for (const part of parts) gross += Math.abs(part);
    const owners = agents.filter((_, share) => parts[share] !== 0);
    const shares = addingUpTo(
      amount,
      parts
        .filter((part) => part !== 0)
        .map((part) => quotient(amount.times(Math.abs(part)), decimal(gross))),
    );
    owners.forEach((agent, owner) => {
      this.#of(agent).bookFee(index, feeCurrency, shares[owner] as Decimal);
    });
  }

  #of(agent: string): PositionBook {
    let book = this.#agents.get(agent);
    if (book === undefined) {
      book = new PositionBook(this.#valuation, this.#costing);
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
