import { VenueAnswerError } from '../ccxt/tapped-exchange.js';
import type { Cost, RequestKind } from '../driver/rate-budget.js';
import type { VenuePort } from '../driver/venue-adapter.js';
import type { CcxtBinance } from './ccxt-binance.js';
import { ConnectionLostError } from './errors.js';
import type { VenueSocket } from './venue-socket.js';

type Parameters = Readonly<Record<string, string | number | boolean>>;

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** What a request by WebSocket is for, and how it goes. */
export interface ApiRequest {
  readonly kind: RequestKind;
  readonly cost: Cost;
  readonly method: string;
  readonly parameters: Parameters;
  readonly patience?: number;
}

/** Requests over a WebSocket, each with an id that its answer repeats. */
export class ApiSocket {
  readonly #port: VenuePort;
  readonly #exchange: CcxtBinance;
  readonly #venueTime: () => number;
  readonly #pending = new Map<string, Pending>();
  #ids = 0;

  constructor(port: VenuePort, exchange: CcxtBinance, venueTime: () => number) {
    this.#port = port;
    this.#exchange = exchange;
    this.#venueTime = venueTime;
  }

  /** Requests that wait for an answer. */
  get pending(): number {
    return this.#pending.size;
  }

  ask(socket: VenueSocket, { kind, cost, method, parameters, patience }: ApiRequest): Promise<unknown> {
    const send = (): Promise<unknown> =>
      new Promise((resolve, reject) => {
        const id = `${++this.#ids}`;
        const signed = this.#exchange.signParams({ timestamp: this.#venueTime(), ...parameters });
        this.#pending.set(id, { resolve, reject });
        socket.send({ id, method, params: signed }).catch((error: unknown) => {
          // It may have been written in part.
          this.#pending.delete(id);
          reject(error instanceof Error ? error : new Error(String(error)));
        });
      });
    return this.#port.requests.run(kind, cost, send, patience);
  }

  /** Whether a frame was an answer. */
  take(message: unknown): boolean {
    const answer = message as {
      readonly id?: unknown;
      readonly status?: unknown;
      readonly result?: unknown;
      readonly error?: unknown;
    };
    if (typeof answer !== 'object' || answer === null || answer.status === undefined) return false;
    const id = String(answer.id);
    const pending = this.#pending.get(id);
    if (pending === undefined) return true;
    this.#pending.delete(id);
    const status = Number(answer.status);
    if (status >= 200 && status < 300) pending.resolve(answer.result);
    else pending.reject(errorOf(status, answer.error));
    return true;
  }

  /** The connection broke: what becomes of the requests that wait nobody can say. */
  lost(reason: string): void {
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(new ConnectionLostError(`no answer: ${reason}`));
  }
}

function errorOf(status: number, error: unknown): VenueAnswerError {
  const { code, msg, data } = (error ?? {}) as {
    readonly code?: unknown;
    readonly msg?: unknown;
    readonly data?: { readonly serverTime?: unknown; readonly retryAfter?: unknown };
  };
  const until = Number(data?.retryAfter) - Number(data?.serverTime ?? Date.now());
  const known = typeof code === 'number' ? code : undefined;
  return new VenueAnswerError(
    status,
    known,
    `${status}${known === undefined ? '' : ` ${known}`} ${String(msg ?? '')}`.trim(),
    Number.isFinite(until) && until > 0 ? until : undefined,
    data,
  );
}
