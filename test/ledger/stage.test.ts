import { describe, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { stage } from '../../src/core/stage.js';
import type { TruthEvent } from '../../src/domain/event.js';
import { books, type LedgerFields, ledger } from '../../src/operators/index.js';
import { expectPipeline, fill, observing, quote, report, value } from '../../src/testing/index.js';
import { BTC } from '../marbles/a-desk.js';
import { Desk } from './desk.js';

/** Sends the two orders of an OCO at the first quote. */
const sendsPair = stage<Frame & LedgerFields, { sent: number }, { done: boolean }>({
  name: 'sendsPair',
  adds: { sent: 0 },
  init: () => ({ done: false }),
  step: (state, frame, context) => {
    if (state.done || frame.event.kind !== 'quote') return;
    state.done = true;
    for (const id of ['a', 'b'])
      context.derive(
        new Desk([BTC]).submitted(id, 'buy', 2_000, { terms: { group: { id: 'g', kind: 'oco' } } }),
      );
  },
  save: (state) => state,
  restore: () => ({ done: true }),
});

describe('ledger', () => {
  test('asks for the rest of an OCO to be canceled, once, when one of its orders trades', () => {
    const core = compose({ instruments: [BTC] }, books(), ledger({ reportingCurrency: 'USD' }), sendsPair);
    const asked = value(({ requests }: Frame) =>
      requests.length === 0
        ? undefined
        : requests
            .map((request) => (request.kind === 'cancel' ? request.clientOrderId : request.kind))
            .join(),
    );
    expectPipeline(observing(core, { asked }))
      .given('q-r-f-s-', {
        q: quote(BTC, 100),
        r: report(BTC, 'a', 'accepted'),
        f: fill(BTC, { order: 'a', side: 'buy', price: 100, quantity: 1 }),
        s: fill(BTC, { order: 'a', side: 'buy', price: 100, quantity: 1, executionId: 'second' }),
      })
      .emits({ asked: '----c---' }, { asked: { c: 'b' } });
  });

  test('tells of a venue’s truth that differs by faults, and halts where the policy says so', () => {
    const core = compose(
      { instruments: [BTC] },
      books(),
      ledger({ reportingCurrency: 'USD', reconciliation: { positions: 'halt' } }),
    );
    const truth: TruthEvent = {
      kind: 'truth',
      venue: BTC.venue,
      venueTime: 1,
      coversClosed: true,
      orders: [],
      fills: [],
      positions: [{ instrument: BTC.id, quantity: 5, averagePrice: '100' }],
      balances: [],
    };
    const told = value(({ event }: Frame) =>
      event.kind === 'fault' ? `${event.code} ${event.severity}` : undefined,
    );
    expectPipeline(observing(core, { told }))
      .given('q-t-', { q: quote(BTC, 100), t: truth })
      .emits({ told: '--h-' }, { told: { h: 'truth-position halt' } });
  });
});
