import { describe, expect, test } from 'vitest';
import type { Proposal } from '../../src/domain/order.js';
import { maxPosition, priceCollar, type RiskRule } from '../../src/operators/index.js';
import { control, quote, rate, spot } from '../../src/testing/index.js';
import { COIN, Desk, FUTURE } from './said-desk.js';

describe('what risk says', () => {
  test('of an order that is cut to what is held', () => {
    const desk = new Desk([], { overReduction: 'clip' });
    desk.held('buy', 2_000);
    expect(desk.wish(1, 'sell', 3_000, { reduceOnly: true })).toEqual([
      'approved sell 2000',
      `risk clipped: reduceOnly: sell 3.000 ${COIN.id} at 100.00: only 2.000 of it would close what is held`,
    ]);
  });

  test('of a reduce-only order that reduces nothing', () => {
    for (const overReduction of ['deny', 'clip'] as const) {
      const desk = new Desk([], { overReduction });
      expect(desk.wish(1, 'sell', 3_000, { reduceOnly: true })).toEqual([
        `denied by reduceOnly: sell 3.000 ${COIN.id} at 100.00: a reduce-only order must not add to a position or turn it round`,
      ]);
    }
  });

  test('of an order that a limit cuts', () => {
    const desk = new Desk([maxPosition({ limit: 2, action: 'clip' })]);
    const [verdict, fault] = desk.wish(1, 'buy', 3_000);
    expect(verdict).toBe('approved buy 2000');
    expect(fault).toMatch(
      /^risk clipped: maxPosition: buy 3\.000 \S+ at 100\.00: .*limit of 2.*; cut to 2\.000$/,
    );
  });

  test.each<[string, Partial<Proposal>, string]>([
    ['a limit', {}, 'at 100.00'],
    ['a stop-limit', { type: 'stopLimit', stopPrice: 10_100 }, 'at 100.00 from 101.00 on'],
    ['a stop', { type: 'stop', price: 0, stopPrice: 10_100 }, 'at market from 101.00 on'],
    ['a market order', { type: 'market', price: 0, timeInForce: 'IOC' }, 'at market'],
  ])('of %s names its terms', (_, terms, words) => {
    const desk = new Desk();
    desk.pass(1, control('kill'));
    expect(desk.wish(1, 'buy', 1_500, terms)).toEqual([
      `denied by tradingState: buy 1.500 ${COIN.id} ${words}: desk is halted (kill by anna: a test)`,
    ]);
  });

  test('of what is no order names it as it came', () => {
    const desk = new Desk();
    expect(desk.wish(1, 'buy', 0.5)[0]).toContain(`buy 0.5 lots of ${COIN.id} at 10000 ticks: the quantity`);
    expect(desk.wish(1, 'buy', 1, { price: Number.NaN })[0]).toContain(
      `buy 1 lots of ${COIN.id} at NaN ticks`,
    );
    expect(desk.wish(1, 'buy', 1, { instrument: 'none' as never })).toEqual([
      'denied by instrument: buy 1 lots of none at 10000 ticks: nobody knows this instrument',
    ]);
  });

  test('of a scope that is set to reducing, halted, and resumed', () => {
    const desk = new Desk();
    const say = (action: 'reduce' | 'kill' | 'resume', more = {}) => desk.pass(1, control(action, more));
    expect(say('reduce')).toEqual(['risk reducing: desk: reduce by anna: a test']);
    expect(say('kill')).toEqual(['risk kill: desk: kill by anna: a test']);
    for (const nobody of [{ by: ' ' }, { reason: '' }])
      expect(say('resume', nobody)[0]).toContain(
        'was not obeyed: whoever resumes must give a name and a reason',
      );
    expect(say('resume')).toEqual(['risk resumed: desk: resume by anna: a test']);
    expect(say('resume')).toEqual([]);
  });

  test('of a position that it brings back', () => {
    const desk = new Desk([maxPosition({ limit: 2 })]);
    desk.held('buy', 2_000);
    expect(desk.wish(1, 'buy', 1)[0]).toMatch('denied by maxPosition');
    const said = desk.held('buy', 500);
    expect(said[0]).toBe('approved sell 500');
    expect(said.at(-1)).toMatch(/^risk reduce: maxPosition: .* is 2\.5 BTC, beyond the limit of 2$/);
    // Not again within a second.
    expect(desk.pass(999, quote(COIN, 100))).toEqual([]);
  });
});

/** A rule of a test's own. */
const ruleOf = (rest: Partial<RiskRule>): RiskRule => ({
  name: 'mine',
  limit: 1,
  fingerprint: 'mine',
  ...rest,
});

