import type { ReplayClockProgress } from 'millrace/streams';

const REDRAW = 100;
const LINE = 3_000;
const WIDTH = 32;

/** Where progress is shown; `stderr` is one. */
export interface Screen {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows how far a run is: a bar that is redrawn on a terminal, a line every few seconds elsewhere. */
export class Progress {
  readonly #screen: Screen;
  readonly #started = performance.now();
  #shownAt = performance.now();
  #drawn = false;

  constructor(screen: Screen) {
    this.#screen = screen;
  }

  show({ bytesRead, bytesTotal, events, ts }: ReplayClockProgress): void {
    const now = performance.now();
    const bar = this.#screen.isTTY === true;
    if (now - this.#shownAt < (bar ? REDRAW : LINE)) return;
    this.#shownAt = now;
    const share = Math.min(1, bytesRead / Math.max(1, bytesTotal));
    const rate = Math.round(events / ((now - this.#started) / 1_000));
    const percent = `${Math.floor(share * 100)}%`.padStart(4);
    const figures = `${events.toLocaleString('en')} events, ${rate.toLocaleString('en')}/s, market at ${clockOf(ts)}`;
    if (!bar) {
      this.#screen.write(`${percent}  ${figures}\n`);
      return;
    }
    const full = Math.round(share * WIDTH);
    this.#drawn = true;
    this.#screen.write(`\r\x1b[2K${'█'.repeat(full)}${'░'.repeat(WIDTH - full)}${percent}  ${figures}`);
  }

  /** Takes the bar away. */
  done(): void {
    if (this.#drawn) this.#screen.write('\r\x1b[2K');
    this.#drawn = false;
  }
}

const clockOf = (ts: number): string => `${new Date(ts).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
