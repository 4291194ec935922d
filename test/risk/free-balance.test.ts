import { describe, expect, test } from 'vitest';
import type { InstrumentId } from '../../src/domain/brand.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import { freeBalance } from '../../src/operators/index.js';
import type { BalanceBook } from '../../src/operators/risk/balance-book.js';
import type { FreeBalanceOptions } from '../../src/operators/risk/free-balance.js';
import { perpetual, spot } from '../../src/testing/index.js';
import { aView, type Seen } from './a-view.js';

const fees = { maker: 0, taker: 0.01 };
const table = new InstrumentTable([
  spot({ fees }),
  perpetual({ fees }),
  perpetual({ base: 'XBT', settle: 'XBT', inverse: true, lot: '1', multiplier: '100', fees }),
]);
const [COIN, FUTURE, INVERSE] = table.list.map(({ id }) => id) as [InstrumentId, InstrumentId, InstrumentId];

const order = (instrument: InstrumentId, terms: Partial<Proposal>): Proposal =>
  ({ instrument, side: 'buy', type: 'limit', price: 10_000, quantity: 1_000, ...terms }) as Proposal;

interface Given extends Seen {
  /** Plain amounts, at the venue. */
  readonly free: Readonly<Record<string, number>>;
  readonly options?: FreeBalanceOptions;
  /** What was sent since. */
  readonly sent?: readonly [index: number, Proposal][];
}

function ask(proposal: Proposal, { free, options, sent = [], ...seen }: Given): string | undefined {
  const rule = freeBalance(options);
  const convert = (amount: number, from: string, to: string) => (from === to ? amount : undefined);
  const view = aView({ table, ...seen, ledger: { convert } });
  const book = rule.init?.(table) as BalanceBook;
  const balances = Object.entries(free).map(([currency, amount]) => ({
    currency,
    free: `${amount}`,
    locked: '0',
  }));
  const account = { kind: 'account', venue: 'venue', venueTime: 1, balances } as const;
  rule.observe?.(book, account, view, -1, rule.limit);
  for (const [index, sentOrder] of sent)
    rule.observe?.(book, { kind: 'submitted', order: sentOrder as never }, view, index, rule.limit);
  const listed = table.find(proposal.instrument) as ReturnType<typeof table.at>;
  return rule.judge?.(proposal, listed, rule.limit, view, book);
}

const needs = (
  instrument: InstrumentId,
  terms: Partial<Proposal>,
  currency: string,
  given: Omit<Given, 'free'> = {},
) =>
  Number(
    /it needs (\S+)/.exec(ask(order(instrument, terms), { free: { [currency]: 0 }, ...given }) ?? '')?.[1],
  );

describe('what an order takes', () => {
  // A unit at 100 each; the market is at 99 to 101; the taker's fee is a hundredth.
  test('of a coin is its price and the fee, or the coin', () => {
    expect(needs(COIN, {}, 'USD')).toBe(101);
    expect(needs(COIN, { type: 'market', price: 0 }, 'USD')).toBe(101 * 1.01);
    expect(needs(COIN, { side: 'sell' }, 'BTC')).toBe(1);
  });

  test('of a contract is its margin and the fee, of the highest price that it may trade at', () => {
    const margin = { options: { marginRate: 0.1 } };
    expect(needs(FUTURE, {}, 'USD', margin)).toBe(100 * 0.11);
    expect(needs(FUTURE, { side: 'sell', price: 9_000 }, 'USD', margin)).toBe(99 * 0.11);
  });

  test('of an inverse contract is more coins the lower its price', () => {
    const margin = { options: { marginRate: 0.1 } };
    const quantity = 2;
    // 200 dollars' worth. A buy may be filled below its limit, at the bid.
    expect(needs(INVERSE, { quantity, price: 12_500 }, 'XBT', { ...margin, bid: 80 })).toBe(
      (200 / 80) * 0.11,
    );
    expect(needs(INVERSE, { quantity, price: 8_000 }, 'XBT', { ...margin, bid: 99 })).toBe((200 / 80) * 0.11);
    // A sell is filled at its limit or above.
    expect(needs(INVERSE, { side: 'sell', quantity, price: 8_000 }, 'XBT', { ...margin, bid: 40 })).toBe(
      (200 / 80) * 0.11,
    );
    expect(
      needs(INVERSE, { type: 'market', price: 0, quantity }, 'XBT', { ...margin, ask: 125, bid: 80 }),
    ).toBe(0.176);
  });
});

describe('the rule', () => {
  test('lets pass what is free to the last cent, or the share of it that is allowed', () => {
    expect(ask(order(COIN, {}), { free: { USD: 101 } })).toBeUndefined();
    expect(ask(order(COIN, {}), { free: { USD: 100.99 } })).toBe(
      'it needs 101 USD, and 100.99 are free at venue',
    );
    expect(ask(order(COIN, {}), { free: { USD: 202 }, options: { limit: 0.5 } })).toBeUndefined();
    expect(ask(order(COIN, {}), { free: { USD: 200 }, options: { limit: 0.5 } })).toBe(
      'it needs 101 USD, and 100 are free at venue',
    );
  });

  test('counts what was sent and what is on its way, of the same currency', () => {
    const half = order(COIN, { quantity: 500 });
    const sale = order(COIN, { side: 'sell' });
    const strange = order('unlisted' as InstrumentId, {});
    const free = { USD: 151, BTC: 9 };
    expect(ask(half, { free, onTheWay: [half, half, sale, strange] })).toBe(
      'it needs 50.5 USD, and 50 are free at venue',
    );
    expect(ask(half, { free, onTheWay: [half, sale, strange] })).toBeUndefined();
    const sent: Given['sent'] = [
      [0, { ...half, clientOrderId: 'one' } as never],
      [0, { ...half, clientOrderId: 'two' } as never],
      [0, { ...sale, clientOrderId: 'three' } as never],
      // Of an instrument that is listed no longer.
      [-1, { ...half, clientOrderId: 'four' } as never],
    ];
    expect(ask(half, { free, sent })).toBe('it needs 50.5 USD, and 50 are free at venue');
    expect(ask(half, { free, sent: sent.slice(1) })).toBeUndefined();
  });

  test('denies what nobody can tell', () => {
    expect(ask(order(COIN, {}), { free: { BTC: 1 } })).toBe('what is free of USD at venue is unknown');
    expect(ask(order(COIN, { type: 'market', price: 0 }), { free: { USD: 1e6 }, ask: Number.NaN })).toBe(
      'what it needs of USD is unknown: a price or a rate is missing',
    );
  });

  test('observes no event but those of which it takes account', () => {
    const book = freeBalance().init?.(table) as BalanceBook;
    const before = structuredClone(book.save());
    freeBalance().observe?.(book, { kind: 'barrier', id: 'b' }, aView({ table }), 0, 1);
    expect(book.save()).toEqual(before);
  });
});
