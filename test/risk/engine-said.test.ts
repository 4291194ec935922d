import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { Proposal } from '../../src/domain/order.js';
import type { Plain } from '../../src/domain/plain.js';
import {
  books,
  dispatch,
  ledger,
  maxPosition,
  type RiskOptions,
  type RiskRule,
  risk,
} from '../../src/operators/index.js';
import { control, perpetual, quote, spot } from '../../src/testing/index.js';

const COIN = spot();
const FUTURE = perpetual();

const core = (rules: readonly RiskRule[], options: RiskOptions = {}) =>
  compose(
    { instruments: [COIN, FUTURE] },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    pure('proposals', ({ event }): readonly Proposal[] =>
      event.kind === 'signal' ? [event.signal as unknown as Proposal] : NONE,
    ),
    risk(rules, options),
    dispatch(),
  );
type Running = ReturnType<ReturnType<typeof core>['start']>;

/** A desk of which one sees what risk says: verdicts, cancels, and faults. */
class Desk {
  readonly #core: ReturnType<typeof core>;
  #running: Running;
  #seq = 0;

  constructor(rules: readonly RiskRule[] = [], options: RiskOptions = {}) {
    this.#core = core(rules, options);
    this.#running = this.#core.start();
    this.pass(0, quote(COIN, 100));
    this.pass(0, quote(FUTURE, 100));
  }

  pass(ts: number, event: OutsideEvent): string[] {
    const said: string[] = [];
    let frame = this.#running.pass(++this.#seq, 0, ts, event);
    for (let sub = 1; ; sub++) {
      for (const verdict of frame.verdicts) {
        const { side, quantity } = verdict.proposal;
        said.push(
          verdict.kind === 'approved'
            ? `approved ${side} ${quantity}`
            : `denied by ${verdict.rule}: ${verdict.reason}`,
        );
      }
      for (const each of frame.requests) if (each.kind === 'cancel') said.push(`cancel: ${each.reason}`);
      const derived = this.#running.context.takeDerived();
      if (derived === undefined) return said;
      if (derived.kind === 'fault') said.push(`${derived.component} ${derived.code}: ${derived.message}`);
      frame = this.#running.pass(this.#seq, sub, ts, derived);
    }
  }

  wish(ts: number, side: 'buy' | 'sell', quantity: number, more: Partial<Proposal> = {}): string[] {
    const proposal = {
      instrument: COIN.id,
      side,
      type: 'limit',
      timeInForce: 'GTC',
      price: 10_000,
      quantity,
      reduceOnly: false,
      postOnly: false,
      attribution: [{ agent: 'a', quantity: side === 'buy' ? quantity : -quantity }],
      arrivalMid: 100,
      ...more,
    };
    return this.pass(ts, { kind: 'signal', signal: proposal as never });
  }

  held(side: 'buy' | 'sell', quantity: number, instrument = COIN): string[] {
    return this.pass(0, {
      kind: 'report',
      type: 'fill',
      venue: 'venue',
      instrument: instrument.id,
      venueTime: 0,
      clientOrderId: 'elsewhere' as never,
      executionId: `x${this.#seq}`,
      side,
      price: 10_000,
      quantity,
      liquidity: 'taker',
      fee: '0',
      feeCurrency: 'USD',
    });
  }

  restart(ts: number): void {
    const frame = this.#running.pass(++this.#seq, 0, ts, { kind: 'barrier', id: 'b' });
    const restored = structuredClone(frame.snapshot) as Readonly<Record<string, Plain>>;
    this.#running = this.#core.start({ restored });
  }
}

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

describe('a snapshot of the engine', () => {
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
