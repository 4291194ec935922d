import { type Instrument, instrument } from '../../domain/instrument.js';

/** Tick and multiplier of CME's equity index futures. */
const PRODUCTS: Readonly<Record<string, { readonly tick: string; readonly multiplier: string }>> = {
  ES: { tick: '0.25', multiplier: '50' },
  MES: { tick: '0.25', multiplier: '5' },
  NQ: { tick: '0.25', multiplier: '20' },
  MNQ: { tick: '0.25', multiplier: '2' },
  RTY: { tick: '0.1', multiplier: '50' },
  YM: { tick: '1', multiplier: '5' },
};
const MONTHS = 'FGHJKMNQUVXZ';
const CONTRACT = /^([A-Z]{2,3})([FGHJKMNQUVXZ])(\d)$/;
/** March to October at the third Friday. */
const SUMMER = 'HJKMNQUV';
const YEAR_MS = 365.25 * 86_400_000;

/**
 * The definition of an equity index future of CME, such as ESH4, or `undefined` when the symbol is none.
 *
 * The year has one digit: it is the first one in which the contract is still alive at `at` (Unix milliseconds).
 * Trading ends at 9:30 in New York on the third Friday.
 */
export function indexFuture(symbol: string, at: number): Instrument | undefined {
  const [, product = '', month = '', digit = ''] = CONTRACT.exec(symbol) ?? [];
  const terms = Object.hasOwn(PRODUCTS, product) ? PRODUCTS[product] : undefined;
  if (terms === undefined) return undefined;
  let year = new Date(at).getUTCFullYear();
  while (year % 10 !== Number(digit) || expiryOf(year, month) + YEAR_MS / 12 < at) year++;
  return instrument({
    id: `${symbol}.FUT@cme`,
    venue: 'cme',
    symbol,
    kind: 'future',
    base: product,
    quote: 'USD',
    multiplier: terms.multiplier,
    tick: terms.tick,
    lot: '1',
    expiry: expiryOf(year, month),
    calendar: 'cme',
  });
}

/** The symbol of a contract that a text such as a file's name speaks of: `ESH4` in `cme_esh4_mbo.csv`. */
export function contractIn(text: string): string | undefined {
  return text
    .toUpperCase()
    .split(/[^A-Z0-9]+/)
    .find((word) => Object.hasOwn(PRODUCTS, CONTRACT.exec(word)?.[1] ?? ''));
}

function expiryOf(year: number, month: string): number {
  const index = MONTHS.indexOf(month);
  const firstWeekday = new Date(Date.UTC(year, index, 1)).getUTCDay();
  const thirdFriday = 1 + ((5 - firstWeekday + 7) % 7) + 14;
  return Date.UTC(year, index, thirdFriday, SUMMER.includes(month) ? 13 : 14, 30);
}
