import type { AccountEvent } from '../../domain/event.js';

/** What a venue says it holds for us of one currency: exact decimal strings. */
export interface Balance {
  readonly free: string;
  readonly locked: string;
  /** The venue's time of the word, 0 when unknown. */
  readonly venueTime: number;
}

export type SavedBalances = readonly (readonly [
  venue: string,
  currency: string,
  free: string,
  locked: string,
  venueTime: number,
])[];

/**
 * Balances by venue and currency, as the venues last told them.
 *
 * A word names the currencies that changed; the others stay as they were. One that is older than what is known of a
 * currency is left out: accounts are told over several ways, and they overtake each other.
 */
export class Balances {
  readonly #byVenue = new Map<string, Map<string, Balance>>();

  take({ venue, venueTime, balances }: Omit<AccountEvent, 'kind'>): void {
    let ofVenue = this.#byVenue.get(venue);
    if (ofVenue === undefined) {
      ofVenue = new Map();
      this.#byVenue.set(venue, ofVenue);
    }
    for (const { currency, free, locked } of balances) {
      const known = ofVenue.get(currency);
      if (known !== undefined && venueTime > 0 && venueTime < known.venueTime) continue;
      ofVenue.set(currency, { free, locked, venueTime });
    }
  }

  find(venue: string, currency: string): Balance | undefined {
    return this.#byVenue.get(venue)?.get(currency);
  }

  /** By venue and currency, in alphabetical order. */
  save(): SavedBalances {
    return [...this.#byVenue]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([venue, ofVenue]) =>
        [...ofVenue]
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(
            ([currency, { free, locked, venueTime }]) => [venue, currency, free, locked, venueTime] as const,
          ),
      );
  }

  restore(saved: SavedBalances): void {
    for (const [venue, currency, free, locked, venueTime] of saved)
      this.take({ venue, venueTime, balances: [{ currency, free, locked }] });
  }
}