describe('what risk does', () => {
  test('after an event that may concern all: it looks at every position, otherwise at one', () => {
    let seen: number[] = [];
    const desk = new Desk([
      ruleOf({
        watch: (_limit, _view, index) => {
          seen.push(index);
          return undefined;
        },
      }),
    ]);
    const after = (event: Parameters<Desk['pass']>[1]): number[] => {
      seen = [];
      desk.pass(1, event);
      return seen;
    };
    const timer = (name: string) => ({ kind: 'timer', name, due: 1 }) as const;
    const facts = { orders: [], fills: [], positions: [], balances: [] };
    const truth = { kind: 'truth', venue: 'venue', venueTime: 0, coversClosed: false, ...facts } as const;
    expect(after(quote(COIN, 100))).toEqual([0]);
    expect(after(quote(FUTURE, 100))).toEqual([1]);
    expect(after(timer('another'))).toEqual([-1]);
    for (const event of [
      rate('EUR', 'USD', 1.1),
      truth,
      timer('risk:own'),
      control('limit', { scope: 'limit:mine', value: 2 }),
      { kind: 'epoch', epoch: 2, leader: 'b' } as const,
    ])
      expect(after(event).slice(0, 2)).toEqual([0, 1]);
  });

  test('on a limit that is broken: it cancels what works for that instrument, and leaves the others', () => {
    const desk = new Desk([maxPosition({ limit: 2 })]);
    desk.wish(1, 'buy', 100);
    desk.wish(1, 'buy', 100, { instrument: FUTURE.id });
    desk.held('buy', 2_500);
    expect(desk.cancels).toEqual([COIN.id]);
  });

  test('on a breach of a scope that nobody knows: it cancels everything', () => {
    const broken = ruleOf({
      watch: (_limit, { ts }) =>
        ts === 7 ? { action: 'kill', scope: 'somewhere', reason: 'a test' } : undefined,
    });
    const desk = new Desk([broken]);
    desk.wish(1, 'buy', 100);
    desk.wish(1, 'buy', 100, { instrument: FUTURE.id });
    desk.pass(7, quote(COIN, 100));
    expect([...desk.cancels].sort()).toEqual([COIN.id, FUTURE.id].sort());
  });

  test('on a halt of its own accord: none for a fault that is no halt', () => {
    const fault = (severity: 'warning' | 'halt') =>
      ({ kind: 'fault', component: 'c', code: 'd', message: 'm', severity }) as never;
    const desk = new Desk();
    expect(desk.pass(1, fault('warning'))).toEqual([]);
    expect(desk.pass(1, fault('halt'))).toEqual(['risk kill: desk: c: m']);
  });

  test('flattens what is killed, not what may only be reduced', () => {
    const desk = new Desk([], { onKill: 'flatten' });
    desk.held('buy', 2_000);
    expect(desk.pass(1, control('reduce'))).toEqual(['risk reducing: desk: reduce by anna: a test']);
    expect(desk.pass(1, control('kill'))).toContain('approved sell 2000');
  });

  test('asks once for the timer that it waits for, and again after an epoch', () => {
    const desk = new Desk([], { onKill: 'flatten' });
    desk.held('buy', 2_000);
    desk.held('sell', 3_000, FUTURE);
    desk.pass(1_000, control('kill', { scope: `instrument:${COIN.id}` }));
    desk.pass(1_200, control('kill', { scope: `instrument:${FUTURE.id}` }));
    for (const ts of [1_500, 1_600]) desk.pass(ts, quote(COIN, 100));
    desk.pass(1_600, { kind: 'timer', name: 'another', due: 1_600 });
    expect(desk.timers).toEqual([2_000]);
    desk.pass(1_700, { kind: 'epoch', epoch: 2, leader: 'b' });
    expect(desk.timers).toEqual([2_000, 2_000]);
    // The second instrument's turn comes after the first's.
    desk.pass(2_000, { kind: 'timer', name: 'risk:own', due: 2_000 });
    expect(desk.timers).toEqual([2_000, 2_000, 2_200]);
  });

  test('asks for no timer for what is flat', () => {
    const desk = new Desk([], { onKill: 'flatten' });
    desk.held('buy', 2_000);
    desk.pass(1_000, control('kill'));
    desk.held('sell', 2_000);
    desk.timers.length = 0;
    desk.pass(1_500, { kind: 'epoch', epoch: 2, leader: 'b' });
    expect(desk.timers).toEqual([]);
  });

  test('sends no order of its own that the venue would refuse, and does not say so', () => {
    const large = spot({ minQuantity: '0.5' });
    const said = (desk: Desk, lots: number): string[] => {
      const after = desk.held('buy', lots);
      return [...after, ...desk.pass(1, control('kill'))].filter((each) => /approved|reduce/.test(each));
    };
    const reduces = () => new Desk([maxPosition({ limit: 0.1 })], {}, [large]);
    const flattens = () => new Desk([], { onKill: 'flatten' }, [large]);
    expect([said(reduces(), 300), said(flattens(), 300)]).toEqual([[], []]);
    expect(said(flattens(), 500)).toEqual(['approved sell 500']);
  });

  test('tells of a limit that is changed', () => {
    const desk = new Desk([maxPosition({ limit: 2 })]);
    expect(desk.pass(1, control('limit', { scope: 'limit:maxPosition', value: 3 }))).toEqual([
      'risk limit-changed: maxPosition was 2 and is 3 (limit by anna: a test)',
    ]);
    for (const [scope, value, why] of [
      ['limit:none', 3, 'no rule has the limit "limit:none"'],
      ['limit:maxPosition', 0, 'a limit must be above 0, not 0'],
      ['limit:maxPosition', Number.POSITIVE_INFINITY, 'a limit must be above 0, not Infinity'],
    ] as const)
      expect(desk.pass(1, control('limit', { scope, value }))).toEqual([
        `risk bad-control: limit by anna: a test, was not obeyed: ${why}`,
      ]);
  });

  test('lets a reduction pass whose price is judged and found good', () => {
    const judged = priceCollar({ limit: 0.02, reductions: 'judge' });
    const desk = new Desk([judged, ruleOf({ judgesReductions: true })]);
    desk.held('buy', 2_000);
    expect(desk.wish(1, 'sell', 1_000)).toEqual(['approved sell 1000']);
    expect(desk.wish(1, 'sell', 500, { price: 9_000 })[0]).toMatch('denied by priceCollar');
  });

  test('cuts an order to what closes the position in whole steps, if that is an order', () => {
    const stepped = spot({ orderStep: '0.01', minQuantity: '0.03' });
    const closes = (held: number): string => {
      const desk = new Desk([], { overReduction: 'clip' }, [stepped]);
      desk.held('buy', held);
      return desk.wish(1, 'sell', 100, { reduceOnly: true })[0] as string;
    };
    expect([closes(57), closes(50), closes(30)]).toEqual([
      'approved sell 50',
      'approved sell 50',
      'approved sell 30',
    ]);
    expect(closes(29)).toMatch('denied by reduceOnly');
    expect(closes(7)).toMatch('denied by reduceOnly');
  });
});

