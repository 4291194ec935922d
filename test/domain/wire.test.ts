import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InputError } from '../../src/domain/errors.js';
import { instrument } from '../../src/domain/instrument.js';
import { checkEvent, WIRE_KINDS } from '../../src/domain/wire.js';
import { manyRuns } from '../properties/many-runs.js';
import { arbitraries, eventOf, titles } from './any-event.js';

test('these are arbitraries of all kinds that the wire carries', () => {
  expect(new Set(titles.map((title) => title.split(' ')[0]))).toEqual(new Set(WIRE_KINDS));
});

describe.each(titles)('an event %s', (title) => {
  test('passes as it is', () => {
    fc.assert(
      fc.property(eventOf(title), (event) => {
        expect(checkEvent(event)).toBe(event);
      }),
      { numRuns: manyRuns(40) },
    );
  });

  test('is refused without a field, with a strange value, and with a field too many; the message names the field', () => {
    const fields = Object.keys(arbitraries[title] as object).filter((field) => field !== 'type');
    // No field of any event may hold any of these.
    const strange = fc.constantFrom<unknown>(
      undefined,
      null,
      Number.NaN,
      Number.POSITIVE_INFINITY,
      {},
      () => 1,
      1n,
    );
    fc.assert(
      fc.property(eventOf(title), fc.constantFrom(...fields), strange, (event, field, value) => {
        const at = `${event['kind']}.${field}`;
        const { [field]: _gone, ...without } = event;
        for (const wrong of [without, { ...event, [field]: value }]) {
          expect(() => checkEvent(wrong)).toThrow(InputError);
          expect(() => checkEvent(wrong)).toThrow(at);
        }
      }),
      { numRuns: manyRuns(40) },
    );
    fc.assert(
      fc.property(
        eventOf(title),
        fc.constantFrom('extra', 'constructor', 'toString', 'hasOwnProperty'),
        (event, extra) => {
          expect(() => checkEvent({ ...event, [extra]: 1 })).toThrow(
            `${event['kind']}.${extra} must be absent`,
          );
        },
      ),
      { numRuns: 10 },
    );
  });
});

describe('what is nested is checked as well', () => {
  const report = (more: object): object => ({
    kind: 'report',
    type: 'fill',
    venue: 'v',
    instrument: 'i',
    clientOrderId: 'c',
    venueTime: 0,
    executionId: 'e',
    side: 'buy',
    price: 1,
    quantity: 1,
    liquidity: 'maker',
    fee: '0',
    feeCurrency: 'USD',
    ...more,
  });
  const decision = (more: object): object => ({
    kind: 'decision',
    decision: {
      agent: 'a',
      of: { asset: 'BTC' },
      exposure: 0,
      confidence: 1,
      basedOn: 1,
      validUntil: 1,
      ...more,
    },
  });
  const book = (more: object): object => ({
    kind: 'book',
    instrument: 'i',
    venueTime: 0,
    action: 'delta',
    first: -1,
    last: -1,
    previous: -1,
    bids: [],
    asks: [],
    ...more,
  });
  const made = instrument({
    venue: 'v',
    symbol: 's',
    kind: 'spot',
    base: 'B',
    quote: 'Q',
    tick: '1',
    lot: '1',
  });
  const listing = (more: object): object => ({
    kind: 'instrument',
    venueTime: 0,
    definition: { ...made, ...more },
  });

  test.each([
    [report({ quantity: 0 }), 'report.quantity must be an integer of lots, at least 1, not 0'],
    [report({ fee: '1e-5' }), 'report.fee must be a decimal string, not "1e-5"'],
    [report({ side: 'long' }), 'report.side must be one of buy, sell, not "long"'],
    [report({ type: 'gone' }), 'report.type must be one of accepted, rejected'],
    [decision({ exposure: 1.01 }), 'decision.decision.exposure must be a number from -1 to 1, not 1.01'],
    [decision({ confidence: -0.1 }), 'decision.decision.confidence must be a number from 0 to 1'],
    [decision({ of: {} }), 'decision.decision.of must be either an instrument or an asset'],
    [
      decision({ of: { asset: 'BTC', instrument: 'i' } }),
      'decision.decision.of must be either an instrument or an asset',
    ],
    [decision({ of: { asset: '' } }), 'decision.decision.of.asset must be a name'],
    [book({ bids: [1, 2, 3] }), 'book.bids must be an array of price, quantity'],
    [book({ asks: [1, -2] }), 'book.asks[1] must be an integer of lots, at least 0, not -2'],
    [book({ asks: [1.5, 2] }), 'book.asks[0] must be an integer of ticks, not 1.5'],
    [listing({ tick: 0.1 }), 'instrument.definition.tick must be a decimal string, not 0.1'],
    [
      listing({ fees: { maker: 0 } }),
      'instrument.definition.fees.taker must be a finite number, not undefined',
    ],
    [listing({ nickname: 'x' }), 'instrument.definition.nickname must be absent'],
    [
      { kind: 'account', venue: 'v', venueTime: 0, balances: [{ currency: 'USD', free: '1', locked: 1 }] },
      'account.balances[0].locked must be a decimal string, not 1',
    ],
    [JSON.parse('{"kind":"barrier","id":"","__proto__":1}'), 'barrier.__proto__ must be absent'],
  ])('%o', (event, message) => {
    expect(() => checkEvent(event)).toThrow(InputError);
    expect(() => checkEvent(event)).toThrow(message);
  });
});

test.each([
  [null, 'event must be an object, not null'],
  ['trade', 'event must be an object, not "trade"'],
  [{}, 'event.kind must be one of trade, quote'],
  [{ kind: 'toString' }, 'event.kind must be one of trade, quote'],
  [{ kind: 'submitted' }, 'event.kind must be one of trade, quote'],
] as [unknown, string][])('%o is no event', (value, message) => {
  expect(() => checkEvent(value)).toThrow(message);
});
