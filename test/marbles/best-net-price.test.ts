import { describe, test } from 'vitest';
import type { Instrument } from '../../src/domain/instrument.js';
import type { Proposal } from '../../src/domain/order.js';
import {
  decision,
  expectPipeline,
  fakeVenue,
  matching,
  perpetual,
  proposalsOf,
  quote,
  rate,
  spot,
  status,
  sync,
  valuesOf,
} from '../../src/testing/index.js';
import { aDesk } from './a-desk.js';

const CHEAP = spot({ venue: 'cheap', fees: { maker: 0, taker: 0.001 } });
const DEAR = spot({ venue: 'dear', fees: { maker: 0, taker: 0.006 } });
const PERP = perpetual({ venue: 'perp' });

const says = (exposure: number) => decision({ agent: 'model', of: 'BTC', exposure });
const [buy, half, flat, sell] = [says(1), says(0.5), says(0), says(-1)];
const routes = (...instruments: readonly Instrument[]) =>
  proposalsOf(aDesk({ instruments, agents: [] }), {
    drivers: ['cheap', 'dear', 'perp', 'euro'].map((venue) => fakeVenue(venue)),
  });
/** A proposal for an instrument, of so many lots. */
const to = ({ id }: Instrument, quantity: number): Proposal => matching({ instrument: id, quantity });

const cheap = quote(CHEAP, { bid: 99.9, ask: 100 });
const dear = quote(DEAR, { bid: 99.8, ask: 99.9 });
/** A mid of 100, where a budget of 100 is one BTC. */
const even = quote(CHEAP, { bid: 99, ask: 101 });

