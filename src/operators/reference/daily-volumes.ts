import type { Calendar } from '../../domain/calendar.js';
import type { Plain } from '../../domain/plain.js';

/** Lots that each contract of a chain has traded on the present trading day. */
export class DailyVolumes {
  readonly #calendar: Calendar;
  readonly #lots: Float64Array;
  /** Close of the day that is counted; NaN before the first trade. */
  #close = Number.NaN;

  constructor(calendar: Calendar, contracts: number) {
    this.#calendar = calendar;
    this.#lots = new Float64Array(contracts);
  }

  /** When the day that is counted ends; `Infinity` while none is. */
  get close(): number {
    return Number.isNaN(this.#close) ? Number.POSITIVE_INFINITY : this.#close;
  }

  of(contract: number): number {
    return this.#lots[contract] ?? 0;
  }

  /** A trade outside of every session counts for no day. */
  add(contract: number, lots: number, ts: number): void {
    if (Number.isNaN(this.#close)) {
      const session = this.#calendar.sessionOf(ts);
      if (session === undefined) return;
      this.#close = this.#closeOfDay(session.tradingDay, session.close);
    }
    this.#lots[contract] = (this.#lots[contract] as number) + lots;
  }

  /** Begins a new day with the next trade. */
  reset(): void {
    this.#lots.fill(0);
    this.#close = Number.NaN;
  }

  save(): Plain {
    return { lots: this.#lots.slice(), close: this.#close };
  }

  restore(saved: Plain): void {
    const { lots, close } = saved as { readonly lots: Float64Array; readonly close: number };
    this.#lots.set(lots);
    this.#close = close;
  }

  /** A day may have several sessions. */
  #closeOfDay(tradingDay: string, close: number): number {
    let last = close;
    for (;;) {
      const open = this.#calendar.isOpen(last) ? last : this.#calendar.nextOpen(last);
      const next = open === Number.POSITIVE_INFINITY ? undefined : this.#calendar.sessionOf(open);
      if (next?.tradingDay !== tradingDay) return last;
      last = next.close;
    }
  }
}
