import type { ClientOrderId } from '../domain/brand.js';
import { RecentMap } from '../domain/recent-map.js';

/** Where an order came from: the trace of the tick that caused it, and when it was made. */
export interface Origin {
  readonly trace: string;
  /** Unix milliseconds. */
  readonly at: number;
}

/** Orders that are remembered; of more, the oldest are forgotten. */
const MOST = 10_000;

/** From orders to the ticks that caused them. */
export class Traces {
  readonly #origins = new RecentMap<ClientOrderId, Origin>(MOST);

  remember(id: ClientOrderId, origin: Origin): void {
    this.#origins.set(id, origin);
  }

  of(id: ClientOrderId): Origin | undefined {
    return this.#origins.get(id);
  }
}
