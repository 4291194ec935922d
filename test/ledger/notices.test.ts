import { describe, expect, test } from 'vitest';
import { Desk, LINEAR } from './desk.js';

type Told = readonly (readonly [code: string, message: string])[];

/** A filled order `a` of 5 lots, execution `x` for 3 of them and `y` for 2. */
function filledDesk(): Desk {
  const desk = new Desk();
  desk.submit('a', 'buy', 5);
  desk.fill('a', 3, 100, { executionId: 'x' });
  desk.fill('a', 2, 100, { executionId: 'y' });
  return desk;
}

/** What the ledger says to an event, in words. */
function told(desk: Desk, event: Parameters<Desk['apply']>[0]): Told {
  return desk.ledger.apply(event, desk.now).map(({ code, message }) => [code, message]);
}

const bust = (desk: Desk, execution: string) =>
  told(desk, {
    ...desk.state('a', 'accepted'),
    type: 'bust',
    executionId: execution,
    reason: 'an error',
  } as never);

const correct = (desk: Desk, executionId: string, quantity: number) =>
  told(desk, { ...desk.filled('a', quantity, 90, { executionId }), type: 'correction', reason: 'an error' });

describe('whoever reads what the ledger says learns which execution, which order and what became of it', () => {
  test('fills', () => {
    const desk = filledDesk();
    expect(told(desk, desk.filled('a', 3, 100, { executionId: 'x' }))).toEqual([
      ['duplicate-execution', 'execution x of order a came before'],
    ]);
    expect(told(desk, desk.filled('a', 4, 100, { executionId: 'x' }))).toEqual([
      ['conflicting-execution', 'execution x of order a came before with other facts; the first stand'],
    ]);
    expect(told(desk, desk.filled('a', 4, 100))).toEqual([['overfill', 'order a for 5 lots is filled to 9']]);
  });

  test('a fill after the end', () => {
    const desk = new Desk();
    desk.submit('a', 'buy', 5);
    desk.say('a', 'canceled');
    expect(told(desk, desk.filled('a', 2, 100))).toEqual([
      ['late-fill', '2 lots of order a, which is canceled'],
    ]);
  });

  test('a fill of nobody’s, and of nothing that is listed', () => {
    const desk = new Desk();
    const stranger = `sell 2 lots of ${LINEAR.id} for order z, which is not known of that instrument and side`;
    const fill = desk.filled('z', 2, 100, { side: 'sell', executionId: 'z1' });
    expect(told(desk, fill)).toEqual([['unknown-order', `${stranger}; booked (unattributed)`]]);
    expect(told(desk, fill)).toEqual([['duplicate-execution', 'execution z1 of order z came before']]);
    const unlisted = { ...fill, instrument: 'NOTHING@one', executionId: 'z2' } as typeof fill;
    expect(told(desk, unlisted)).toEqual([
      [
        'unknown-order',
        `${stranger.replace(LINEAR.id, 'NOTHING@one')}; the instrument is not listed: not booked`,
      ],
    ]);
    expect(told(desk, unlisted)).toEqual([['duplicate-execution', 'execution z2 of order z came before']]);
    // What was not booked has nothing to be undone or changed.
    const reason = 'an error';
    const correction = { ...unlisted, quantity: 1, type: 'correction', reason } as const;
    expect(told(desk, correction)).toEqual([['correction', expect.stringContaining('which was not booked')]]);
    expect(told(desk, { ...unlisted, type: 'bust', reason } as never)).toEqual([
      ['bust', expect.stringContaining('which was not booked')],
    ]);
    expect(desk.ledger.position(0)).toBe(-2);
  });

  test('busts', () => {
    const desk = filledDesk();
    expect(bust(desk, 'x')).toEqual([['bust', 'execution x of order a is undone: an error']]);
    expect(bust(desk, 'x')).toEqual([['duplicate-execution', 'execution x of order a was busted before']]);
    expect(bust(desk, 'q')).toEqual([
      [
        'unknown-execution',
        'execution q of order a is busted and not known; should it come, it is not booked',
      ],
    ]);
    expect(bust(desk, 'q')).toEqual([['duplicate-execution', 'execution q of order a was busted before']]);
  });

  test('corrections', () => {
    const desk = filledDesk();
    expect(correct(desk, 'x', 2)).toEqual([['correction', 'execution x of order a is changed: an error']]);
    expect(correct(desk, 'x', 2)).toEqual([
      ['duplicate-execution', 'execution x of order a is corrected to what is booked'],
    ]);
    expect(told(desk, desk.filled('a', 3, 100, { executionId: 'x' }))).toEqual([
      ['duplicate-execution', 'execution x of order a came before'],
    ]);
    expect(correct(desk, 'n', 1)).toEqual([
      ['correction', 'execution n of order a was not known; booked as corrected'],
    ]);
    bust(desk, 'y');
    expect(correct(desk, 'y', 2)).toEqual([
      ['conflicting-execution', 'execution y of order a is corrected after its bust; left out'],
    ]);
  });
});

test('and what is odd about orders, and interest', () => {
  const desk = new Desk();
  const submitted = (id: string, terms = {}) => told(desk, desk.submitted(id, 'buy', 5, { terms }));
  expect(submitted('a')).toEqual([]);
  expect(submitted('a')).toEqual([['invalid-transition', 'order a was submitted before']]);
  expect(submitted('b', { instrument: 'NOTHING@one' })).toEqual([
    ['unknown-order', 'order b is for unlisted NOTHING@one'],
  ]);
  expect(submitted('c', { type: 'market' })).toEqual([
    ['invalid-order', 'order c: a market order has no limit price'],
  ]);
  expect(told(desk, desk.state('z', 'canceled'))).toEqual([
    ['unknown-order', 'canceled of order z, which is not known'],
  ]);
  expect(told(desk, { ...desk.state('a', 'accepted'), filled: 2 })).toEqual([
    ['missing-fills', 'accepted of order a: 2 lots are filled at the venue and 0 are booked'],
  ]);
  desk.say('c', 'rejected');
  expect(told(desk, desk.state('c', 'accepted'))).toEqual([
    ['invalid-transition', 'accepted of order c, which is rejected'],
  ]);
  const interest = { venue: 'one', venueTime: 0, paymentId: '7', currency: 'USDT', amount: '1' };
  expect(told(desk, { kind: 'interest', ...interest })).toEqual([]);
  expect(told(desk, { kind: 'interest', ...interest })).toEqual([
    ['duplicate-payment', 'interest 7 of one came before'],
  ]);
});
