import type { Cancel } from '../../core/clock.js';

/** What a watchdog needs of its surroundings. */
export interface WatchdogPort {
  now(): number;
  after(delay: number, action: () => void): Cancel;
}

/**
 * Notices a peer that says nothing: a frozen one keeps its connection open and is silent.
 *
 * ```
 * frames    f-f----------
 * pings     --p--p--p----     every keep-alive
 * silent    ----------x       two keep-alives after the last frame or pong
 * ```
 *
 * @example
 * const dog = new Watchdog(port, 15_000, { ping: () => socket.ping(), silent: () => socket.terminate() });
 * socket.on('message', () => dog.heard());
 */
export class Watchdog {
  readonly #port: WatchdogPort;
  readonly #keepAlive: number;
  readonly #actions: { readonly ping: () => void; readonly silent: () => void };
  #last = 0;
  #stopPing: Cancel | undefined;
  #stopWatch: Cancel | undefined;

  /** @param keepAlive milliseconds from ping to ping; a peer that is silent for two of them is given up */
  constructor(
    port: WatchdogPort,
    keepAlive: number,
    actions: { readonly ping: () => void; readonly silent: () => void },
  ) {
    this.#port = port;
    this.#keepAlive = keepAlive;
    this.#actions = actions;
  }

  start(): void {
    this.stop();
    this.heard();
    this.#ping();
    this.#watch(2 * this.#keepAlive);
  }

  /** The peer said something: a frame, a pong. */
  heard(): void {
    this.#last = this.#port.now();
  }

  stop(): void {
    this.#stopPing?.();
    this.#stopWatch?.();
    this.#stopPing = undefined;
    this.#stopWatch = undefined;
  }

  #ping(): void {
    this.#stopPing = this.#port.after(this.#keepAlive, () => {
      this.#ping();
      this.#actions.ping();
    });
  }

  #watch(delay: number): void {
    this.#stopWatch = this.#port.after(delay, () => {
      const left = this.#last + 2 * this.#keepAlive - this.#port.now();
      if (left > 0) this.#watch(left);
      else {
        this.stop();
        this.#actions.silent();
      }
    });
  }
}
