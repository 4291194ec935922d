import type { DeskFrame } from '../follow-run.js';
import type { Screen } from '../progress.js';

const EVERY = 3_000;

/** Says how a live run goes: links and halts as they happen, and a line of figures every few seconds. */
export class Ticker {
  readonly #screen: Screen;
  readonly #started = performance.now();
  #shownAt = performance.now();
  #events = 0;
  #orders = 0;
  #fills = 0;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  see({ event, profit, tradingStatus }: DeskFrame): void {
    this.#events++;
    if (event.kind === 'submitted') this.#orders++;
    else if (event.kind === 'report' && event.type === 'fill') this.#fills++;
    else if (event.kind === 'link')
      this.#say(`${event.venue} ${event.channel}: ${event.state} (${event.reason})`);
    else if (event.kind === 'fault') this.#say(`${event.severity}: ${event.component}: ${event.message}`);
    const now = performance.now();
    if (now - this.#shownAt < EVERY) return;
    this.#shownAt = now;
    const result = Number.isNaN(profit) ? 'unknown' : profit.toFixed(2);
    this.#say(
      `${this.#events.toLocaleString('en')} events, ${this.#orders} orders, ${this.#fills} fills, profit ${result}, ${tradingStatus}`,
    );
  }

  #say(text: string): void {
    const seconds = ((performance.now() - this.#started) / 1_000).toFixed(1);
    this.#screen.write(`${seconds.padStart(6)} s  ${text}\n`);
  }
}
