import { decimal, formatDecimal, quotient } from '../../domain/decimal.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { Plain } from '../../domain/plain.js';
import type { ClosedBar } from './closed-bar.js';
import { ExactTotal } from './exact-total.js';
import type { BarSource, Print } from './print.js';

const NUMBERS = [
  'prints',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'buyVolume',
  'sellVolume',
  'trades',
  'late',
] as const;

/** A bar in the making. It is emptied and filled again; nobody outside sees it. */
export class OpenBar {
  /** How many prints went into it. */
  prints = 0;
  open: number = Number.NaN;
  high: number = Number.NaN;
  low: number = Number.NaN;
  /** Stays when the bar is emptied: the last known price. */
  close: number = Number.NaN;
  volume = 0;
  buyVolume = 0;
  sellVolume = 0;
  trades = 0;
  late = 0;
  /** Sum of ticks times lots. */
  readonly turnover: ExactTotal = new ExactTotal();

  add(print: Print, late: boolean): void {
    const { quantity, sign } = print;
    if (this.prints === 0) {
      this.open = print.open;
      this.high = print.high;
      this.low = print.low;
    } else {
      if (print.high > this.high) this.high = print.high;
      if (print.low < this.low) this.low = print.low;
    }
    this.close = print.close;
    this.prints++;
    this.trades = this.trades < 0 || print.trades < 0 ? -1 : this.trades + print.trades;
    this.volume += quantity;
    if (sign > 0) this.buyVolume += quantity;
    else if (sign < 0) this.sellVolume += quantity;
    if (late) this.late++;
    if (quantity !== 0 && print.end === 0) this.turnover.add(print.close, quantity);
  }

  empty(): void {
    this.prints = 0;
    this.volume = 0;
    this.buyVolume = 0;
    this.sellVolume = 0;
    this.trades = 0;
    this.late = 0;
    this.turnover.reset();
  }

  /** The bar as it stands, closed; one without prints carries the last price. */
  closed(
    name: string,
    source: BarSource,
    listed: ListedInstrument,
    bounds: { readonly start: number; readonly end: number; readonly ts: number; readonly complete: boolean },
  ): ClosedBar {
    const { close, volume } = this;
    const { prices, quantities } = listed;
    const none = this.prints === 0;
    const open = none ? close : this.open;
    const high = none ? close : this.high;
    const low = none ? close : this.low;
    const ofBars = source === 'bar';
    const turnover = ofBars ? undefined : this.#turnover(listed);
    return {
      name,
      instrument: listed.id,
      index: listed.index,
      start: bounds.start,
      end: bounds.end,
      closedAt: bounds.ts,
      complete: bounds.complete,
      open,
      high,
      low,
      close,
      volume,
      buyVolume: ofBars ? Number.NaN : this.buyVolume,
      sellVolume: ofBars ? Number.NaN : this.sellVolume,
      trades: this.trades,
      late: this.late,
      turnover,
      vwap:
        turnover === undefined || volume === 0
          ? Number.NaN
          : Number(quotient(decimal(turnover), decimal(quantities.format(volume)))),
      plain: {
        open: prices.toNumber(open),
        high: prices.toNumber(high),
        low: prices.toNumber(low),
        close: prices.toNumber(close),
        volume: quantities.toNumber(volume),
      },
    };
  }

  save(): Plain {
    return { ...Object.fromEntries(NUMBERS.map((key) => [key, this[key]])), turnover: this.turnover.save() };
  }

  restore(saved: Plain): void {
    const state = saved as Readonly<Record<(typeof NUMBERS)[number], number>> & { readonly turnover: Plain };
    for (const key of NUMBERS) this[key] = state[key];
    this.turnover.restore(state.turnover);
  }

  #turnover({ definition: { tick, lot } }: ListedInstrument): string {
    return formatDecimal(decimal(this.turnover.digits).times(decimal(tick)).times(decimal(lot)));
  }
}
