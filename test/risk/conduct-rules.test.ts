import { describe, expect, test } from 'vitest';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Proposal } from '../../src/domain/order.js';
import {
  cancelRate,
  lossStreak,
  maxClockSkew,
  maxOpenOrders,
  messagesPerFill,
  orderRate,
  type RiskRule,
  selfTradePrevention,
  staleMarket,
  venueLinkDown,
} from '../../src/operators/index.js';
import type { RiskView } from '../../src/operators/risk/rule.js';
import { link, spot } from '../../src/testing/index.js';
import { aView, type Seen } from './a-view.js';

const table = new InstrumentTable([spot(), spot({ venue: 'abroad' })]);
const wish = (index = 0, agent = 'b'): Proposal =>
  ({ instrument: table.at(index).id, attribution: [{ agent, quantity: 1 }] }) as unknown as Proposal;

/** A rule with its memory, over a ledger of which a test says what it has realised. */
class Watched<Memory> {
  readonly rule: RiskRule<Memory>;
  memory: Memory;
  realised = [0, 0];
  onTheWay: readonly Proposal[] = [];
  /** Orders that the ledger remembers. */
  readonly orders = new Map<string, { readonly order: Proposal }>();

  constructor(rule: RiskRule<Memory>) {
    this.rule = rule;
    this.memory = rule.init?.(table) as Memory;
  }

  at(ts: number): RiskView {
    const ledger = {
      realised: (index: number) => this.realised[index],
      order: (id: string) => this.orders.get(id),
    };
    return { ts, instruments: table, onTheWay: this.onTheWay, ledger } as unknown as RiskView;
  }

  hear(ts: number, event: object, index = 0): void {
    this.rule.observe?.(this.memory, event as never, this.at(ts), index, this.rule.limit);
  }

  /** An order closes at a profit or a loss, by a report of this type. */
  report(ts: number, order: string, gain: number, type = 'fill', index = 0): void {
    this.realised[index] = (this.realised[index] as number) + gain;
    this.hear(ts, { kind: 'report', type, clientOrderId: order }, index);
  }

  ask(ts: number, index = 0, agent?: string): string | undefined {
    return this.rule.judge?.(wish(index, agent), table.at(index), this.rule.limit, this.at(ts), this.memory);
  }

  restart(): void {
    const saved = this.rule.save?.(this.memory) as never;
    const copy = structuredClone(saved);
    this.report(0, 'after', -1);
    // What was saved does not change with what comes after it.
    expect(saved).toEqual(copy);
    this.realised[0] = (this.realised[0] as number) + 1;
    this.memory = this.rule.restore?.(copy, table) as Memory;
    const restored = structuredClone(copy);
    this.report(0, 'afterwards', -1);
    expect(copy).toEqual(restored);
    this.realised[0] = (this.realised[0] as number) + 1;
    this.memory = this.rule.restore?.(copy, table) as Memory;
  }
}

describe('the rate of orders', () => {
  const scope = { agent: 'a', venue: 'venue' };
  const rate = () => new Watched(orderRate({ limit: 2, per: '1s', scope }));
  const send = (desk: ReturnType<typeof rate>, ts: number, agent: string, index = 0) =>
    desk.hear(ts, { kind: 'submitted', order: wish(Math.max(0, index), agent) }, index);

  test('counts the orders of its scope, and denies no others', () => {
    const desk = rate();
    send(desk, 1, 'a');
    send(desk, 1, 'b');
    send(desk, 1, 'a', 1);
    // One of an instrument that is listed no longer.
    send(desk, 1, 'a', -1);
    expect(desk.ask(1, 0, 'a')).toBeUndefined();
    send(desk, 1, 'a');
    expect(desk.ask(1, 0, 'a')).toBe('more than 2 orders in 1000 ms');
    expect([desk.ask(1, 0, 'b'), desk.ask(1, 1, 'a')]).toEqual([undefined, undefined]);
    expect([desk.ask(500, 0, 'a'), desk.ask(501, 0, 'a')]).toEqual([
      'more than 2 orders in 1000 ms',
      undefined,
    ]);
  });

  test('has the approvals on their way among them', () => {
    const desk = rate();
    desk.onTheWay = [wish(0, 'b'), wish(1, 'a'), wish(0, 'a')];
    expect(desk.ask(1, 0, 'a')).toBeUndefined();
    desk.onTheWay = [wish(0, 'a'), wish(0, 'a')];
    expect(desk.ask(1, 0, 'a')).toMatch('more than 2 orders');
  });
});

