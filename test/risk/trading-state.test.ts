import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { inScope, TradingState } from '../../src/operators/risk/trading-state.js';
import { spot } from '../../src/testing/index.js';

const BTC = spot();
const ETH = spot({ base: 'ETH' });
const ABROAD = spot({ venue: 'abroad' });
const table = new InstrumentTable([BTC, ETH, ABROAD]);
const [btc, eth, abroad] = [0, 1, 2].map((index) => table.at(index)) as [
  ReturnType<typeof table.at>,
  ReturnType<typeof table.at>,
  ReturnType<typeof table.at>,
];
const of = (...agents: string[]) => ({ attribution: agents.map((agent) => ({ agent, quantity: 1 })) });

describe('the trading state', () => {
  test('restricts only once something is restricted, and no more after the last is lifted', () => {
    const state = new TradingState();
    expect([state.restricts, state.desk, state.on(btc, of('a'))]).toEqual([false, 'active', undefined]);
    state.restrict('agent:a', 'reducing', 'r', 5);
    expect([state.restricts, state.desk]).toEqual([true, 'active']);
    expect(state.resume('agent:a')).toBe(true);
    expect(state.resume('agent:a')).toBe(false);
    expect(state.restricts).toBe(false);
  });

  test('is the strictest of the scopes that an order is in, the widest first', () => {
    const state = new TradingState();
    state.restrict('desk', 'reducing', 'd', 1);
    state.restrict(`instrument:${BTC.id}`, 'reducing', 'i', 2);
    expect(state.on(btc, of('a'))).toEqual({ scope: 'desk', status: 'reducing', reason: 'd', since: 1 });
    state.restrict('agent:a', 'halted', 'a', 3);
    expect(state.on(btc, of('b', 'a'))?.scope).toBe('agent:a');
    expect(state.on(btc, of('b'))?.scope).toBe('desk');
    state.resume('desk');
    expect(state.on(abroad, of('b'))).toBeUndefined();
    state.restrict('venue:abroad', 'halted', 'v', 4);
    expect(state.on(abroad, of('b'))?.scope).toBe('venue:abroad');
    expect(state.on(btc, of('b'))?.scope).toBe(`instrument:${BTC.id}`);
    expect(state.on(eth, of('b'))).toBeUndefined();
  });

  test('knows when the last restriction on an order began', () => {
    const state = new TradingState();
    expect(state.since(btc, of('a'))).toBe(Number.NEGATIVE_INFINITY);
    state.restrict('agent:a', 'halted', 'a', 7);
    state.restrict('desk', 'reducing', 'd', 3);
    expect([state.since(btc, of('a')), state.since(btc, of('b'))]).toEqual([7, 3]);
  });

  test('is never loosened by another restriction', () => {
    const state = new TradingState();
    expect(state.restrict('desk', 'reducing', 'one', 1)).toBe(true);
    expect(state.restrict('desk', 'reducing', 'two', 2)).toBe(false);
    expect(state.restrict('desk', 'halted', 'three', 3)).toBe(true);
    expect(state.restrict('desk', 'reducing', 'four', 4)).toBe(false);
    expect(state.restrict('desk', 'halted', 'five', 5)).toBe(false);
    expect(state.on(btc, of())).toEqual({ scope: 'desk', status: 'halted', reason: 'three', since: 3 });
  });

  test('is saved in one order, whatever came first', () => {
    const scopes = ['venue:v', 'agent:b', 'desk', 'agent:a'];
    const saved = [scopes, [...scopes].reverse()].map((order) => {
      const state = new TradingState();
      for (const scope of order) state.restrict(scope, 'halted', `why ${scope}`, 9);
      return state.save();
    });
    expect(saved[0]).toEqual(
      ['agent:a', 'agent:b', 'desk', 'venue:v'].map((scope) => [scope, 'halted', `why ${scope}`, 9]),
    );
    expect(saved[1]).toEqual(saved[0]);
    expect(TradingState.restore(saved[0] as never).save()).toEqual(saved[0]);
  });
});

describe('a scope', () => {
  const within = (scope: string, agents: string[] = []): boolean[] | undefined => {
    const concerns = inScope(scope, table);
    return concerns && table.list.map((listed) => concerns(listed, of(...agents)));
  };

  test.each<[string, boolean[]]>([
    ['desk', [true, true, true]],
    ['venue:abroad', [false, false, true]],
    ['venue:venue', [true, true, false]],
    [`instrument:${ETH.id}`, [false, true, false]],
  ])('%s has its instruments, whoever trades', (scope, expected) => {
    expect(within(scope)).toEqual(expected);
    expect(within(scope, ['a'])).toEqual(expected);
  });

  test('of an agent has the orders that it has a share in', () => {
    expect(within('agent:a', ['a'])).toEqual([true, true, true]);
    expect(within('agent:a', ['b', 'a'])).toEqual([true, true, true]);
    expect(within('agent:a', ['b'])).toEqual([false, false, false]);
    expect(within('agent:a')).toEqual([false, false, false]);
  });

  test.each(['', 'desk ', 'agent:', 'agent', 'venue:', 'venue:nowhere', 'instrument:none', 'world:venue'])(
    '"%s" is known to nobody',
    (scope) => {
      expect(inScope(scope, table)).toBeUndefined();
    },
  );

  test.each([`instrument:venue`, `venue:${BTC.id}`, `world:${BTC.id}`])(
    'a name of another kind is no name: %s',
    (scope) => {
      expect(inScope(scope, table)).toBeUndefined();
    },
  );
});
