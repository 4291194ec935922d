import { describe, expect, test } from 'vitest';
import type { StageContext } from '../../src/core/context.js';
import type { Frame } from '../../src/core/frame.js';
import { clientOrderId } from '../../src/domain/brand.js';
import type { Event } from '../../src/domain/event.js';
import type { LedgerFields } from '../../src/operators/ledger/stage.js';
import { StandingCancels } from '../../src/operators/risk/standing-cancels.js';
import { link, report, spot } from '../../src/testing/index.js';

const BTC = spot();
const timer = (name = 'risk:cancels'): Event => ({ kind: 'timer', name, due: 0 });
const up = link('venue', 'up', 'orders');
const canceled = (order: string): Event => report(BTC, order, 'canceled');

/** Standing cancels over orders of which a test says how much remains; what they ask for, as text. */
class Desk {
  cancels: StandingCancels = new StandingCancels();
  readonly remaining = new Map<string, number>();
  readonly #venue: string;

  constructor(orders: readonly string[], venue = 'venue') {
    for (const order of orders) this.remaining.set(order, 1);
    this.#venue = venue;
  }

  at(ts: number, event: Event): string[] {
    const said: string[] = [];
    const order = (id: string): unknown => {
      const remaining = this.remaining.get(id);
      return remaining === undefined ? undefined : { remaining, order: { venue: this.#venue } };
    };
    const context = {
      request: (asked: { kind: string; due?: number; clientOrderId?: string }) =>
        said.push(asked.kind === 'timer' ? `timer ${asked.due}` : `cancel ${asked.clientOrderId}`),
      derive: (event: { kind: string; reason: string }) => said.push(`${event.kind} ${event.reason}`),
    };
    this.cancels.look(
      { ts, event, ledger: { order } } as unknown as Frame & LedgerFields,
      context as unknown as StageContext,
    );
    return said;
  }

  cancel(ts: number, order: string, reason = 'why'): string[] {
    return this.at(ts, {
      kind: 'cancelRequested',
      clientOrderId: clientOrderId(order),
      instrument: BTC.id,
      reason,
    });
  }

  restored(): Desk {
    const other = new Desk([], this.#venue);
    for (const [order, remaining] of this.remaining) other.remaining.set(order, remaining);
    other.cancels = StandingCancels.restore(structuredClone(this.cancels.save()));
    return other;
  }
}

describe('standing cancels', () => {
  test('are only of orders that are known and not over', () => {
    const desk = new Desk(['a']);
    desk.remaining.set('over', 0);
    expect(desk.cancel(10, 'strange')).toEqual([]);
    expect(desk.cancel(10, 'over')).toEqual([]);
    expect(desk.cancel(10, 'a')).toEqual(['timer 1010']);
    expect(['a', 'over', 'strange'].map((id) => desk.cancels.has(clientOrderId(id)))).toEqual([
      true,
      false,
      false,
    ]);
  });

  test('wait for a timer of their own, not for another', () => {
    const desk = new Desk(['a']);
    desk.cancel(0, 'a');
    expect(desk.at(1_000, timer('another'))).toEqual([]);
    expect(desk.at(999, timer())).toEqual(['timer 1000']);
    expect(desk.at(1_000, timer())).toEqual(['cancel a', 'cancelRequested asked for again: why']);
  });

  test('keep the first reason, and when the next is due, while a repetition is on its way', () => {
    const desk = new Desk(['a']);
    desk.cancel(0, 'a', 'first');
    desk.at(1_000, timer());
    // Neither the timer nor the link ask again for what has not yet passed through the chain.
    expect(desk.at(1_100, timer())).toEqual([]);
    expect(desk.at(1_200, up)).toEqual([]);
    expect(desk.cancel(1_300, 'a', 'second')).toEqual(['timer 2300']);
    expect(desk.at(2_300, timer())).toEqual(['cancel a', 'cancelRequested asked for again: first']);
  });

  test.each<[string, (desk: Desk) => unknown]>([
    ['a report', (desk) => desk.at(5, canceled('a'))],
    ['a word that was no report', () => undefined],
  ])('end with their order, by %s', (_, tell) => {
    const desk = new Desk(['a', 'b']);
    desk.cancel(0, 'a');
    desk.cancel(0, 'b');
    desk.remaining.set('a', 0);
    tell(desk);
    expect(desk.at(1_000, timer())).toEqual(['cancel b', 'cancelRequested asked for again: why']);
    expect(desk.cancels.has(clientOrderId('a'))).toBe(false);
  });

  test('a report on an order that still lives ends nothing', () => {
    const desk = new Desk(['a']);
    desk.cancel(0, 'a');
    desk.at(5, canceled('a'));
    expect(desk.cancels.has(clientOrderId('a'))).toBe(true);
  });

  test('an order that its report ended is forgotten at once, so that a later life is not canceled', () => {
    const desk = new Desk(['a']);
    desk.cancel(0, 'a');
    desk.remaining.set('a', 0);
    desk.at(5, canceled('a'));
    desk.remaining.set('a', 1);
    expect(desk.at(1_000, timer())).toEqual([]);
  });

  test('the timer is asked for anew by whoever waits first after none was left', () => {
    const desk = new Desk(['a', 'b']);
    desk.cancel(0, 'a');
    desk.remaining.set('a', 0);
    desk.at(5, canceled('a'));
    // The timer that was asked for is still to come, and wakes the next one too.
    expect(desk.cancel(100, 'b')).toEqual([]);
    const other = new Desk(['a', 'b']);
    other.cancel(0, 'a');
    other.remaining.set('a', 0);
    other.at(5, canceled('a'));
    other.at(500, timer('another'));
    other.at(1_000, timer());
    expect(other.cancel(1_100, 'b')).toEqual(['timer 2100']);
  });

  test('a timer that nothing waits for is taken as gone only when it is ours', () => {
    const desk = new Desk(['a', 'b']);
    desk.cancel(0, 'a');
    desk.remaining.set('a', 0);
    desk.at(5, canceled('a'));
    desk.at(500, timer('another'));
    desk.at(600, { kind: 'barrier', id: 'risk:cancels' });
    expect(desk.cancel(700, 'b')).toEqual([]);
  });

  test('only an epoch makes it ask for the timer again', () => {
    const desk = new Desk(['a']);
    desk.cancel(0, 'a');
    expect(desk.at(10, { kind: 'barrier', id: 'x' })).toEqual([]);
    expect(desk.at(20, { kind: 'epoch', epoch: 2, leader: 'b' })).toEqual(['timer 1000']);
  });

  test('an epoch ends the wait for a timer of the last leader, also while nothing stands', () => {
    const desk = new Desk(['a', 'b']);
    desk.cancel(0, 'a');
    desk.remaining.set('a', 0);
    desk.at(5, canceled('a'));
    expect(desk.at(10, { kind: 'epoch', epoch: 2, leader: 'b' })).toEqual([]);
    expect(desk.cancel(20, 'b')).toEqual(['timer 1020']);
  });

  test('of one venue are ten a second, counted from the first', () => {
    const orders = Array.from({ length: 25 }, (_, at) => `o${at}`);
    const desk = new Desk(orders);
    for (const order of orders) desk.cancel(0, order);
    const asked = (said: string[]): number => said.filter((each) => each.startsWith('cancel ')).length;
    const first = desk.at(1_000, timer());
    expect([asked(first), first.at(-1)]).toEqual([10, 'timer 2000']);
    expect(asked(desk.at(1_999, timer()))).toBe(0);
    // A second later to the millisecond the count begins anew.
    expect(asked(desk.at(2_000, timer()))).toBe(10);
    expect(asked(desk.at(3_000, timer()))).toBe(5);
    const after = new Desk(orders);
    for (const order of orders) after.cancel(0, order);
    after.at(1_000, timer());
    expect(asked(after.at(3_500, timer()))).toBe(10);
  });

  test('a restored desk goes on as the other would have', () => {
    const orders = Array.from({ length: 12 }, (_, at) => `o${at}`);
    const desk = new Desk(orders);
    for (const order of orders) desk.cancel(0, order);
    desk.at(1_000, timer());
    const restored = desk.restored();
    expect(restored.cancels.save()).toEqual(desk.cancels.save());
    // The repetitions on their way, the allowance of the venue and the timer are as they were.
    for (const [ts, event] of [
      [1_500, timer()],
      [1_600, up],
      [2_000, timer()],
    ] as const)
      expect(restored.at(ts, event)).toEqual(desk.at(ts, event));
    expect(restored.cancels.has(clientOrderId('o0'))).toBe(true);
  });

  test('what is saved does not change with what comes after', () => {
    const desk = new Desk(['a']);
    desk.cancel(0, 'a');
    desk.at(1_000, timer());
    const saved = desk.cancels.save();
    const before = structuredClone(saved);
    desk.cancel(1_001, 'a');
    desk.at(3_001, timer());
    expect(saved).toEqual(before);
    const other = StandingCancels.restore(saved);
    const copy = new Desk(['a']);
    copy.cancels = other;
    copy.cancel(9_999, 'a');
    copy.at(20_000, timer());
    expect(saved).toEqual(before);
  });
});
