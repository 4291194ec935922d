import { describe, expect, test } from 'vitest';
import { canonicalBytes, fromCanonicalBytes, stateHash } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import { NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import { clientOrderId } from '../../src/domain/brand.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { Proposal } from '../../src/domain/order.js';
import type { Plain } from '../../src/domain/plain.js';
import {
  books,
  cancelRate,
  dispatch,
  duplicateIntent,
  freeBalance,
  ledger,
  lossStreak,
  maxClockSkew,
  maxDailyLoss,
  maxDrawdown,
  maxPosition,
  messagesPerFill,
  orderRate,
  type RiskRule,
  risk,
  venueLinkDown,
} from '../../src/operators/index.js';
import { control, link, perpetual, quote, spot } from '../../src/testing/index.js';
import { runs } from '../runs.js';
import { chance } from './chance.js';

const INSTRUMENTS = [spot(), perpetual()];

/** Every rule that remembers something, and two that rely on the ledger's memory. */
const RULES: readonly RiskRule[] = [
  orderRate({ limit: 3, per: '2s' }),
  orderRate({ limit: 1, per: '1s', scope: { agent: 'b' } }),
  cancelRate({ limit: 4, per: '5s' }),
  messagesPerFill({ limit: 9, free: 20 }),
  duplicateIntent({ within: '700ms' }),
  lossStreak({ limit: 3, coolDown: '3s' }),
  venueLinkDown(),
  maxClockSkew({ limit: '1h' }),
  freeBalance({ marginRate: 0.3 }),
  maxDrawdown({ limit: 500, action: 'reduce' }),
  maxDrawdown({ limit: 80, action: 'reduce', scope: { agent: 'a' } }),
  maxDailyLoss({ limit: 60, scope: { agent: 'b' } }),
  maxPosition({ limit: 4, action: 'clip' }),
];

const core = (rules: readonly RiskRule[] = RULES) =>
  compose(
    { instruments: INSTRUMENTS },
    books(),
    ledger({ reportingCurrency: 'USD' }),
    pure('proposals', ({ event }): readonly Proposal[] => (event.kind === 'signal' ? [wishOf(event)] : NONE)),
    risk(rules),
    dispatch(),
  );
type Running = ReturnType<ReturnType<typeof core>['start']>;

/** An outside signal stands for a wish, so that the same events always make the same proposals. */
function wishOf({ signal }: Extract<OutsideEvent, { kind: 'signal' }>): Proposal {
  return signal as unknown as Proposal;
}

/** Passes an event and all that it derives; what risk said of it, as text. */
function pass(running: Running, seq: number, ts: number, event: OutsideEvent): string {
  const said: unknown[] = [];
  let frame = running.pass(seq, 0, ts, event);
  for (let sub = 1; ; sub++) {
    said.push(frame.verdicts, frame.tradingStatus, frame.requests, frame.commands);
    const derived = running.context.takeDerived();
    if (derived === undefined) return JSON.stringify(said);
    frame = running.pass(seq, sub, ts, derived);
  }
}

const snapshotOf = (running: Running, seq: number, ts: number): Readonly<Record<string, Plain>> =>
  running.pass(seq, 0, ts, { kind: 'barrier', id: 'b' }).snapshot as Readonly<Record<string, Plain>>;

function history(seed: number): { readonly ts: number; readonly event: OutsideEvent }[] {
  const next = chance(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  let ts = 1_800_000_000_000;
  return Array.from({ length: 120 }, (_, at) => {
    ts += pick([0, 1.5, 100, 400]);
    const one = pick(INSTRUMENTS);
    const dice = next();
    const venueTime = ts - 3;
    const side = pick(['buy', 'sell'] as const);
    const quantity = pick([100, 1_000, 2_500]);
    const of = { venue: 'venue', instrument: one.id, venueTime };
    // Guesses at the ids of orders: some of them exist.
    const order = clientOrderId(`mr-${(1 + Math.floor(next() * (at + 2))).toString(36)}-0-0`);
    if (dice < 0.35) {
      const mine = side === 'buy' ? quantity : -quantity;
      const signal = {
        instrument: one.id,
        side,
        type: 'limit',
        timeInForce: 'GTC',
        price: 10_000,
        quantity,
        reduceOnly: false,
        postOnly: false,
        attribution: [{ agent: pick(['a', 'b']), quantity: mine }],
        arrivalMid: 100,
      };
      return { ts, event: { kind: 'signal', signal: signal as never } };
    }
    if (dice < 0.55) return { ts, event: { ...quote(one, pick([95, 100, 105])), venueTime } };
    if (dice < 0.7)
      return {
        ts,
        event: {
          ...of,
          kind: 'report',
          type: 'fill',
          clientOrderId: order,
          executionId: `x${at}`,
          side,
          price: pick([9_500, 10_500]),
          quantity: pick([50, 100]),
          liquidity: 'taker',
          fee: '0.1',
          feeCurrency: 'USD',
        },
      };
    if (dice < 0.8) {
      const type = pick(['accepted', 'canceled', 'unknown'] as const);
      return { ts, event: { ...of, kind: 'report', type, clientOrderId: order, reason: '' } };
    }
    if (dice < 0.83) return { ts, event: { kind: 'timer', name: 'risk:cancels', due: ts } };
    if (dice < 0.85) return { ts, event: link('venue', pick(['up', 'up', 'down']), 'orders') };
    if (dice < 0.92) {
      const balances = [
        { currency: 'USD', free: pick(['1000', '700.25']), locked: '0' },
        { currency: 'BTC', free: '3', locked: '0' },
      ];
      return { ts, event: { kind: 'account', venue: 'venue', venueTime, balances } };
    }
    if (dice < 0.96)
      return { ts, event: control('limit', { scope: 'limit:maxPosition', value: pick([2, 4]) }) };
    return { ts, event: control(pick(['kill', 'resume', 'resume']), { scope: pick(['desk', 'agent:b']) }) };
  });
}

describe('a snapshot of the risk stage', () => {
  test('goes on to the bit, with every rule that remembers something', () => {
    let verdicts = 0;
    let repeated = 0;
    for (let seed = 1; seed <= runs(60); seed++) {
      const events = history(seed);
      const whole = core().start({ development: false });
      const cut = 10 + (seed % 100);
      let resumed: Running | undefined;
      events.forEach(({ ts, event }, at) => {
        if (at === cut) {
          const saved = fromCanonicalBytes(canonicalBytes(snapshotOf(whole, 0, ts) as Plain));
          resumed = core().start({ development: false, restored: saved as Readonly<Record<string, Plain>> });
          expect(stateHash(snapshotOf(resumed, 0, ts) as Plain)).toBe(stateHash(saved));
        }
        const said = pass(whole, at + 1, ts, event);
        if (said.includes('"approved"')) verdicts++;
        if (said.includes('asked for again')) repeated++;
        if (resumed !== undefined) expect(pass(resumed, at + 1, ts, event)).toBe(said);
      });
      const end = events.at(-1)?.ts as number;
      expect(stateHash(snapshotOf(resumed as Running, 999, end) as Plain)).toBe(
        stateHash(snapshotOf(whole, 999, end) as Plain),
      );
    }
    expect(verdicts).toBeGreaterThan(100);
    expect(repeated).toBeGreaterThan(20);
  });

  test('names the memory of each rule', () => {
    const saved = snapshotOf(core().start(), 1, 1)['risk'] as { readonly rules: Record<string, Plain> };
    expect(Object.keys(saved.rules).sort()).toEqual([
      'cancelRate',
      'duplicateIntent',
      'freeBalance',
      'lossStreak',
      'maxClockSkew',
      'maxDailyLoss:agent=b',
      'maxDrawdown:agent=a',
      'messagesPerFill',
      'orderRate',
      'orderRate:agent=b',
      'venueLinkDown',
    ]);
  });

  test('keeps a kill and a changed limit', () => {
    const before = core().start();
    pass(before, 1, 1, control('kill', { by: 'bert', reason: 'smoke' }));
    pass(before, 2, 2, control('limit', { scope: 'limit:maxPosition', value: 7 }));
    const after = core().start({ restored: snapshotOf(before, 3, 3) });
    const [instrument] = INSTRUMENTS;
    pass(after, 4, 4, quote(instrument as (typeof INSTRUMENTS)[number], 100));
    const [wish] = history(1).filter(({ event }) => event.kind === 'signal');
    expect(pass(after, 5, 5, (wish as { event: OutsideEvent }).event)).toContain(
      'desk is halted (kill by bert: smoke)',
    );
    expect(pass(after, 6, 6, control('resume', { by: '', reason: 'fine' }))).toContain('halted');
    expect(pass(after, 7, 7, control('resume', { by: 'bert', reason: ' ' }))).toContain('halted');
    expect(pass(after, 8, 8, control('resume', { by: 'bert', reason: 'no fire' }))).not.toContain('halted');
    const [risk] = [snapshotOf(after, 9, 9)['risk'] as { readonly limits: unknown }];
    expect(risk.limits).toEqual({ maxPosition: 7 });
  });
});

test('a rule that remembers must be able to save', () => {
  const forgetful = { name: 'forgetful', limit: 1, fingerprint: '', init: () => 0 };
  expect(() => risk([forgetful])).toThrow('"forgetful" must have init, save and restore, or none of them');
  const deaf = { name: 'deaf', limit: 1, fingerprint: '', observe: () => {} };
  expect(() => risk([deaf])).toThrow('"deaf" must have observe and observes, or neither');
});