describe('the rate of cancels', () => {
  const rate = () => {
    const desk = new Watched(cancelRate({ limit: 1, per: '1s', scope: { agent: 'a' } }));
    for (const agent of ['a', 'b']) desk.orders.set(`of ${agent}`, { order: wish(0, agent) });
    return desk;
  };
  const cancel = (desk: ReturnType<typeof rate>, clientOrderId: string, index = 0) =>
    desk.hear(1, { kind: 'cancelRequested', clientOrderId }, index);
  const used = '1 cancels in 1000 ms are used up';

  test('counts those of its scope, and stops no others', () => {
    const desk = rate();
    cancel(desk, 'of b');
    cancel(desk, 'of a', -1);
    expect(desk.ask(1, 0, 'a')).toBeUndefined();
    cancel(desk, 'of a');
    expect([desk.ask(1, 0, 'a'), desk.ask(1, 0, 'b')]).toEqual([used, undefined]);
  });

  test('counts the cancel of an order that nobody remembers for everybody', () => {
    const desk = rate();
    cancel(desk, 'long ago');
    expect(desk.ask(1, 0, 'a')).toBe(used);
  });
});

describe('a streak of losses', () => {
  const losing = () => new Watched(lossStreak({ limit: 2, coolDown: '1s', scope: { venue: 'venue' } }));

  test('pauses for the time after its last loss, to the millisecond, and then begins anew', () => {
    const desk = losing();
    desk.report(10, 'a', -5);
    expect(desk.ask(10)).toBeUndefined();
    desk.report(20, 'b', -5);
    expect(desk.ask(20)).toBe('2 losses in a row, at the limit of 2: a pause of 1000 ms has 1000 to go');
    expect(desk.ask(1_019)).toMatch('has 1 to go');
    expect(desk.ask(1_020)).toBeUndefined();
    desk.report(1_020, 'c', -5);
    expect(desk.ask(1_020)).toBeUndefined();
    desk.report(1_021, 'd', -5);
    expect(desk.ask(1_021)).toMatch('2 losses');
  });

  test('counts an order once, whatever the number of its fills, and goes on below the limit however long it takes', () => {
    const desk = losing();
    for (const ts of [1, 2, 3]) desk.report(ts, 'a', -1);
    expect(desk.ask(3)).toBeUndefined();
    desk.report(90_000, 'b', -1);
    expect(desk.ask(90_000)).toMatch('2 losses');
  });

  test('ends with a gain, and an order may lose again after it', () => {
    const desk = losing();
    desk.report(1, 'a', -1);
    desk.report(2, 'a', 3);
    desk.report(3, 'a', -1);
    desk.report(4, 'b', -1);
    expect(desk.ask(4)).toMatch('2 losses');
  });

  test('is not changed by a fill that realises nothing, nor by one out of scope', () => {
    const desk = losing();
    desk.report(1, 'a', -1);
    desk.report(2, 'b', 0);
    desk.report(3, 'c', 9, 'fill', 1);
    desk.report(4, 'd', -9, 'fill', 1);
    expect(desk.ask(4)).toBeUndefined();
    desk.report(5, 'e', -1);
    expect([desk.ask(5), desk.ask(5, 1)]).toEqual([expect.stringMatching('2 losses'), undefined]);
  });

  test.each(['bust', 'correction'])(
    'is neither ended nor made longer by a %s, then or at the next fill',
    (type) => {
      const desk = losing();
      desk.report(1, 'a', -5);
      desk.report(2, 'a', 5, type);
      desk.report(3, 'b', 0);
      desk.report(4, 'c', -1);
      expect(desk.ask(4)).toMatch('2 losses');
      const other = losing();
      other.report(1, 'a', -5);
      other.report(2, 'b', -5, type);
      other.report(3, 'c', 0);
      expect(other.ask(3)).toBeUndefined();
    },
  );

  test('that grows in its own pause makes that longer', () => {
    const desk = losing();
    for (const ts of [90_010, 90_020, 90_030]) desk.report(ts, `at ${ts}`, -5);
    expect(desk.ask(91_029)).toBe('3 losses in a row, at the limit of 2: a pause of 1000 ms has 1 to go');
    expect(desk.ask(91_030)).toBeUndefined();
  });

  test('is of instruments that are listed', () => {
    const desk = losing();
    desk.hear(1, { kind: 'report', type: 'fill', clientOrderId: 'a' }, -1);
    desk.report(2, 'b', -5);
    expect(desk.ask(2)).toBeUndefined();
  });

  test('survives a restart', () => {
    const desk = losing();
    desk.report(1, 'a', -5);
    desk.restart();
    desk.report(2, 'b', -5);
    expect(desk.ask(2)).toMatch('2 losses');
  });
});

