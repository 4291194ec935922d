import { expect, it, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { alwaysOpen, cmeEquityIndex } from '../../src/domain/ready-calendars.js';
import { books } from '../../src/operators/index.js';
import { sessions, staleness } from '../../src/operators/time/index.js';
import { changes, expectPipeline, observing, quote, spot, status, trade } from '../../src/testing/index.js';
import { at, play } from '../bars/play.js';

const ES = spot({ base: 'ES', venue: 'cme', calendar: 'globex' });
const BTC = spot({ venue: 'binance' });
const OTHER = spot({ venue: 'other' });
const instruments = [ES, BTC, OTHER];

test('sessions tells by the calendar of id, calendar or venue', () => {
  const chain = compose(
    { instruments },
    sessions({ calendars: { globex: cmeEquityIndex(), binance: alwaysOpen } }),
  );
  const noon = Date.UTC(2024, 0, 6, 12);
  const evening = Date.UTC(2024, 0, 7, 23);
  const quotes = [ES, BTC, OTHER].map((one) => quote(one, 100));
  const { frames } = play(chain, [
    ...quotes.map((event) => at(noon, event)),
    ...quotes.map((event) => at(evening, event)),
    at(evening, { kind: 'epoch', epoch: 1, leader: 'a' }),
  ]);
  expect(frames.map(({ session, tradingDay }) => [session, tradingDay])).toEqual([
    ['closed', ''],
    ['open', '2024-01-06'],
    ['unknown', ''],
    ['open', '2024-01-08'],
    ['open', '2024-01-07'],
    ['unknown', ''],
    ['unknown', ''],
  ]);
});

it('refuses calendars for nobody', () => {
  expect(() => sessions({ calendars: {} })).toThrow('at least one calendar');
  const chain = compose({ instruments }, sessions({ calendars: { nyse: alwaysOpen } }));
  expect(() => play(chain, [])).toThrow('must be by ids, calendars or venues of the instruments, not "nyse"');
});

test('staleness is the age of the prices on a frame', () => {
  const chain = compose({ instruments }, books(), staleness());
  expectPipeline(observing(chain, { staleness: changes(({ staleness }) => staleness) }))
    .given('s-q--t---q-', {
      s: status(BTC, 'open'),
      q: quote(BTC, 100),
      t: trade(BTC, { price: 100 }),
    })
    .emits({ staleness: 'u-z--t---z-' }, { staleness: { u: Number.NaN, z: 0, t: 3 } });
});
