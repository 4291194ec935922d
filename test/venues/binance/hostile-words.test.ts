import fc from 'fast-check';
import { expect, test } from 'vitest';
import { InputError } from '../../../src/domain/errors.js';
import { InstrumentTable } from '../../../src/domain/instrument-table.js';
import { checkEvent } from '../../../src/domain/wire.js';
import { Account } from '../../../src/venues/binance/account.js';
import type { CcxtBinance } from '../../../src/venues/binance/ccxt-binance.js';
import { KnownOrders } from '../../../src/venues/binance/known-orders.js';
import { toldFill, toldOrder } from '../../../src/venues/binance/order-words.js';
import { PrivateStream } from '../../../src/venues/binance/private-stream.js';
import { RestClient } from '../../../src/venues/binance/rest-client.js';
import type { VenuePort, VenueWord } from '../../../src/venues/driver/index.js';
import { BTC } from './binance-under-test.js';

const listed = new InstrumentTable([BTC]).list;

/** What the private stream says to a frame, and whether it asked for everything anew. */
function heard(frame: unknown): { readonly words: readonly VenueWord[]; readonly faults: readonly string[] } {
  const words: VenueWord[] = [];
  const faults: string[] = [];
  const port: Pick<VenuePort, 'venue' | 'say' | 'fault'> = {
    venue: BTC.venue,
    say: (word) => void words.push(word),
    fault: (code) => void faults.push(code),
  };
  new PrivateStream(port as VenuePort, new KnownOrders(), listed, (reason) => void faults.push(reason)).take(
    frame,
  );
  return { words, faults };
}

const FILL: Readonly<Record<string, unknown>> = {
  e: 'executionReport',
  E: 1_700_000_000_000,
  T: 1_700_000_000_000,
  s: BTC.symbol,
  c: 'a1',
  C: '',
  i: 7,
  t: 11,
  x: 'TRADE',
  X: 'PARTIALLY_FILLED',
  S: 'SELL',
  l: '0.00100000',
  z: '0.00100000',
  L: '40000.00',
  n: '0.01',
  N: 'USDT',
  m: false,
  r: 'NONE',
};
const TRADE: Readonly<Record<string, unknown>> = {
  id: 11,
  orderId: 7,
  time: 1_700_000_000_000,
  price: '40000.00',
  qty: '0.00100000',
  commission: '0.01',
  commissionAsset: 'USDT',
  isBuyer: false,
  isMaker: false,
};
const ORDER: Readonly<Record<string, unknown>> = {
  orderId: 7,
  clientOrderId: 'a1',
  status: 'PARTIALLY_FILLED',
  executedQty: '0.00100000',
  cummulativeQuoteQty: '40',
  time: 1_700_000_000_000,
};
const without = (fields: Readonly<Record<string, unknown>>, name: string) =>
  Object.fromEntries(Object.entries(fields).filter(([each]) => each !== name));

test('the frames that are bent below are sound', () => {
  expect(heard(FILL)).toMatchObject({
    words: [{ type: 'fill', side: 'sell', executionId: '11' }],
    faults: [],
  });
  expect(toldFill(TRADE, listed[0] as never, BTC.venue, 'a1' as never)).toMatchObject({ side: 'sell' });
  expect(toldOrder(ORDER, listed[0] as never)).toMatchObject({ status: 'partiallyFilled' });
});

test.each(['S', 's', 'c', 't', 'l', 'L', 'x', 'i'])(
  'a fill of the private stream without %s is no fill: everything is asked for',
  (name) => {
    const { words, faults } = heard(without(FILL, name));
    expect(words).toEqual([]);
    expect(faults).toEqual(['bad-input', 'a word of the private stream could not be read']);
  },
);

test.each(['isBuyer', 'id', 'qty', 'price', 'commissionAsset'])(
  'a trade of the account without %s is refused',
  (name) => {
    expect(() => toldFill(without(TRADE, name), listed[0] as never, BTC.venue, 'a1' as never)).toThrow(
      InputError,
    );
  },
);