describe('messages for each fill', () => {
  const DAY = 86_400_000;
  const talking = (free = 2) => new Watched(messagesPerFill({ limit: 2, free, scope: { venue: 'venue' } }));
  const sent = { kind: 'submitted' };
  const filled = { kind: 'report', type: 'fill' };

  test('are free up to a number, and at the limit', () => {
    const desk = talking();
    desk.hear(1, sent);
    expect(desk.ask(1)).toBeUndefined();
    desk.hear(1, { kind: 'cancelRequested' });
    expect(desk.ask(1)).toBe('3 messages for 0 fills, beyond the limit of 2 for each');
    desk.hear(1, { kind: 'report', type: 'accepted' });
    expect(desk.ask(1)).toMatch('3 messages for 0 fills');
    desk.hear(1, filled);
    desk.hear(1, filled);
    // Told twice, it is one execution.
    expect(desk.ask(1)).toMatch('3 messages for 1 fills');
    desk.hear(1, { ...filled, executionId: 'another' });
    expect(desk.ask(1)).toBeUndefined();
    desk.hear(1, sent);
    expect(desk.ask(1)).toBeUndefined();
    desk.hear(1, sent);
    expect(desk.ask(1)).toBe('5 messages for 2 fills, beyond the limit of 2 for each');
  });

  test('have those on their way among them', () => {
    const desk = talking();
    desk.hear(1, sent);
    desk.onTheWay = [wish()];
    expect(desk.ask(1)).toMatch('3 messages');
  });

  test('are of a day, and of the scope', () => {
    const desk = talking();
    for (let nth = 0; nth < 5; nth++) desk.hear(1, sent);
    desk.hear(1, sent, 1);
    desk.hear(1, sent, -1);
    expect([desk.ask(1), desk.ask(1, 1)]).toEqual([expect.stringMatching('6 messages'), undefined]);
    expect(desk.ask(DAY)).toBeUndefined();
    desk.hear(DAY, sent);
    desk.hear(DAY, sent);
    expect(desk.ask(DAY)).toMatch('3 messages for 0 fills');
  });

  test('survive a restart', () => {
    const desk = talking();
    desk.hear(DAY, sent);
    desk.hear(DAY, sent);
    desk.restart();
    expect(desk.ask(DAY)).toMatch('3 messages');
  });
});

describe('executions that are told again', () => {
  const desk = () => new Watched(messagesPerFill({ limit: 2, free: 0 }));
  const fill = (executionId: string) => ({ kind: 'report', type: 'fill', executionId });

  test('are remembered by the thousand', () => {
    const one = desk();
    for (let nth = 0; nth <= 1_000; nth++) one.hear(1, fill(`${nth}`));
    one.hear(1, fill('1'));
    one.hear(1, fill('1000'));
    const fills = () => (one.memory as unknown as { readonly fills: number }).fills;
    expect(fills()).toBe(1_001);
    // The very first is forgotten.
    one.hear(1, fill('0'));
    expect(fills()).toBe(1_002);
  });

  test('are known after a restart', () => {
    const one = desk();
    one.hear(1, fill('x'));
    one.restart();
    one.hear(2, { kind: 'submitted' });
    one.hear(2, { kind: 'submitted' });
    one.hear(2, fill('x'));
    expect(one.ask(2)).toMatch('for 1 fills');
    one.hear(2, fill('y'));
    expect(one.ask(2)).toBeUndefined();
  });
});

