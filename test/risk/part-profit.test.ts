import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { profitOf } from '../../src/operators/risk/part-profit.js';
import { Scope } from '../../src/operators/risk/scope.js';
import { spot } from '../../src/testing/index.js';
import { aView } from './a-view.js';

const table = new InstrumentTable([spot(), spot({ venue: 'abroad' })]);
const DAY = 1_000;

/** The profit of a part of the desk over time; a test says what it is, and the day is a second long. */
class Part {
  readonly readings: ReturnType<typeof profitOf>;
  memory: unknown;
  profit = 0;
  /** What the ledger was asked for. */
  asked = '';

  constructor(scope: ConstructorParameters<typeof Scope>[1]) {
    this.readings = profitOf(new Scope('rule', scope));
    this.memory = this.readings.memory.init?.(table);
  }

  at(ts: number) {
    const told = (words: string): number => {
      this.asked = words;
      return this.profit;
    };
    const ledger = {
      agentProfit: (agent: string) => told(agent),
      venueProfit: (venue: string, agent?: string) => told(`${agent ?? 'all'} at ${venue}`),
      nextDay: () => (Math.floor(ts / DAY) + 1) * DAY,
    };
    return aView({ ts, table, ledger });
  }

  hear(ts: number, profit: number, index = 0): void {
    this.profit = profit;
    this.readings.memory.observe?.(this.memory, { kind: 'barrier', id: '' }, this.at(ts), index, 1);
  }

  now(ts: number, profit: number): [day: number, drawdown: number] {
    this.profit = profit;
    const view = this.at(ts);
    return [this.readings.dayProfit(view, this.memory), this.readings.drawdown(view, this.memory)];
  }
}

describe('the profit of a part of the desk', () => {
  test.each([
    [{ agent: 'a' }, 'a'],
    [{ venue: 'venue' }, 'all at venue'],
    [{ agent: 'a', venue: 'venue' }, 'a at venue'],
  ])('of %j is that of %s', (scope, expected) => {
    const part = new Part(scope);
    part.hear(1, 5);
    expect(part.asked).toBe(expected);
  });

  test('counts from the last that was known of the day before, and from its peak', () => {
    const part = new Part({ agent: 'a' });
    part.hear(100, 8);
    part.hear(900, 5);
    expect(part.now(999, 6)).toEqual([6, 2]);
    // The day has begun, and nothing was heard in it yet.
    expect(part.now(1_000, 6)).toEqual([1, 2]);
    part.hear(1_000, 7);
    expect(part.now(1_001, 6)).toEqual([1, 2]);
    part.hear(1_500, 20);
    expect(part.now(1_600, 6)).toEqual([1, 14]);
    expect(part.now(1_600, 40)).toEqual([35, -20]);
  });

  test('is not forgotten while it is unknown', () => {
    const part = new Part({ agent: 'a' });
    part.hear(100, 8);
    part.hear(200, Number.NaN);
    part.hear(1_000, Number.NaN);
    expect(part.now(1_100, Number.NaN)).toEqual([Number.NaN, Number.NaN]);
    expect(part.now(1_100, 6)).toEqual([-2, 2]);
  });

  test('of a venue changes with its instruments, or with what has none', () => {
    const part = new Part({ venue: 'abroad' });
    part.hear(100, 8, 0);
    expect(part.now(100, 0)).toEqual([0, 0]);
    part.hear(100, 8, 1);
    expect(part.now(100, 0)).toEqual([0, 8]);
    part.hear(100, 9, -1);
    expect(part.now(100, 0)).toEqual([0, 9]);
    const first = new Part({ venue: 'venue' });
    first.hear(100, 8, 1);
    expect(first.now(100, 0)).toEqual([0, 0]);
  });

  test('survives being saved, and what is saved does not change', () => {
    const part = new Part({ agent: 'a' });
    part.hear(100, 8);
    const saved = part.readings.memory.save?.(part.memory as never);
    const before = structuredClone(saved);
    part.hear(200, 50);
    expect(saved).toEqual(before);
    part.memory = part.readings.memory.restore?.(saved as never, table);
    expect(part.now(300, 6)).toEqual([6, 2]);
    part.hear(400, 70);
    expect(saved).toEqual(before);
  });
});
