import { describe, expect, test } from 'vitest';
import { type SelfTradePrevention, simulatedVenue } from '../../src/venues/simulated/index.js';
import { Desk } from './desk.js';

/** Asks of others 101 x 5, 103 x 7; our own sells: `s` 3 at 102, `t` 4 at 104. */
const selling = (selfTradePrevention?: SelfTradePrevention) => {
  const desk = new Desk({ venue: selfTradePrevention === undefined ? {} : { selfTradePrevention } });
  desk.snapshot([99, 10], [101, 5, 103, 7]);
  desk.submit('s', { side: 'sell', quantity: 3, price: 102 });
  desk.submit('t', { side: 'sell', quantity: 4, price: 104 });
  desk.news();
  return desk;
};
const across = { side: 'buy', quantity: 8, price: 103 } as const;

describe('self-trade prevention', () => {
  test('none: our orders pass through each other', () => {
    expect(selling().submit('b', across).news()).toEqual([
      '0 b accepted',
      '0 b fill 5@101 taker',
      '0 b fill 3@103 taker',
    ]);
  });

  test('cancel newest: it takes what is better, and ends where ours stands', () => {
    expect(selling('cancelNewest').submit('b', across).news()).toEqual([
      '0 b accepted',
      '0 b fill 5@101 taker',
      '0 b canceled: self-trade prevention: it would meet s',
    ]);
  });

  test('cancel oldest: whatever it reaches goes, and it goes on', () => {
    expect(selling('cancelOldest').submit('b', across).news()).toEqual([
      '0 b accepted',
      '0 b fill 5@101 taker',
      '0 b fill 3@103 taker',
      '0 s canceled: self-trade prevention: b would meet it',
    ]);
  });

  test('cancel both: it ends, and so does the one it met', () => {
    const desk = selling('cancelBoth').submit('b', { side: 'buy', quantity: 20 });
    expect(desk.news()).toEqual([
      '0 b accepted',
      '0 b fill 5@101 taker',
      '0 s canceled: self-trade prevention: b would meet it',
      '0 b canceled: self-trade prevention: it would meet s',
    ]);
    expect(desk.ask('t').news()).toEqual(['0 t accepted: resting']);
  });

  test('an order that is filled before it gets there meets nobody', () => {
    for (const prevention of ['cancelNewest', 'cancelOldest', 'cancelBoth'] as const) {
      const desk = selling(prevention).submit('b', { ...across, quantity: 5 });
      expect(desk.news()).toEqual(['0 b accepted', '0 b fill 5@101 taker']);
    }
  });

  test('one that would rest at or beyond ours meets it; one that stays below does not', () => {
    const desk = selling('cancelNewest').submit('b', { side: 'buy', quantity: 6, price: 101 });
    desk.submit('c', { side: 'buy', quantity: 2, price: 102 });
    expect(desk.news()).toEqual([
      '0 b accepted',
      '0 b fill 5@101 taker',
      '0 c accepted',
      '0 c canceled: self-trade prevention: it would meet s',
    ]);
  });

  test('fill or kill counts only what it may take', () => {
    const desk = selling('cancelNewest').submit('b', { ...across, timeInForce: 'FOK' });
    expect(desk.news()).toEqual(['0 b accepted', '0 b expired: fill or kill: only 5 lots were there']);
  });

  test('an unknown word is refused', () => {
    const selfTradePrevention = 'all' as SelfTradePrevention;
    expect(() => simulatedVenue({ venue: 'x', selfTradePrevention })).toThrow(
      'simulatedVenue x.selfTradePrevention must be one of none, cancelNewest, cancelOldest, cancelBoth',
    );
  });
});
