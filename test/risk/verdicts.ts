import { compose } from '../../src/core/compose.js';
import { NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { clientOrderId } from '../../src/domain/brand.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { type Instrument, instrument } from '../../src/domain/instrument.js';
import type { Proposal } from '../../src/domain/order.js';
import { books } from '../../src/operators/books/books.js';
import { ledger } from '../../src/operators/ledger/stage.js';
import { type RiskOptions, type RiskRule, risk } from '../../src/operators/risk/index.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { recordingOf } from '../../src/streams/replay/memory.js';

/** Lots of 0.01, orders of 0.1. */
export const definition: Instrument = instrument({
  venue: 'one',
  symbol: 'BTCUSD',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USD',
  tick: '1',
  lot: '0.01',
  orderStep: '0.1',
});
const common = { instrument: definition.id, venueTime: 0 };
export const quote: OutsideEvent = {
  kind: 'quote',
  ...common,
  bidPrice: 99,
  bidQuantity: 9_999,
  askPrice: 101,
  askQuantity: 9_999,
  updateId: -1,
};
export const bought = (quantity: number): OutsideEvent => ({
  kind: 'report',
  type: 'fill',
  ...common,
  venue: definition.venue,
  clientOrderId: clientOrderId('before'),
  executionId: 'x',
  side: 'buy',
  price: 100,
  quantity,
  liquidity: 'taker',
  fee: '0',
  feeCurrency: 'USD',
});
export const kill: OutsideEvent = {
  kind: 'control',
  action: 'kill',
  scope: 'desk',
  value: 0,
  by: 'operator',
  reason: '',
};

/** With it comes the order that a test wishes for. */
export const open: OutsideEvent = { kind: 'status', ...common, state: 'open' };

/** The verdicts on what happens, and on an order of so many lots wished for at every `open`. */
export async function verdicts(
  rules: readonly RiskRule[],
  options: RiskOptions,
  events: readonly OutsideEvent[],
  wished = 0,
): Promise<string[]> {
  const wish: Proposal = {
    instrument: definition.id,
    side: 'buy',
    type: 'limit',
    timeInForce: 'IOC',
    price: 101,
    quantity: wished,
    reduceOnly: false,
    postOnly: false,
    attribution: [{ agent: 'a', quantity: wished }],
    arrivalMid: 100,
  };
  const core = compose(
    { instruments: [definition] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    pure('proposals', ({ event }): readonly Proposal[] =>
      event.kind === 'status' && wished > 0 ? [wish] : NONE,
    ),
    risk(rules, options),
  );
  const said: string[] = [];
  const recording = recordingOf(
    events.map((event, at) => ({ ts: 1_000 + at, event })),
    [definition],
  );
  await backtest(core, recording).forEach((frame) => {
    for (const verdict of frame.verdicts) {
      const { side, quantity } = verdict.proposal;
      said.push(
        `${verdict.kind} ${side} ${quantity}${verdict.kind === 'denied' ? ` ${verdict.reason}` : ''}`,
      );
    }
  });
  return said;
}
