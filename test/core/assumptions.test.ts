import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { VenueCapabilities } from '../../src/domain/venue-capabilities.js';
import { books, ledger, lookUps } from '../../src/operators/index.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { spot } from '../../src/testing/index.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';
import { collect, links } from './support.js';

const BTC = spot({ venue: 'one' });

/** What a run says first when its look-ups were told one thing, and its venue is another. */
async function told(assumed: VenueCapabilities, actual: VenueCapabilities): Promise<readonly string[]> {
  const core = compose(
    { instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    lookUps({ venues: { one: assumed, two: { idempotent: true } } }),
  );
  const venue = simulatedVenue({ venue: 'one', capabilities: actual });
  const frames = await collect(backtest(core, links('a'), { drivers: [venue] }));
  return frames.flatMap(({ event }) =>
    event.kind === 'fault' && event.code === 'capabilities' ? [`${event.severity} ${event.message}`] : [],
  );
}

test.each<[VenueCapabilities, VenueCapabilities, string]>([
  [{ requestExpiry: 500 }, {}, 'refuses requests after 500 ms, and it takes them at any time'],
  [
    { requestExpiry: 500 },
    { requestExpiry: 501 },
    'refuses requests after 500 ms, and it takes them for 501 ms',
  ],
  [{ idempotent: true }, { requestExpiry: 1 }, 'takes a client order id once, and it does not'],
  [{ nativeReplace: true }, {}, 'replaces orders by one request, and it does not'],
])('a stage that relies on %o of a venue with %o is told so', async (assumed, actual, words) => {
  expect(await told(assumed, actual)).toEqual([`notice lookUps was told that one ${words}`]);
});

test('a venue that can do as much, or more, is no fault', async () => {
  const all = { requestExpiry: 500, idempotent: true, nativeReplace: true };
  expect(await told(all, all)).toEqual([]);
  expect(await told({}, all)).toEqual([]);
  expect(await told({ requestExpiry: 500 }, { requestExpiry: 400 })).toEqual([]);
});