describe('a snapshot of the engine', () => {
  const stateOf = (desk: Desk, ts: number) =>
    desk.snapshot(ts)['risk'] as { readonly flatten: unknown; readonly nextOwn: Float64Array };

  test('belongs to its rules, their limits and its options', () => {
    const of = (limit: number, options = {}) => new Desk([maxPosition({ limit })], options).fingerprint;
    expect(of(2)).toBe('["cancel","deny","maxPosition(every instrument,reduce)=2"]');
    expect(of(3, { onKill: 'flatten', overReduction: 'clip' })).toBe(
      '["flatten","clip","maxPosition(every instrument,reduce)=3"]',
    );
  });

  test('is the same whichever was killed first', () => {
    const desk = new Desk([], { onKill: 'flatten' });
    for (const { id } of [FUTURE, COIN]) desk.pass(1, control('kill', { scope: `instrument:${id}` }));
    expect(stateOf(desk, 2).flatten).toEqual([0, 1]);
  });

  test('does not change with what comes after, nor with what is made of it', () => {
    const desk = new Desk([maxPosition({ limit: 2 })]);
    desk.held('buy', 2_500);
    const saved = desk.snapshot(1);
    const before = structuredClone(saved);
    const go = () => {
      desk.pass(3_000, quote(COIN, 100));
      desk.held('sell', 3_000, FUTURE);
    };
    go();
    expect(saved['risk']).toEqual(before['risk']);
    desk.restore(saved);
    go();
    expect(saved['risk']).toEqual(before['risk']);
  });

  test('knows the cancels that its own event has asked for', () => {
    const broken = ruleOf({
      watch: (_limit, { ts }) => (ts === 7 ? { action: 'kill', reason: 'a test' } : undefined),
    });
    const desk = new Desk([broken]);
    desk.wish(1, 'buy', 100);
    // The desk is killed by the barrier itself, and the ledger does not know of the cancel yet.
    desk.restart(7);
    desk.pass(8, control('kill', { scope: 'venue:venue' }));
    expect(desk.cancels).toEqual([]);
  });

  test('knows what is being flattened, and when it may next send an order', () => {
    const go = (restart: boolean): string[] => {
      const desk = new Desk([], { onKill: 'flatten' });
      desk.held('buy', 2_000);
      desk.held('sell', 3_000, FUTURE);
      const said = desk.pass(1_000, control('kill'));
      if (restart) desk.restart(1_000);
      for (const ts of [1_500, 1_999]) said.push(...desk.pass(ts, quote(COIN, 100)));
      desk.held('buy', 700);
      desk.held('sell', 600, FUTURE);
      for (const ts of [2_000, 2_001]) said.push(...desk.pass(ts, quote(COIN, 100)));
      return said;
    };
    expect(go(true)).toEqual(go(false));
    expect(go(true).filter((each) => each.startsWith('approved'))).toEqual([
      'approved sell 2000',
      'approved buy 3000',
      'approved sell 700',
      'approved buy 600',
    ]);
  });

  test('a resume of one instrument ends the flattening there only', () => {
    const desk = new Desk([], { onKill: 'flatten' });
    const scope = { scope: 'venue:venue' };
    desk.pass(1_000, control('kill', scope));
    desk.pass(1_000, control('kill', { scope: `instrument:${COIN.id}` }));
    desk.pass(1_000, control('resume', { scope: `instrument:${COIN.id}` }));
    desk.held('sell', 600, FUTURE);
    desk.held('buy', 600);
    expect(desk.pass(3_000, quote(COIN, 100))).not.toContain('approved sell 600');
  });
});
