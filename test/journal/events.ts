import fc from 'fast-check';
import type { OutsideEvent, SequencedEvent } from '../../src/domain/event.js';
import { eventOf, type Fields, titles } from '../domain/any-event.js';

const strange = fc.constantFrom(
  '',
  '\ud800',
  'a\udc00b',
  '€',
  'ÿ',
  '\u0000',
  'x'.repeat(70),
  `\udfff${'y'.repeat(60)}`,
);

/** Texts and numbers that are easily lost: halves of surrogate pairs, long ones, negative zero. */
function twisted(fields: Fields, text: string, zero: boolean): Fields {
  return Object.fromEntries(
    Object.entries(fields).map(([field, value]) => {
      // The reason of a roll is one of two words.
      if (fields['kind'] === 'roll' && field === 'reason') return [field, value];
      if (['reason', 'message', 'by', 'tradeId', 'orderId', 'id'].includes(field)) return [field, text];
      if (zero && typeof value === 'number' && !(field === 'quantity' && fields['kind'] === 'report'))
        return [field, -0];
      return [field, value];
    }),
  );
}

/** Any event that the wire carries, in all its strangeness. */
export const anyEvent: fc.Arbitrary<OutsideEvent> = fc
  .tuple(fc.constantFrom(...titles).chain(eventOf), fc.option(strange), fc.integer({ min: 0, max: 4 }))
  .map(
    ([fields, text, zero]) =>
      // Cloned, so that objects without a prototype are plain ones.
      structuredClone(
        text === null && zero > 0 ? fields : twisted(fields, text ?? 'plain', zero === 0),
      ) as unknown as OutsideEvent,
  );

/** Consecutive events from some `seq` on; `ts` never goes back. */
export const anyLog: fc.Arbitrary<SequencedEvent[]> = fc
  .tuple(
    fc.oneof(fc.integer({ min: 1, max: 1_000 }), fc.constantFrom(2 ** 32 - 1, 2 ** 32, 2 ** 50)),
    fc.array(fc.tuple(fc.double({ min: 0, max: 1e5, noNaN: true }), anyEvent), {
      minLength: 1,
      maxLength: 40,
    }),
  )
  .map(([from, rows]) => {
    let ts = 0;
    return rows.map(([step, event], index) => {
      ts += step;
      return { seq: from + index, ts, event };
    });
  });

/** Market events of a busy minute, from `seq` on: quotes, trades, deltas, and every now and then a timer. */
export function busyLog(count: number, from = 1): SequencedEvent[] {
  return Array.from({ length: count }, (_, index) => {
    const seq = from + index;
    return { seq, ts: 1_700_000_000_000 + seq * 0.5, event: busyEvent(seq) };
  });
}

function busyEvent(seq: number): OutsideEvent {
  const instrument = `v:A${seq % 3}` as never;
  const venueTime = 1_700_000_000_000 + seq;
  if (seq % 50 === 0) return { kind: 'timer', name: 'tick', due: venueTime };
  if (seq % 5 === 0)
    return {
      kind: 'trade',
      instrument,
      venueTime,
      price: seq,
      quantity: 1,
      aggressor: 'buy',
      tradeId: `${seq}`,
    };
  if (seq % 7 === 0)
    return {
      kind: 'book',
      instrument,
      venueTime,
      action: 'delta',
      first: seq,
      last: seq,
      previous: -1,
      bids: [seq, 1],
      asks: [],
    };
  return {
    kind: 'quote',
    instrument,
    venueTime,
    bidPrice: seq,
    bidQuantity: 1,
    askPrice: seq + 1,
    askQuantity: 2,
    updateId: seq,
  };
}
