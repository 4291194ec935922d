import type { AccountEvent, ReportEvent } from '../../domain/event.js';
import type { Order } from '../../domain/order.js';
import { fromPlain, type Plain } from '../../domain/plain.js';

/** What an order takes of a balance. */
export interface Need {
  /** `VENUE CURRENCY`. */
  readonly of: string;
  readonly amount: number;
}

/** What a venue last told, and when by its own time. */
interface Free {
  readonly amount: number;
  readonly venueTime: number;
}

interface Reservation extends Need {
  readonly quantity: number;
  readonly filled: number;
  /** Venue's time of its last word about the order; `Infinity` while it has said none. */
  readonly known: number;
}

/**
 * Free balances as the venues last told, less what our orders have taken since.
 *
 * An order is reserved for from the moment it is sent until an `account` event shows it: one whose venue time is not before
 * the venue's last word about the order. So an order of unknown fate stays reserved for, what a fill has spent is not free
 * again before the venue says so, and nothing is counted twice for long, and then only to our disadvantage.
 */
export class BalanceBook {
  readonly #free = new Map<string, Free>();
  readonly #reserved = new Map<string, Reservation>();

  /** What is free of a balance; `NaN` when no venue has told. */
  free(of: string): number {
    let free = this.#free.get(of)?.amount ?? Number.NaN;
    for (const reservation of this.#reserved.values()) if (reservation.of === of) free -= reservation.amount;
    return free;
  }

  account({ venue, venueTime, balances }: AccountEvent): void {
    for (const { currency, free } of balances) {
      const of = `${venue} ${currency}`;
      // Accounts are told over several ways, and they overtake each other: an older word is none.
      if (venueTime > 0 && venueTime < (this.#free.get(of)?.venueTime ?? 0)) continue;
      this.#free.set(of, { amount: free.trim() === '' ? Number.NaN : Number(free), venueTime });
      for (const [id, reservation] of this.#reserved)
        if (reservation.of === of && reservation.known <= venueTime) this.#reserved.delete(id);
    }
  }

  submitted({ clientOrderId, quantity }: Order, { of, amount }: Need): void {
    this.#reserved.set(clientOrderId, { of, amount, quantity, filled: 0, known: Number.POSITIVE_INFINITY });
  }

  report(event: ReportEvent): void {
    const reservation = this.#reserved.get(event.clientOrderId);
    if (reservation === undefined) return;
    const { quantity, amount } = reservation;
    const known = event.venueTime;
    switch (event.type) {
      case 'fill':
        this.#change(event, { ...reservation, known, filled: reservation.filled + event.quantity });
        return;
      case 'accepted':
      case 'cancelRejected':
        this.#change(event, { ...reservation, known });
        return;
      case 'canceled':
      case 'expired':
        // What was filled is spent, the rest never will be.
        this.#change(event, {
          ...reservation,
          known,
          amount: (amount * Math.min(quantity, reservation.filled)) / quantity,
          quantity: Math.max(1, reservation.filled),
        });
        return;
      case 'rejected':
        if (reservation.filled === 0) this.#reserved.delete(event.clientOrderId);
        return;
      case 'unknown':
    }
  }

  save(): Plain {
    return {
      free: [...this.#free].map(([of, each]) => [of, { ...each }]),
      reserved: [...this.#reserved].map(([id, reservation]) => [id, { ...reservation }]),
    };
  }

  static restore(saved: Plain): BalanceBook {
    const book = new BalanceBook();
    const { free, reserved } = fromPlain<{
      readonly free: readonly [string, Free][];
      readonly reserved: readonly [string, Reservation][];
    }>(saved);
    for (const [of, each] of free) book.#free.set(of, { ...each });
    for (const [id, reservation] of reserved) book.#reserved.set(id, { ...reservation });
    return book;
  }

  #change({ clientOrderId }: ReportEvent, reservation: Reservation): void {
    this.#reserved.set(clientOrderId, reservation);
  }
}