test.each([
  ['l', '0.00000000'],
  ['l', '-0.00100000'],
  ['l', '1e400'],
  ['L', '-40000.00'],
  ['n', 0.01],
  ['n', 'NaN'],
  ['n', '1e999'],
  ['S', 'constructor'],
  ['t', -1],
  ['t', 2 ** 60],
  ['T', 1e300],
  ['c', ''],
  ['c', 7],
] as const)('a fill whose %s is %s is no fill', (name, value) => {
  const { words, faults } = heard({ ...FILL, [name]: value });
  expect(words).toEqual([]);
  expect(faults[0]).toBe('bad-input');
});

test('words of the language are no words of the venue', () => {
  expect(heard({ ...FILL, x: 'constructor' }).words).toEqual([]);
  expect(toldOrder({ ...ORDER, status: 'constructor' }, listed[0] as never).status).toBe('accepted');
});

test('whatever a field holds, what is said is an event of the core or nothing, and nothing is thrown', () => {
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      undefined,
      null,
      '',
      'NaN',
      '-1',
      '1e400',
      -1,
      Number.NaN,
      2 ** 64,
      [],
      {},
      true,
      '__proto__',
    ),
    fc.string(),
    fc.double(),
    fc.integer(),
  );
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(FILL)),
      value,
      fc.constantFrom('TRADE', 'NEW', 'CANCELED', 'EXPIRED'),
      (name, bent, x) => {
        for (const word of heard({ ...FILL, x, [name]: bent }).words)
          expect(() => checkEvent(word)).not.toThrow();
        for (const [fields, read] of [
          [
            TRADE,
            (row: typeof TRADE) => checkEvent(toldFill(row, listed[0] as never, BTC.venue, 'a1' as never)),
          ],
          [ORDER, (row: typeof ORDER) => toldOrder(row, listed[0] as never)],
        ] as const) {
          const [first = ''] = Object.keys(fields).filter((each) => each.startsWith(name));
          try {
            read({ ...fields, [first === '' ? 'time' : first]: bent });
          } catch (error) {
            expect(error).toBeInstanceOf(InputError);
          }
        }
      },
    ),
    { numRuns: 300 },
  );
});

test.each([undefined, 'now', 0, -1, Number.NaN, 1e300])(
  'a clock of the venue that stands at %s is not set by',
  async (serverTime) => {
    const requests: Pick<VenuePort['requests'], 'run'> = { run: (_kind, _cost, request) => request() };
    const port = { now: () => 1_000, requests } as VenuePort;
    const exchange: Pick<CcxtBinance, 'request'> = { request: async () => ({ serverTime }) };
    const rest = new RestClient(port, exchange as CcxtBinance, 'spot');
    await expect(rest.setClock()).rejects.toThrow(Error);
    expect(rest.venueTime()).toBe(1_000);
  },
);

test('a history that does not end is no truth: what is missing would pass for what never was', async () => {
  const faults: string[] = [];
  const port = {
    venue: BTC.venue,
    now: () => 1_000,
    fault: (code: string, message: string) => void faults.push(`${code}: ${message}`),
  } as VenuePort;
  const trades = Array.from({ length: 1_000 }, () => TRADE);
  let pages = 0;
  const rest: Pick<RestClient, 'ask' | 'venueTime'> = {
    venueTime: () => 1_000,
    ask: async ({ path }) => {
      if (path === 'openOrders') return [];
      pages++;
      return trades;
    },
  };
  const known = new KnownOrders();
  known.add(7, 'a1' as never);
  const account = new Account(port, rest as RestClient, 'spot', known, listed);
  expect(await account.reconcile(0)).toBeUndefined();
  expect([pages, faults]).toEqual([100, [expect.stringContaining('reconcile: myTrades: more than 100000')]]);
});
