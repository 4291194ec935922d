// @ts-check
import { compose, instrument, pure } from 'millrace';
import { bestNetPrice, books, ledger, smartRouting } from 'millrace/operators';

export const INSTRUMENTS = ['one', 'two', 'three'].map((venue) =>
  instrument({
    venue,
    symbol: `BTCUSD${venue}`,
    kind: 'perpetual',
    base: 'BTC',
    quote: 'USD',
    tick: '0.01',
    lot: '0.001',
    fees: { maker: 0, taker: 0.0004 },
  }),
);

/** @type {any[]} */
const NONE = [];
const WANTED = [{ of: { asset: 'BTC' }, side: 'buy', quantity: 30, shares: [{ agent: 'a', quantity: 30 }] }];

/**
 * Books and ledger, then routing unless it is left out. Every timer of the name `intent` brings an intent.
 *
 * @param {'no routing' | 'bestNetPrice' | 'smartRouting' | 'smartRouting with a parent'} what
 */
export function desk(what) {
  const parts = [
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    pure('targets', () => NONE),
    pure('intents', (/** @type {any} */ { event }) =>
      event.kind === 'timer' && event.name === 'intent' ? WANTED : NONE,
    ),
  ];
  if (what === 'bestNetPrice') parts.push(bestNetPrice());
  else if (what !== 'no routing') {
    const schedule = { kind: 'participation', share: 0.000_1, every: '1h' };
    parts.push(smartRouting(/** @type {any} */ (what === 'smartRouting' ? {} : { schedule })));
  }
  return /** @type {any} */ (compose)({ name: 'routing-bench', instruments: INSTRUMENTS }, ...parts).start({
    development: false,
  });
}
