import { type Decimal, decimal, ZERO } from '../../../src/domain/decimal.js';

/** What an account of a double holds of a currency; locked: behind open orders. */
export interface Balance {
  free: Decimal;
  locked: Decimal;
}

/** Balances by owner and currency. */
export class Wallets {
  readonly #balances = new Map<string, Map<string, Balance>>();

  /** Sets what is free; for scripts. */
  put(owner: string, currency: string, free: string): void {
    this.of(owner, currency).free = decimal(free);
  }

  of(owner: string, currency: string): Balance {
    const mine = this.all(owner);
    const known = mine.get(currency);
    if (known !== undefined) return known;
    const made = { free: ZERO, locked: ZERO };
    mine.set(currency, made);
    return made;
  }

  all(owner: string): Map<string, Balance> {
    const known = this.#balances.get(owner);
    if (known !== undefined) return known;
    const made = new Map<string, Balance>();
    this.#balances.set(owner, made);
    return made;
  }

  /** Moves between free and locked; negative: back. */
  lock(owner: string, currency: string, amount: Decimal): void {
    const balance = this.of(owner, currency);
    balance.free = balance.free.minus(amount);
    balance.locked = balance.locked.plus(amount);
  }

  pay(owner: string, currency: string, amount: Decimal): void {
    const balance = this.of(owner, currency);
    balance.free = balance.free.plus(amount);
  }
}
