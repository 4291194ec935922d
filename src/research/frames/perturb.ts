import type { OutsideEvent, TimedEvent } from '../../domain/event.js';

/** Share of a price by which another future differs, beside some ticks. */
const SHARE = 0.03;

/**
 * Market data that was different: prices 3 of 100 and some ticks higher (lower for negative ticks), quantities larger by as
 * many lots. Other events stay as they are.
 */
export function moved(event: OutsideEvent, ticks: number): OutsideEvent {
  const shift = (price: number): number =>
    price + ticks + Math.sign(ticks) * Math.round(SHARE * Math.abs(price));
  const lots = Math.abs(ticks);
  switch (event.kind) {
    case 'trade':
      return {
        ...event,
        price: shift(event.price),
        quantity: event.quantity + lots,
        aggressor: event.aggressor === 'buy' ? 'sell' : 'buy',
      };
    case 'quote':
      return {
        ...event,
        bidPrice: shift(event.bidPrice),
        askPrice: shift(event.askPrice),
        bidQuantity: event.bidQuantity + lots,
      };
    case 'book': {
      const shifted = (side: readonly number[]): readonly number[] =>
        side.map((value, place) => (place % 2 === 0 ? shift(value) : value));
      return { ...event, bids: shifted(event.bids), asks: shifted(event.asks) };
    }
    case 'bookOrder':
      return event.side === 'none' ? event : { ...event, price: shift(event.price) };
    case 'bar':
      return {
        ...event,
        open: shift(event.open),
        high: shift(event.high),
        low: shift(event.low),
        close: shift(event.close),
        volume: event.volume + lots,
      };
    case 'rate':
      return { ...event, rate: `${Number(event.rate) * 1.25}` };
    case 'signal': {
      const { signal } = event;
      return { ...event, signal: { ...signal, direction: signal.direction === 1 ? -1 : 1 } };
    }
    default:
      return event;
  }
}

/** The events up to a place as they were, and another future behind it; `ticks` 0: none at all. */
export function anotherFuture(
  events: readonly TimedEvent[],
  last: number,
  ticks: number,
): readonly TimedEvent[] {
  const past = events.slice(0, last + 1);
  if (ticks === 0) return past;
  return [...past, ...events.slice(last + 1).map(({ ts, event }) => ({ ts, event: moved(event, ticks) }))];
}

/**
 * Puts other events into a list while an action lasts, and the list's own back afterwards: whoever looks at the list
 * itself must see those of the run. A frozen list stays as it is.
 */
export async function standIn<T>(
  list: readonly TimedEvent[],
  events: readonly TimedEvent[],
  action: () => Promise<T>,
): Promise<T> {
  if (list === events || !Array.isArray(list) || Object.isFrozen(list)) return await action();
  const own = [...list];
  const refill = (items: readonly TimedEvent[]): void => {
    list.length = 0;
    for (const item of items) list.push(item);
  };
  refill(events);
  try {
    return await action();
  } finally {
    refill(own);
  }
}

const waiting = new WeakMap<object, Promise<void>>();

/** Waits until nobody else has other events in a list, so that two checks of one list do not see each other's. */
export async function borrowed<T>(list: readonly TimedEvent[], action: () => Promise<T>): Promise<T> {
  const before = waiting.get(list);
  let giveBack = (): void => undefined;
  waiting.set(
    list,
    new Promise((resolve) => {
      giveBack = resolve;
    }),
  );
  await before;
  try {
    return await action();
  } finally {
    giveBack();
  }
}
