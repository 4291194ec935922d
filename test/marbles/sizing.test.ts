import { describe, test } from 'vitest';
import {
  acceptOrder,
  changesOf,
  decision,
  expectPipeline,
  fakeAgent,
  fakeVenue,
  fill,
  fillOrder,
  inTurn,
  intentsOf,
  matching,
  orderId,
  perpetual,
  quote,
  rate,
  rejectOrder,
  report,
  spot,
  status,
  staySilent,
  sync,
  valuesOf,
  wants,
} from '../../src/testing/index.js';
import { aDesk, BTC, firstHeld } from './a-desk.js';

const q = quote(BTC, 100);
const filling = { drivers: [fakeVenue('venue')] };
const says = (exposure: number, agent: string = 'model') => decision({ agent, of: 'BTC', exposure });

describe('sizing', () => {
  test('a target becomes a quantity: budget by price, less what is held', () => {
    expectPipeline(intentsOf(aDesk({ agents: [], sizing: { budget: 60_000 } }), filling))
      .given('ql---s--', { q: quote(BTC, 60_000), l: says(1), s: says(0.5) })
      .emits('-b---s--', {
        b: {
          of: { asset: 'BTC' },
          side: 'buy',
          quantity: 1,
          shares: [{ agent: 'model', quantity: 1 }],
        },
        s: matching({ side: 'sell', quantity: 0.5, shares: [{ agent: 'model', quantity: -0.5 }] }),
      });
  });

  test('agents that want the opposite are netted before an order exists', () => {
    // Confidence 1 each: the parts are +1/2 and -1/4 of the budget.
    const opposite = [fakeAgent('long', [wants('BTC', 1)]), fakeAgent('short', [wants('BTC', -0.5)])];
    expectPipeline(intentsOf(aDesk({ agents: opposite }), filling))
      .given('q---', { q })
      .emits('b---', {
        b: matching({
          side: 'buy',
          quantity: 0.25,
          shares: [
            { agent: 'long', quantity: 0.5 },
            { agent: 'short', quantity: -0.25 },
          ],
        }),
      });
    const equal = [fakeAgent('long', [wants('BTC', 1)]), fakeAgent('short', [wants('BTC', -1)])];
    expectPipeline(intentsOf(aDesk({ agents: equal }), filling))
      .given('q---', { q })
      .emits('----', {});
  });

  test('an order that works is not sent again, nor is one that nobody has answered', () => {
    for (const answer of [acceptOrder(), staySilent()]) {
      const drivers = [fakeVenue('venue', { answer })];
      expectPipeline(intentsOf(aDesk(), { drivers }), { step: '1s' })
        .given('qqqqqqqqqqqqqqqqqqqqqqqqq', { q })
        .emits('b------------------------', { b: matching({ quantity: 1 }) });
    }
  });

  test('what was not filled is tried again after a pause', () => {
    const answer = inTurn(fillOrder({ share: 0.25 }), rejectOrder('busy'), fillOrder());
    const drivers = [fakeVenue('venue', { answer })];
    expectPipeline(intentsOf(aDesk({ sizing: { retryAfter: '1s' } }), { drivers }), { step: '250ms' })
      .given('qqqqqqqqqqqqqqq', { q })
      .emits('a---b---b------', { a: matching({ quantity: 1 }), b: matching({ quantity: 0.75 }) });
  });

  test('a new word is acted upon at once, whatever the pause', () => {
    const drivers = [fakeVenue('venue', { answer: rejectOrder() })];
    expectPipeline(intentsOf(aDesk({ agents: [] }), { drivers }))
      .given('ql-s-', { q, l: says(1), s: says(-1) })
      .emits('-b-s-', { b: matching({ side: 'buy' }), s: matching({ side: 'sell', quantity: 1 }) });
  });

  test('what changes behind its back is seen at the next look', () => {
    expectPipeline(intentsOf(aDesk({ agents: [], sizing: { recheckEvery: '4s', budget: 1_000 } }), filling), {
      step: '1s',
    })
      // Half the price: twice the quantity for the same money. Nothing else had happened since the look at q.
      .given('ql-q-h---h-', { q, l: says(1), h: quote(BTC, 50) })
      .emits('-a-------b-', { a: matching({ quantity: 10 }), b: matching({ quantity: 10 }) });
  });

  test('a fill that nobody expected is a reason to look at once', () => {
    expectPipeline(intentsOf(aDesk({ agents: [] }), filling), { step: '1s' })
      .given('ql-q-f-', {
        q,
        l: says(1),
        // The rest of an order that had been given up, late.
        f: fill(BTC, { order: orderId(2), side: 'buy', price: 100, quantity: 0.5 }),
      })
      .emits('-a---s-', { a: matching({ quantity: 1 }), s: matching({ side: 'sell', quantity: 0.5 }) });
  });

  test('small changes are not worth an order, coming to flat always is', () => {
    const pipeline = intentsOf(aDesk({ agents: [], sizing: { minimumTrade: 0.1 } }), filling);
    expectPipeline(pipeline)
      .given('qa-b-c-d-', { q, a: says(0.5), b: says(0.58), c: says(0.62), d: says(0) })
      .emits('-a---c-d-', {
        a: matching({ quantity: 0.5 }),
        c: matching({ quantity: 0.12 }),
        d: matching({ side: 'sell', quantity: 0.62 }),
      });
    expectPipeline(pipeline)
      .given('qa-e-d-', { q, a: says(0.15), e: says(0.04), d: says(0) })
      .emits('-a-e-d-', {
        a: matching({ quantity: 0.15 }),
        e: matching({ side: 'sell' }),
        d: matching({ side: 'sell', quantity: 0.04 }),
      });
  });

  test('nobody has a word that counts any more: all is sold', () => {
    const brief = decision({ agent: 'model', of: 'BTC', exposure: 1, validUntil: 5 });
    expectPipeline(intentsOf(aDesk({ agents: [] }), filling))
      .given('qb---q', { q, b: brief })
      .emits('-b---s', { b: matching({ side: 'buy' }), s: matching({ side: 'sell', quantity: 1 }) });
  });

  test('waits for a price', () => {
    expectPipeline(intentsOf(aDesk({ agents: [] }), filling))
      .given('d-x-c-o-q-', {
        d: says(1),
        x: quote(BTC, { bid: 101, ask: 99 }),
        c: status(BTC, 'halted'),
        o: status(BTC, 'open'),
        q,
      })
      .emits('--------b-', { b: matching({ quantity: 1 }) });
    expectPipeline(intentsOf(aDesk({ agents: [] }), filling))
      .given('qc-d-o-', { q, c: status(BTC, 'halted'), d: says(1), o: status(BTC, 'open') })
      .emits('-----b-', { b: matching({ quantity: 1 }) });
    expectPipeline(intentsOf(aDesk({ agents: [] }), filling))
      .given('qu-d-q-', { q, u: sync(BTC, 'unsynced'), d: says(1) })
      .emits('-----b-', { b: matching({ quantity: 1 }) });
  });

  test('waits for a rate, and takes it into account', () => {
    const EURO = spot({ quote: 'EUR' });
    expectPipeline(intentsOf(aDesk({ instruments: [EURO], agents: [] }), filling))
      .given('qd-r-', { q: quote(EURO, 100), d: says(1), r: rate('EUR', 'USD', '1.25') })
      .emits('---b-', { b: matching({ quantity: 0.8 }) });
  });

  test('an asset is held in all its instruments together', () => {
    const PERP = perpetual();
    expectPipeline(intentsOf(aDesk({ instruments: [BTC, PERP], agents: [] }), filling))
      .given('qd-f-', {
        q,
        d: says(0.5),
        // Attributed to nobody: it does not count as the agent's.
        f: fill(PERP, { order: 'foreign', side: 'sell', price: 100, quantity: 3 }),
      })
      .emits('-b---', { b: matching({ quantity: 0.5 }) });
  });

  test('budgets may differ by asset', () => {
    expectPipeline(intentsOf(aDesk({ agents: [], sizing: { budget: 100, budgets: { BTC: 300 } } }), filling))
      .given('qd-', { q, d: says(1) })
      .emits('-b-', { b: matching({ quantity: 3 }) });
  });

  test('the position follows the target, whatever the venue does on the way', () => {
    const answer = inTurn(rejectOrder(), fillOrder({ share: 0.5, after: '300ms' }), fillOrder());
    expectPipeline(changesOf(aDesk(), firstHeld, { drivers: [fakeVenue('venue', { answer })] }), {
      step: '500ms',
    })
      .given('qqqqqqqq', { q })
      .emits('z @1300ms h @2s o------', { z: 0, h: 500, o: 1_000 });
  });

  test('a report of another desk does not disturb', () => {
    expectPipeline(valuesOf(aDesk(), ({ intents }) => intents[0], filling))
      .given('q-r-', { q, r: report(BTC, 'theirs', 'canceled') })
      .emits('b---', { b: matching({ quantity: 1 }) });
  });
});
