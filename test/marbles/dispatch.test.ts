import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { Verdict } from '../../src/domain/verdict.js';
import { books, dispatch } from '../../src/operators/index.js';
import {
  commandsOf,
  decision,
  expectPipeline,
  fakeAgent,
  fakeVenue,
  matching,
  orderId,
  perpetual,
  quote,
  staySilent,
  valuesOf,
  wants,
} from '../../src/testing/index.js';
import { aDesk, BTC } from './a-desk.js';
import { buy, riskDesk } from './risk-desk.js';

const q = quote(BTC, 100);
const PERP = perpetual();

describe('dispatch', () => {
  test('an approval becomes an order with a name and a time, both from the log', () => {
    expectPipeline(commandsOf(riskDesk()))
      .given('q--b-', { q, b: buy(1) })
      .emits('---s-', {
        s: matching({
          kind: 'submit',
          order: {
            clientOrderId: 'mr-2-0-0' as never,
            venue: 'venue',
            requestTime: 3,
            side: 'buy',
            quantity: 1_000,
            price: 10_000,
          },
        }),
      });
  });

  test('the ledger hears of orders and denials within the event that caused them, before the next', () => {
    expectPipeline(valuesOf(riskDesk(), ({ seq, sub, event }) => `${seq}.${sub} ${event.kind}`))
      .given('q---b---(nb)----', { q, b: buy(1), n: buy(1, 0) })
      .emits('(qy)(bs)(ndcu)--', {
        q: '1.0 quote',
        y: '1.1 sync',
        b: '2.0 trade',
        s: '2.1 submitted',
        n: '3.0 trade',
        d: '3.1 denied',
        c: '4.0 trade',
        u: '4.1 submitted',
      });
  });

  test('every order of a frame has a name of its own', () => {
    const both = fakeAgent('both', [undefined, [wants(BTC, 1), wants(PERP, -1)]]);
    const desk = aDesk({ instruments: [BTC, PERP], agents: [both] });
    const names = valuesOf(desk, ({ commands }) =>
      commands.length === 0 ? undefined : commands.map(({ order }) => order.clientOrderId),
    );
    expectPipeline(names)
      .given('pq--', { p: quote(PERP, 100), q })
      // Each quote is followed by a derived event, yet only events from outside have a seq.
      .emits('-n--', { n: [orderId(2), orderId(2, 1)] });
  });

  test('the name begins with that of the desk', () => {
    const named = aDesk({ desk: 'alpha' });
    expectPipeline(valuesOf(named, ({ commands }) => commands[0]?.order.clientOrderId))
      .given('q-', { q })
      .emits('n-', { n: orderId(1, 0, { desk: 'alpha' }) });
    expect(() => dispatch({ desk: 'no spaces' })).toThrow('dispatch.desk must be 1 to 8 letters and digits');
  });

  test('an approval that risk did not make throws', () => {
    const forged = { kind: 'approved', proposal: { instrument: BTC.id } } as unknown as Verdict;
    const core = compose(
      { instruments: [BTC] },
      pure('verdicts', (_frame: Frame): readonly Verdict[] => [forged]),
      pure('tradingStatus', () => 'active' as const),
      dispatch(),
    );
    expect(() => core.start().pass(1, 0, 0, q)).toThrow(
      'dispatch was handed an order that no risk operator approved; it is not sent',
    );
  });

  test('without risk it does not compile', () => {
    // @ts-expect-error there are no verdicts on these frames
    compose({ instruments: [BTC] }, books(), dispatch());
  });

  test('nothing is sent twice while nobody answers', () => {
    const silent = fakeVenue('venue', { answer: staySilent() });
    expectPipeline(commandsOf(aDesk({ agents: [] }), { drivers: [silent] }), { step: '4s' })
      .given('qd-q-q-q-q-q-', { q, d: decision({ of: 'BTC', exposure: 1 }) })
      .emits('-s-----------', { s: matching({ kind: 'submit' }) });
  });
});
