import type { BarEvent, TradeEvent } from '../../src/domain/market-event.js';

/** The bars of one instrument's trades, by their venue's time; minutes without a trade have none. */
export function rebuildBars(trades: readonly TradeEvent[], interval: number): BarEvent[] {
  const bars = new Map<number, BarEvent>();
  for (const { instrument, venueTime, price, quantity } of trades) {
    const start = Math.floor(venueTime / interval) * interval;
    const end = start + interval;
    const bar = bars.get(start);
    bars.set(start, {
      kind: 'bar',
      instrument,
      venueTime: end,
      start,
      end,
      open: bar?.open ?? price,
      high: Math.max(bar?.high ?? price, price),
      low: Math.min(bar?.low ?? price, price),
      close: price,
      volume: (bar?.volume ?? 0) + quantity,
      trades: -1,
    });
  }
  return [...bars.values()];
}
