import type { Cancel } from '../../core/clock.js';
import type { VenuePort } from '../driver/venue-adapter.js';
import { messageOf } from './message-of.js';
import type { RestClient } from './rest-client.js';

/** A key lives an hour; it is prolonged twice in that time. */
const PROLONG_EVERY = 30 * 60_000;

/** The key to the private stream of futures: made for every connection, prolonged while it stands. */
export class ListenKey {
  readonly #port: VenuePort;
  readonly #rest: RestClient;
  readonly #failed: (reason: string) => void;
  readonly #learn: (error: unknown) => void;
  #stop: Cancel | undefined;

  /** @param learn is told what the venue said of rate, clock and our key */
  constructor(
    port: VenuePort,
    rest: RestClient,
    failed: (reason: string) => void,
    learn: (error: unknown) => void,
  ) {
    this.#port = port;
    this.#rest = rest;
    this.#failed = failed;
    this.#learn = learn;
  }

  async make(): Promise<string> {
    const answer = await this.#ask('POST');
    const { listenKey } = (answer ?? {}) as { readonly listenKey?: unknown };
    if (typeof listenKey !== 'string' || listenKey === '') throw new Error('the venue gave no listen key');
    this.#port.redaction.hide(listenKey);
    this.#prolong();
    return listenKey;
  }

  forget(): void {
    this.#stop?.();
    this.#stop = undefined;
  }

  #prolong(): void {
    this.forget();
    this.#stop = this.#port.after(PROLONG_EVERY, () => {
      this.#prolong();
      this.#ask('PUT').catch((error: unknown) =>
        this.#failed(`the key was not prolonged: ${messageOf(error)}`),
      );
    });
  }

  async #ask(method: 'POST' | 'PUT'): Promise<unknown> {
    try {
      return await this.#rest.ask({
        kind: 'submit',
        cost: { weight: 1 },
        method,
        path: 'listenKey',
        signed: true,
      });
    } catch (error) {
      this.#learn(error);
      throw error;
    }
  }
}