describe('the time of a market', () => {
  const skewed = () => new Watched(maxClockSkew({ limit: '1s' }));
  const words = (index = 0) => `the time of ${table.at(index).id}`;

  test.each(['quote', 'trade', 'book', 'bookOrder'] as const)('is that of a %s, by instrument', (kind) => {
    const desk = skewed();
    expect(desk.rule.observes).toContain(kind);
    expect(desk.ask(0)).toBe(`${words()} is unknown`);
    desk.hear(5_000, { kind, venueTime: 4_000 });
    expect([desk.ask(5_000), desk.ask(5_000, 1)]).toEqual([undefined, `${words(1)} is unknown`]);
    desk.hear(5_000, { kind, venueTime: 3_999 });
    expect(desk.ask(5_000)).toBe(`${words()} is 1001 ms behind, beyond the limit of 1000 ms`);
    desk.hear(5_000, { kind, venueTime: 6_001 });
    expect(desk.ask(5_000)).toBe(`${words()} is 1001 ms ahead, beyond the limit of 1000 ms`);
    desk.hear(5_000, { kind, venueTime: 0 });
    expect(desk.ask(5_000)).toBe(`${words()} is unknown`);
  });

  test('survives a restart, and what is saved does not change', () => {
    const desk = skewed();
    desk.hear(5_000, { kind: 'quote', venueTime: 1 });
    const saved = desk.rule.save?.(desk.memory);
    desk.hear(5_000, { kind: 'quote', venueTime: 5_000 });
    desk.memory = desk.rule.restore?.(saved as never, table) as never;
    expect(desk.ask(5_000)).toMatch('4999 ms behind');
    desk.hear(5_000, { kind: 'quote', venueTime: 5_000 });
    desk.memory = desk.rule.restore?.(saved as never, table) as never;
    expect(desk.ask(5_000)).toMatch('4999 ms behind');
  });
});

describe('links that are down', () => {
  const linked = (options = {}) => new Watched(venueLinkDown(options));

  test('stop their venue until they are up, each channel by itself', () => {
    const desk = linked();
    desk.hear(1, link('venue', 'down', 'orders'));
    desk.hear(1, link('venue', 'down', 'market'));
    expect([desk.ask(1), desk.ask(1, 1)]).toEqual(['the market link to venue is down (a test)', undefined]);
    desk.hear(1, link('venue', 'up', 'market'));
    expect(desk.ask(1)).toBe('the orders link to venue is down (a test)');
    desk.hear(1, link('abroad', 'up', 'orders'));
    expect(desk.ask(1)).toBe('the orders link to venue is down (a test)');
    desk.hear(1, link('venue', 'up', 'orders'));
    expect(desk.ask(1)).toBeUndefined();
  });

  test('of a channel that nobody asked about are no matter', () => {
    const desk = linked({ channels: ['orders'] });
    desk.hear(1, link('venue', 'down', 'market'));
    expect([desk.ask(1), desk.rule.save?.(desk.memory)]).toEqual([undefined, []]);
    expect(() => venueLinkDown({ channels: [] })).toThrow('at least one channel, not "none"');
  });

  test('survive a restart, saved in one order whichever went down first', () => {
    const down = [link('venue', 'down', 'orders'), link('abroad', 'down', 'market')];
    const saved = [down, [...down].reverse()].map((events) => {
      const desk = linked();
      for (const event of events) desk.hear(1, event);
      return desk.rule.save?.(desk.memory);
    });
    expect(saved[0]).toEqual([
      ['market abroad', 'a test'],
      ['orders venue', 'a test'],
    ]);
    expect(saved[1]).toEqual(saved[0]);
    const desk = linked();
    desk.memory = desk.rule.restore?.(saved[0] as never, table) as never;
    expect([desk.ask(1), desk.ask(1, 1)]).toEqual([
      'the orders link to venue is down (a test)',
      'the market link to abroad is down (a test)',
    ]);
  });
});

