import { describe, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import { type Frame, NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { Proposal } from '../../src/domain/order.js';
import type { CapabilitiesByVenue } from '../../src/domain/venue-capabilities.js';
import {
  books,
  type CommandFields,
  dispatch,
  type LedgerFields,
  ledger,
  type MarketFields,
  maxPosition,
  type ProposalFields,
  risk,
  type VerdictFields,
} from '../../src/operators/index.js';
import {
  changes,
  expectPipeline,
  fill,
  observing,
  orderId,
  quote,
  report,
  trade,
  value,
} from '../../src/testing/index.js';
import { BTC } from './a-desk.js';

const FIRST = orderId(2);
const SECOND = orderId(4);

type Wide = Frame & MarketFields & LedgerFields & ProposalFields & VerdictFields & CommandFields;

/** Every trade is a wish to buy at its price; the second takes the place of the first. */
function replacer(
  venues: CapabilitiesByVenue,
  limit = 10,
): Core<Wide & { readonly standing: string; readonly sent: string }> {
  return compose(
    { instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    pure(
      'proposals',
      ({ event, seq }: Frame & MarketFields & LedgerFields): readonly Proposal[] =>
        event.kind !== 'trade'
          ? NONE
          : [
              {
                instrument: BTC.id,
                side: 'buy',
                type: 'limit',
                timeInForce: 'GTC',
                price: event.price,
                quantity: event.quantity,
                reduceOnly: false,
                postOnly: false,
                attribution: [{ agent: 'test', quantity: event.quantity }],
                arrivalMid: Number.NaN,
                ...(seq === 2 ? {} : { replaces: FIRST }),
              },
            ],
      NONE as readonly Proposal[],
    ),
    risk([maxPosition({ limit })]),
    dispatch({ venues }),
    // Views are live for their pass: what is asked of them later is copied. What leaves is in the order of the gate.
    pure(
      'standing',
      ({ ledger: view }: Wide) =>
        [view.order(FIRST)?.status, view.order(SECOND)?.status, view.worstCaseLong(0)].join(' '),
      '',
    ),
    pure('sent', (frame: Wide & { readonly standing: string }) => sentBy(frame), ''),
  );
}

function sentBy({ requests, commands }: Frame & CommandFields): string {
  return [
    ...requests.flatMap((each) => (each.kind === 'cancel' ? [`cancel ${each.clientOrderId}`] : [])),
    ...commands.map(({ order }) =>
      order.replaces === undefined
        ? `submit ${order.clientOrderId}`
        : `submit ${order.clientOrderId} for ${order.replaces}`,
    ),
  ].join(', ');
}

const readings = {
  sent: value(({ sent }: { readonly sent: string }) => (sent === '' ? undefined : sent)),
  standing: changes(({ standing }: { readonly standing: string }) => standing),
};
const wish = (price: number, quantity = 1) => trade(BTC, { aggressor: 'buy', price, quantity });
const given = { q: quote(BTC, 100), a: wish(90), b: wish(91), c: report(BTC, FIRST, 'accepted') };
const NATIVE = { [BTC.venue]: { nativeReplace: true } };

const FIRST_STATES = { n: '  0', s: 'submitted  1000', a: 'accepted  1000' };

describe('an order in the place of another', () => {
  test('goes as one request to a venue that can replace; both count until it has', () => {
    expectPipeline(observing(replacer(NATIVE), readings))
      .given('q-a-c-b-r-', { ...given, r: report(BTC, SECOND, 'replaced') })
      .emits(
        { sent: '--a---b---', standing: 'n-s-a-w-r-' },
        {
          sent: { a: `submit ${FIRST}`, b: `submit ${SECOND} for ${FIRST}` },
          standing: { ...FIRST_STATES, w: 'pendingReplace submitted 2000', r: 'canceled accepted 1000' },
        },
      );
  });

  test('leaves the other where the venue refuses it', () => {
    expectPipeline(observing(replacer(NATIVE), { standing: readings.standing }))
      .given('q-a-c-b-r-', { ...given, r: report(BTC, SECOND, 'replaceRejected') })
      .emits(
        { standing: 'n-s-a-w-r-' },
        {
          standing: { ...FIRST_STATES, w: 'pendingReplace submitted 2000', r: 'accepted rejected 1000' },
        },
      );
  });

  test('goes behind the cancel of the other elsewhere, within the frame', () => {
    expectPipeline(observing(replacer({}), readings))
      .given('q-a-c-b----x-', { ...given, x: report(BTC, FIRST, 'canceled') })
      .emits(
        { sent: '--a---b------', standing: 'n-s-a-(pw)-x-' },
        {
          sent: { a: `submit ${FIRST}`, b: `cancel ${FIRST}, submit ${SECOND} for ${FIRST}` },
          standing: {
            ...FIRST_STATES,
            p: 'pendingCancel  1000',
            w: 'pendingCancel submitted 2000',
            x: 'canceled submitted 1000',
          },
        },
      );
  });

  test('counts beside the other should that trade in the meantime, and is denied where both are too much', () => {
    const late = fill(BTC, { order: FIRST, side: 'buy', price: 90, quantity: 1 });
    expectPipeline(observing(replacer(NATIVE), { standing: readings.standing }))
      .given('q-a-c-b-f-', { ...given, f: late })
      .emits(
        { standing: 'n-s-a-w-f-' },
        { standing: { ...FIRST_STATES, w: 'pendingReplace submitted 2000', f: 'filled submitted 2000' } },
      );
    expectPipeline(observing(replacer(NATIVE, 1.5), { sent: readings.sent }))
      .given('q-a-c-b---', given)
      .emits({ sent: '--a-------' }, { sent: { a: `submit ${FIRST}` } });
  });
});
