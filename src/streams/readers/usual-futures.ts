import { type Instrument, instrument } from '../../domain/instrument.js';
import { indexFuture } from './index-futures.js';

interface Product {
  readonly quote: string;
  readonly tick: string;
  readonly multiplier: string;
  /** The last trading time of a contract month, from the year and the month counted from 0. */
  readonly expiry: (year: number, month: number) => number;
}

const MONTHS = 'FGHJKMNQUVXZ';
const CONTRACT = /^([A-Z0-9]{1,3})([FGHJKMNQUVXZ])(\d)$/;
const DAY_MS = 86_400_000;

/** Gold ends on the third last business day of its month, euro on the second before the third Wednesday. */
const PRODUCTS: Readonly<Record<string, Product>> = {
  GC: { quote: 'USD', tick: '0.1', multiplier: '100', expiry: thirdLastBusinessDay },
  '6E': { quote: 'USD', tick: '0.00005', multiplier: '125000', expiry: beforeThirdWednesday },
};

/**
 * The definition of a usual future by its symbol (`ESH4`, `GCZ3`, `6EH4`), or `undefined`: the equity index futures
 * of CME, gold and the euro. Holidays are not known, so an expiry of gold or euro may be a day early or late.
 *
 * @param at a time within the recording (Unix milliseconds): it tells the decade
 */
export function usualFuture(symbol: string, at: number): Instrument | undefined {
  const index = indexFuture(symbol, at);
  if (index !== undefined) return index;
  const [, name = '', letter = '', digit = ''] = CONTRACT.exec(symbol) ?? [];
  const product = Object.hasOwn(PRODUCTS, name) ? PRODUCTS[name] : undefined;
  if (product === undefined) return undefined;
  const month = MONTHS.indexOf(letter);
  let year = new Date(at).getUTCFullYear();
  while (year % 10 !== Number(digit) || product.expiry(year, month) + 31 * DAY_MS < at) year++;
  const { quote, tick, multiplier } = product;
  return instrument({
    id: `${symbol}.FUT@cme`,
    venue: 'cme',
    symbol,
    kind: 'future',
    base: name,
    quote,
    multiplier,
    tick,
    lot: '1',
    expiry: product.expiry(year, month),
    calendar: 'cme',
  });
}

/** The symbol of the contract of a product in a month written `201312`: `ESZ3`. */
export function symbolOfMonth(product: string, month: string): string | undefined {
  const [, digit = '', number = ''] = /^\d{3}(\d)(0[1-9]|1[0-2])$/.exec(month) ?? [];
  return number === '' ? undefined : `${product}${MONTHS[Number(number) - 1]}${digit}`;
}

function thirdLastBusinessDay(year: number, month: number): number {
  let day = Date.UTC(year, month + 1, 1, 18, 30);
  for (let left = 3; left > 0; ) {
    day -= DAY_MS;
    if (isBusinessDay(day)) left--;
  }
  return day;
}

function beforeThirdWednesday(year: number, month: number): number {
  const firstWeekday = new Date(Date.UTC(year, month, 1)).getUTCDay();
  const thirdWednesday = 1 + ((3 - firstWeekday + 7) % 7) + 14;
  return Date.UTC(year, month, thirdWednesday - 2, 15, 16);
}

function isBusinessDay(time: number): boolean {
  const weekday = new Date(time).getUTCDay();
  return weekday !== 0 && weekday !== 6;
}