test('a market is too old when its last word is, in the scope of the rule', () => {
  const rule = staleMarket({ olderThan: '5s', scope: { venue: 'venue' } });
  const ask = (ts: number, index = 0) =>
    rule.judge?.(
      wish(index),
      table.at(index),
      5_000,
      { ts, markets: { updatedAt: () => 1_000 } } as unknown as RiskView,
      undefined,
    );
  expect(ask(6_000)).toBeUndefined();
  expect(ask(6_001)).toBe(`the market of ${table.at(0).id} is 5001 ms old, beyond the limit of 5000 ms`);
  expect(ask(6_001, 1)).toBeUndefined();
});

describe('a trade with ourselves', () => {
  const order = (side: 'buy' | 'sell', price: number, more: object = {}): Proposal =>
    ({ ...wish(), type: 'limit', side, price, quantity: 1, ...more }) as Proposal;
  const stop = { type: 'stop', price: 0, stopPrice: 12_000 };
  const ask = (proposal: Proposal, works: readonly [Proposal, remaining?: number][], seen: Seen = {}) => {
    const open = works.map(([each, remaining = 1]) => ({
      order: { ...each, clientOrderId: 'mine' },
      remaining,
    }));
    return selfTradePrevention().judge?.(
      proposal,
      table.at(0),
      1,
      aView({ ...seen, ledger: { openOrders: () => open } }),
      undefined,
    );
  };

  test('is prevented where prices meet', () => {
    expect(ask(order('sell', 10_000), [[order('buy', 10_000)]])).toBe(
      'it could trade with our own buy mine at 100.00',
    );
    expect(ask(order('buy', 10_000), [[order('sell', 10_000)]])).toBe(
      'it could trade with our own sell mine at 100.00',
    );
    expect(ask(order('sell', 10_001), [[order('buy', 10_000)]])).toBeUndefined();
    expect(ask(order('buy', 9_999), [[order('sell', 10_000)]])).toBeUndefined();
    expect(ask(order('buy', 10_000), [[order('buy', 10_000)]])).toBeUndefined();
    // Nothing is left of it.
    expect(ask(order('sell', 10_000), [[order('buy', 10_000), 0]])).toBeUndefined();
  });

  test('is prevented with every order of the other side that has no limit', () => {
    expect(ask(order('sell', 99_999), [[order('buy', 0, stop)]])).toBe(
      'it could trade with our own buy mine at stop',
    );
    expect(ask(order('sell', 0, stop), [[order('buy', 1)]])).toBe(
      'it could trade with our own buy mine at 0.01',
    );
    expect(ask(order('buy', 0, stop), [[order('buy', 1)]])).toBeUndefined();
  });

  test('is prevented with an approval on its way, of the same instrument', () => {
    const way = (proposal: Proposal) => ask(order('sell', 10_000), [], { onTheWay: [proposal] });
    expect(way(order('buy', 10_000))).toBe('it could trade with our own buy that is on its way');
    expect(way(order('buy', 9_999))).toBeUndefined();
    expect(way(order('buy', 10_000, { instrument: table.at(1).id }))).toBeUndefined();
  });
});

describe('open orders', () => {
  const ask = (open: readonly number[], onTheWay: readonly Proposal[], index = 0) => {
    const rule = maxOpenOrders({ limit: 2, scope: { venue: 'venue' } });
    const ledger = { openOrders: () => open.map((each) => ({ order: wish(each), index: each })) };
    const view = { instruments: table, onTheWay, ledger } as unknown as RiskView;
    return rule.judge?.(wish(index), table.at(index), 2, view, undefined);
  };
  const nowhere = { ...wish(), instrument: 'nowhere' } as unknown as Proposal;

  test('count with those on their way, within the scope', () => {
    expect(ask([0], [])).toBeUndefined();
    expect(ask([0, 0], [])).toBe('3 orders would be open, beyond the limit of 2');
    expect(ask([0], [wish()])).toBe('3 orders would be open, beyond the limit of 2');
    expect(ask([0, 1, 1], [wish(1), nowhere])).toBeUndefined();
    expect(ask([0, 0, 0], [wish()], 1)).toBeUndefined();
  });
});
