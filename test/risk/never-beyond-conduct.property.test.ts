import { expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { Proposal } from '../../src/domain/order.js';
import {
  books,
  cancelRate,
  dispatch,
  expiryNear,
  freeBalance,
  grossExposure,
  ledger,
  lossStreak,
  maxClockSkew,
  maxDailyLoss,
  maxDrawdown,
  maxOrderSize,
  maxPosition,
  messagesPerFill,
  orderRate,
  type RiskRule,
  risk,
} from '../../src/operators/index.js';
import { control, perpetual, quote, spot } from '../../src/testing/index.js';
import { runs } from '../runs.js';
import { chance } from './chance.js';
import { HAIR } from './restated.js';
import { type ConductFacts, earned, LIMITS, need, refusal } from './restated-conduct.js';

const fees = { maker: 0.001, taker: 0.002 };
const INSTRUMENTS = [
  spot({ venue: 'one', fees }),
  perpetual({ venue: 'two' }),
  perpetual({ venue: 'two', symbol: 'DATED', base: 'ETH', expiry: 1_030_000 }),
];
const agent = (name: string) => ({ scope: { agent: name } });
const RULES: readonly RiskRule[] = [
  maxPosition({ limit: LIMITS.positionOfA, action: 'deny', ...agent('a') }),
  grossExposure({ limit: LIMITS.grossOfA, action: 'deny', ...agent('a') }),
  maxDailyLoss({ limit: LIMITS.lossOfA, ...agent('a') }),
  maxOrderSize({ of: 'quantity', limit: LIMITS.quantityOfB, ...agent('b') }),
  orderRate({ limit: LIMITS.ratePerSecondOfB, per: '1s', ...agent('b') }),
  maxDrawdown({ limit: LIMITS.fallOfB, action: 'reduce', ...agent('b') }),
  maxDailyLoss({ limit: LIMITS.lossAtTwo, scope: { venue: 'two' } }),
  lossStreak({ limit: LIMITS.losses, coolDown: LIMITS.coolDown }),
  messagesPerFill({ limit: LIMITS.messages, free: LIMITS.freeMessages }),
  cancelRate({ limit: LIMITS.cancels, per: '1s' }),
  maxClockSkew({ limit: LIMITS.skew }),
  expiryNear({ within: LIMITS.expiry }),
  freeBalance({ marginRate: LIMITS.marginRate }),
];

let wishes: readonly Proposal[] = NONE;
const core = compose(
  { instruments: INSTRUMENTS },
  books(),
  ledger({ reportingCurrency: 'USD' }),
  pure('proposals', ({ event, sub }): readonly Proposal[] =>
    sub === 0 && event.kind === 'timer' ? wishes : NONE,
  ),
  risk(RULES),
  dispatch(),
);

interface Tally {
  approved: number;
  readonly by: Map<string, number>;
}

function play(seed: number, tally: Tally): void {
  const next = chance(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(next() * values.length)] as T;
  const running = core.start({ development: false });
  const facts: ConductFacts = {
    instruments: INSTRUMENTS,
    positions: new Map(),
    orders: [],
    fresh: [],
    quotes: new Map(),
    restricted: new Set(),
    sent: [],
    canceled: [],
    fills: [],
    free: new Map(),
    taken: new Map(),
    now: 1_000_000,
    peakOfB: 0,
  };
  let seq = 0;

  const pass = (event: OutsideEvent): void => {
    seq++;
    if (earned(facts, { agent: 'a' }) <= HAIR - LIMITS.lossOfA) facts.restricted.add('agent:a');
    if (earned(facts, { venue: 'two' }) <= HAIR - LIMITS.lossAtTwo) facts.restricted.add('venue:two');
    const ofB = earned(facts, { agent: 'b' });
    facts.peakOfB = Math.max(facts.peakOfB, ofB);
    if (facts.peakOfB - ofB >= LIMITS.fallOfB - HAIR) facts.restricted.add('agent:b');
    let frame = running.pass(seq, 0, facts.now, event);
    for (let sub = 1; ; sub++) {
      for (const verdict of frame.verdicts) {
        const { proposal } = verdict;
        const why = refusal(facts, proposal);
        const what = `seed ${seed}, seq ${seq}: ${JSON.stringify(proposal)}`;
        if (verdict.kind === 'denied') {
          tally.by.set(verdict.rule, (tally.by.get(verdict.rule) ?? 0) + 1);
          if (why === undefined)
            throw new Error(`${what} was denied by ${verdict.rule} for nothing: ${verdict.reason}`);
        } else {
          tally.approved++;
          if (why !== undefined) throw new Error(`${what} was approved, and ${why} forbids it`);
          facts.fresh.push(proposal);
        }
      }
      for (const { order } of frame.commands) {
        facts.orders.push({ id: order.clientOrderId, proposal: order, open: true, left: order.quantity });
        facts.sent.push({ proposal: order, at: facts.now });
        facts.taken.set(order.clientOrderId, { ...need(facts, order), heard: Number.POSITIVE_INFINITY });
      }
      facts.fresh.length = 0;
      const derived = running.context.takeDerived();
      if (derived === undefined) return;
      if (derived.kind === 'cancelRequested') facts.canceled.push(facts.now);
      frame = running.pass(seq, sub, facts.now, derived);
    }
  };

  const wish = (): Proposal => {
    const { id } = pick(INSTRUMENTS);
    const side = pick(['buy', 'sell'] as const);
    const held = Math.abs(facts.positions.get(id) ?? 0);
    const quantity = pick([100, 500, 900, 1_500, held || 300, held + 1]);
    const mine = side === 'buy' ? quantity : -quantity;
    const half = Math.round(mine / 2);
    return {
      instrument: id,
      side,
      type: 'limit',
      timeInForce: 'GTC',
      price: pick([9_900, 10_000, 10_100]),
      quantity,
      reduceOnly: false,
      postOnly: false,
      attribution: pick([
        [{ agent: 'a', quantity: mine }],
        [{ agent: 'b', quantity: mine }],
        [
          { agent: 'a', quantity: half },
          { agent: 'b', quantity: mine - half },
        ],
        // They oppose each other, and the desk trades the difference.
        [
          { agent: 'a', quantity: mine + 300 },
          { agent: 'b', quantity: -300 },
        ],
      ]),
      arrivalMid: Number.NaN,
    };
  };
  const acknowledged = new Set<string>();
  const say = (word: 'accepted' | 'canceled' | 'rejected'): void => {
    const known = pick(facts.orders.filter(({ open }) => open));
    // What the venue has taken it cannot reject.
    const type = word === 'rejected' && acknowledged.has(known.id) ? 'canceled' : word;
    acknowledged.add(known.id);
    const { instrument } = known.proposal;
    const { venue } = INSTRUMENTS.find(({ id }) => id === instrument) as (typeof INSTRUMENTS)[number];
    if (type !== 'accepted') known.open = false;
    // An account may have shown it already.
    const taken = facts.taken.get(known.id);
    if (taken !== undefined) {
      taken.heard = facts.now;
      if (type !== 'accepted') taken.amount = 0;
    }
    if (type === 'rejected') facts.taken.delete(known.id);
    pass({
      kind: 'report',
      type,
      venue,
      instrument,
      clientOrderId: known.id as never,
      venueTime: facts.now,
      reason: '',
    });
  };
  const execute = (): void => {
    const known = pick(facts.orders.filter(({ open }) => open));
    const { instrument, side, quantity, attribution } = known.proposal;
    const { venue, settle } = INSTRUMENTS.find(({ id }) => id === instrument) as (typeof INSTRUMENTS)[number];
    const ticks = pick([9_400, 9_800, 10_000, 10_200, 10_600]);
    known.open = false;
    const lots = side === 'buy' ? quantity : -quantity;
    facts.positions.set(instrument, (facts.positions.get(instrument) ?? 0) + lots);
    facts.fills.push({ instrument, at: facts.now, price: ticks / 100, parts: attribution });
    const taken = facts.taken.get(known.id);
    if (taken !== undefined) taken.heard = facts.now;
    const fill: OutsideEvent = {
      kind: 'report',
      type: 'fill',
      venue,
      instrument,
      clientOrderId: known.id as never,
      venueTime: facts.now,
      executionId: `x${facts.fills.length}`,
      side,
      price: ticks,
      quantity,
      liquidity: 'taker',
      fee: '0',
      feeCurrency: settle,
    };
    pass(fill);
    // Venues repeat themselves; that is neither a fill nor a loss.
    if (next() < 0.3) pass(fill);
  };
  const see = (): void => {
    const one = pick(INSTRUMENTS);
    const venueTime = pick([facts.now, facts.now - 100, facts.now, facts.now + 150, facts.now - 300, 0]);
    const mid = pick([97, 99, 100, 100, 101, 103]);
    facts.quotes.set(one.id, { mid, at: facts.now, venueTime });
    pass({ ...quote(one, { bid: mid - 0.1, ask: mid + 0.1 }), venueTime });
  };
  const tellAccount = (venueTime: number): void => {
    const venue = pick(['one', 'two']);
    const balances = (venue === 'one' ? ['USD', 'BTC'] : ['USD']).map((currency) => ({
      currency,
      free: currency === 'BTC' ? pick(['0.5', '3']) : pick(['60', '400', '1000']),
      locked: '0',
    }));
    for (const { currency, free } of balances) {
      const of = `${venue} ${currency}`;
      // Accounts are told over several ways, and they overtake each other.
      if (venueTime < (facts.free.get(of)?.venueTime ?? 0)) continue;
      facts.free.set(of, { amount: Number(free), venueTime });
      for (const [id, taken] of facts.taken)
        if (taken.of === of && taken.heard <= venueTime) facts.taken.delete(id);
    }
    pass({ kind: 'account', venue, venueTime, balances });
  };
  const operate = (): void => {
    const scope = pick(['desk', 'venue:one', 'venue:two', 'agent:a', 'agent:b']);
    const action = pick(['kill', 'resume', 'resume', 'resume'] as const);
    if (action === 'resume') facts.restricted.delete(scope);
    else facts.restricted.add(scope);
    pass(control(action, { scope }));
  };

  for (const one of INSTRUMENTS) {
    facts.quotes.set(one.id, { mid: 100, at: facts.now, venueTime: facts.now });
    pass({ ...quote(one, { bid: 99.9, ask: 100.1 }), venueTime: facts.now });
  }
  for (let step = 0; step < 40; step++) {
    facts.now += pick([0, 1, 200, 1_500]);
    const dice = next();
    const open = facts.orders.some((known) => known.open);
    if (dice < 0.42) {
      wishes = Array.from({ length: pick([1, 1, 2]) }, wish);
      pass({ kind: 'timer', name: 'wish', due: facts.now });
      wishes = NONE;
    } else if (dice < 0.55) see();
    else if (dice < 0.72) {
      if (open) execute();
    } else if (dice < 0.82) {
      if (open) say(pick(['accepted', 'canceled', 'rejected']));
    } else if (dice < 0.93) tellAccount(pick([facts.now, facts.now, facts.now - 300]));
    else operate();
  }
}

const long = process.env['MILLRACE_LONG'] === '1';
const histories = long ? 10_000 : runs(500);

test('nothing is approved that the rules about conduct, accounts and agents, restated slowly, would refuse; nothing is denied for nothing', () => {
  const tally: Tally = { approved: 0, by: new Map() };
  for (let seed = 1; seed <= histories; seed++) play(seed, tally);
  expect(tally.approved).toBeGreaterThan(histories);
  // Each rule had a say, but for a few histories; the losses of agents and venues say it as a trading state.
  if (histories < 500) return;
  const said = RULES.map(({ name }) => name).filter((name) => !/Loss|Drawdown/.test(name));
  for (const name of [...said, 'tradingState']) expect(tally.by.get(name) ?? 0, name).toBeGreaterThan(0);
}, 600_000);
