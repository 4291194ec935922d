import type { LinkEvent } from '../../domain/market-event.js';
import { fromPlain, type Plain } from '../../domain/plain.js';

/** Milliseconds for which a venue that rejects is left alone; each time in a row twice as long. */
const FIRST_REST = 1_000;
const LONGEST_REST = 60_000;
/** How much of a new measurement of the latency counts. */
const WEIGHT = 0.2;

interface Health {
  /** Channels that are down. */
  readonly down: Set<LinkEvent['channel']>;
  restUntil: number;
  rejects: number;
  /** Milliseconds from an order to the first word about it, on the average; `NaN`: never measured. */
  latency: number;
}

type Saved = readonly (readonly [
  venue: string,
  down: readonly string[],
  restUntil: number,
  rejects: number,
  latency: number,
])[];

/**
 * How well each venue takes our orders: its links, how it answered, and how soon.
 *
 * A venue that has told nothing of its links counts as up: replayed recordings do not tell.
 */
export class VenueHealth {
  readonly #venues = new Map<string, Health>();

  linked({ venue, channel, state }: LinkEvent): void {
    const { down } = this.#of(venue);
    if (state === 'up') down.delete(channel);
    else down.add(channel);
  }

  /** The first word about an order: it is well, and this is how long that took. */
  answered(venue: string, milliseconds: number): void {
    const health = this.#of(venue);
    health.latency = Number.isNaN(health.latency)
      ? milliseconds
      : health.latency + WEIGHT * (milliseconds - health.latency);
  }

  /** It took an order. */
  accepted(venue: string): void {
    this.#of(venue).rejects = 0;
  }

  rejected(venue: string, ts: number): void {
    const health = this.#of(venue);
    health.restUntil = ts + Math.min(FIRST_REST * 2 ** health.rejects, LONGEST_REST);
    health.rejects++;
  }

  /** When it may be sent orders, `ts` itself being now; `Infinity`: when a link is up again. */
  readyAt(venue: string, ts: number): number {
    const health = this.#venues.get(venue);
    if (health === undefined) return ts;
    if (health.down.has('orders') || health.down.has('market')) return Number.POSITIVE_INFINITY;
    return Math.max(ts, health.restUntil);
  }

  /** Milliseconds until it answers; 0 while nobody has measured. */
  latency(venue: string): number {
    return this.#venues.get(venue)?.latency || 0;
  }

  save(): Plain {
    return [...this.#venues]
      .sort(([one], [two]) => (one < two ? -1 : 1))
      .map(([venue, { down, restUntil, rejects, latency }]) => [
        venue,
        [...down].sort(),
        restUntil,
        rejects,
        latency,
      ]);
  }

  static restore(saved: Plain): VenueHealth {
    const health = new VenueHealth();
    for (const [venue, down, restUntil, rejects, latency] of fromPlain<Saved>(saved))
      health.#venues.set(venue, {
        down: new Set(down as readonly LinkEvent['channel'][]),
        restUntil,
        rejects,
        latency,
      });
    return health;
  }

  #of(venue: string): Health {
    let health = this.#venues.get(venue);
    if (health === undefined) {
      health = { down: new Set(), restUntil: Number.NEGATIVE_INFINITY, rejects: 0, latency: Number.NaN };
      this.#venues.set(venue, health);
    }
    return health;
  }
}
