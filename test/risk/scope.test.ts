import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { type RuleScope, Scope } from '../../src/operators/risk/scope.js';
import { spot } from '../../src/testing/index.js';

describe('the scope of a rule', () => {
  test.each<[RuleScope, string]>([
    [{}, 'desk'],
    [{ asset: 'BTC' }, 'desk'],
    [{ venue: 'v' }, 'venue:v'],
    // More than the asset there must not stop less than it.
    [{ venue: 'v', asset: 'BTC' }, 'desk'],
    [{ venue: 'v', instrument: 'i' }, 'instrument:i'],
    [{ asset: 'BTC', instrument: 'i' }, 'instrument:i'],
    [{ agent: 'a', venue: 'v', instrument: 'i', asset: 'BTC' }, 'agent:a'],
  ])('%j restricts %s when it is broken', (scope, expected) => {
    expect(new Scope('rule', scope).restricts).toBe(expected);
  });

  test('has what meets all that it names', () => {
    const table = new InstrumentTable([spot(), spot({ base: 'ETH' }), spot({ venue: 'abroad' })]);
    const within = (scope: RuleScope) => table.list.map((listed) => new Scope('rule', scope).has(listed));
    expect(within({})).toEqual([true, true, true]);
    expect(within({ asset: 'BTC' })).toEqual([true, false, true]);
    expect(within({ asset: 'BTC', venue: 'abroad' })).toEqual([false, false, true]);
    expect(within({ asset: 'BTC', instrument: table.at(1).id })).toEqual([false, false, false]);
    const orders = (agent: string, listed = table.at(0)) =>
      new Scope('rule', { agent: 'a', venue: 'venue' }).concerns(
        { attribution: [{ agent, quantity: 1 }] },
        listed,
      );
    expect([orders('a'), orders('b'), orders('a', table.at(2))]).toEqual([true, false, false]);
  });
});