describe('bestNetPrice', () => {
  test('fees decide, not the bare price', () => {
    expectPipeline(routes(DEAR, CHEAP))
      .given('cd-b---', { c: cheap, d: dear, b: buy })
      // 100 and a thousandth beats 99.90 and six thousandths.
      .emits('---b---', { b: to(CHEAP, 1_001) });
  });

  test('a better price after fees wins', () => {
    expectPipeline(routes(DEAR, CHEAP))
      .given('cd-b---', { c: cheap, d: quote(DEAR, { bid: 98, ask: 99 }), b: buy })
      .emits('---b---', { b: matching({ instrument: DEAR.id }) });
  });

  test('the order is an immediate limit, a little beyond the best price, rounded to the tick', () => {
    expectPipeline(routes(CHEAP))
      .given('c-b-f-', { c: cheap, b: buy, f: flat })
      .emits('--b-s-', {
        b: {
          instrument: CHEAP.id,
          side: 'buy',
          type: 'limit',
          timeInForce: 'IOC',
          price: 10_005,
          quantity: 1_000,
          reduceOnly: false,
          postOnly: false,
          attribution: [{ agent: 'model', quantity: 1_000 }],
          arrivalMid: 99.95,
        },
        // 99.90 less 0.05% is 99.85005: down to the tick.
        s: matching({ side: 'sell', price: 9_985, quantity: 1_000 }),
      });
  });

  test('prices in other currencies are converted', () => {
    const EURO = spot({ venue: 'euro', quote: 'EUR' });
    const quotes = { e: quote(EURO, { bid: 89, ask: 90 }), c: cheap, b: buy };
    expectPipeline(routes(CHEAP, EURO))
      .given('ecr-b--', { ...quotes, r: rate('EUR', 'USD', '1.10') })
      .emits('----b--', { b: matching({ instrument: EURO.id }) });
    expectPipeline(routes(CHEAP, EURO))
      .given('ecr-b--', { ...quotes, r: rate('EUR', 'USD', '1.12') })
      .emits('----b--', { b: matching({ instrument: CHEAP.id }) });
  });

  test('a market without a rate is passed over', () => {
    const EURO = spot({ venue: 'euro', quote: 'EUR' });
    expectPipeline(routes(CHEAP, EURO))
      .given('ec-b---', { e: quote(EURO, { bid: 49, ask: 50 }), c: cheap, b: buy })
      .emits('---b---', { b: matching({ instrument: CHEAP.id }) });
  });

  test.each([
    ['closed', status(CHEAP, 'closed')],
    ['halted', status(CHEAP, 'halted')],
    ['unsynced', sync(CHEAP, 'unsynced')],
    ['crossed', quote(CHEAP, { bid: 91, ask: 90 })],
    ['one-sided', quote(CHEAP, { ask: 90 })],
  ])('a market that is %s is passed over', (_, event) => {
    expectPipeline(routes(CHEAP, DEAR))
      .given('cdx-b--', { c: cheap, d: dear, x: event, b: buy })
      .emits('----b--', { b: matching({ instrument: DEAR.id }) });
  });

  test('a stale market is passed over', () => {
    expectPipeline(routes(CHEAP, DEAR), { step: '1s' })
      .given('c----db---', { c: cheap, d: dear, b: buy })
      .emits('------b---', { b: matching({ instrument: DEAR.id }) });
  });

  test('where no market is left the intent is dropped, and sizing comes back to it', () => {
    const desk = aDesk({ instruments: [CHEAP, DEAR], agents: [] });
    expectPipeline(
      valuesOf(desk, ({ intents, proposals }) =>
        intents.length === 0 ? undefined : `${intents.length} wanted, ${proposals.length} proposed`,
      ),
      { step: '1s' },
    )
      .given('cd-------b-q--', { c: cheap, d: dear, b: buy, q: dear })
      .emits('---------w-v--', { w: '1 wanted, 0 proposed', v: '1 wanted, 1 proposed' });
  });

  test('what closes a position goes first, whatever its price', () => {
    expectPipeline(routes(CHEAP, PERP))
      .given('cp-s---c-b-', { c: even, p: quote(PERP, { bid: 110, ask: 111 }), s: sell, b: buy })
      .emits('---s-----(cb)', {
        // Only the perpetual can be sold short.
        s: to(PERP, 1_000),
        // Then it is bought back at 111 before anything is bought at 101.
        c: to(PERP, 1_000),
        b: to(CHEAP, 1_000),
      });
  });

  test('spot is never sold short', () => {
    expectPipeline(routes(CHEAP, DEAR)).given('cd-s---', { c: cheap, d: dear, s: sell }).emits('-------', {});
    expectPipeline(routes(CHEAP))
      .given('c-h-s-', { c: cheap, h: half, s: sell })
      .emits('--h-s-', { h: to(CHEAP, 500), s: matching({ side: 'sell', quantity: 500 }) });
  });

  test('what is held in two places is sold in both, the better price first', () => {
    expectPipeline(routes(CHEAP, DEAR))
      .given('cd-axbo-s---', {
        c: quote(CHEAP, 100),
        d: quote(DEAR, 100),
        a: says(0.25),
        x: status(CHEAP, 'closed'),
        b: says(0.75),
        o: status(CHEAP, 'open'),
        s: says(0.15),
      })
      .emits('---a-b--(st)', { a: to(CHEAP, 250), b: to(DEAR, 500), s: to(CHEAP, 250), t: to(DEAR, 350) });
  });

  test('what another agent holds is not sold from under it', () => {
    expectPipeline(routes(CHEAP))
      .given('c-h-s-', {
        c: even,
        h: decision({ agent: 'holder', of: CHEAP, exposure: 0.5 }),
        s: decision({ agent: 'bear', of: 'BTC', exposure: -1 }),
      })
      .emits('--h---', { h: to(CHEAP, 500) });
  });

  test('what a working order will close already is not closed twice', () => {
    const desk = aDesk({ instruments: [CHEAP], agents: [] });
    const slow = fakeVenue('cheap', { answer: (_, count) => (count === 0 ? [{ type: 'fill' }] : []) });
    expectPipeline(proposalsOf(desk, { drivers: [slow] }))
      .given('c-b-h-s-', { c: even, b: buy, h: half, s: sell })
      .emits('--b-h-s-', { b: to(CHEAP, 1_000), h: to(CHEAP, 500), s: to(CHEAP, 500) });
  });

  test('an order below the venue’s least is not proposed', () => {
    const PICKY = spot({ venue: 'cheap', minNotional: '10', minQuantity: '0.02' });
    expectPipeline(routes(PICKY))
      .given('q-a-b-', { q: quote(PICKY, 100), a: says(0.099), b: says(0.2) })
      .emits('----b-', { b: to(PICKY, 200) });
    expectPipeline(routes(PICKY))
      .given('q-a-b-', { q: quote(PICKY, 1_000), a: says(0.15), b: says(0.2) })
      .emits('----b-', { b: to(PICKY, 20) });
  });

  test('a decision about one instrument goes nowhere else', () => {
    expectPipeline(routes(CHEAP, DEAR))
      .given('cd-b---', { c: cheap, d: dear, b: decision({ of: DEAR, exposure: 1 }) })
      .emits('---b---', { b: matching({ instrument: DEAR.id }) });
  });

  test('every order says whose it is, in whole lots that add up', () => {
    const short = decision({ agent: 'short', of: 'BTC', exposure: -1, confidence: 0.5 });
    expectPipeline(routes(CHEAP))
      .given('s-c-b--', { c: cheap, s: short, b: decision({ agent: 'long', of: 'BTC', exposure: 1 }) })
      // Two thirds of a BTC less one third: the venue sees the difference, each agent its own.
      .emits('----b--', {
        b: matching({
          side: 'buy',
          quantity: 333,
          attribution: [
            { agent: 'long', quantity: 666 },
            { agent: 'short', quantity: -333 },
          ],
        }),
      });
  });
});
