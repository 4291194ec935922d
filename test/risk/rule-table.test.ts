import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import { NONE } from '../../src/core/frame.js';
import { pure } from '../../src/core/pure.js';
import type { Proposal } from '../../src/domain/order.js';
import {
  books,
  cancelRate,
  concentration,
  correlatedExposure,
  duplicateIntent,
  expiryNear,
  freeBalance,
  grossExposure,
  ledger,
  leverage,
  lossStreak,
  maxClockSkew,
  maxDailyLoss,
  maxDrawdown,
  maxOpenOrders,
  maxOrderSize,
  maxPosition,
  maxVenueExposure,
  messagesPerFill,
  netExposure,
  orderRate,
  priceCollar,
  type RiskRule,
  risk,
  selfTradePrevention,
  staleMarket,
  venueLinkDown,
} from '../../src/operators/index.js';
import { spot } from '../../src/testing/index.js';

const scope = { venue: 'v', instrument: 'i', asset: 'BTC' };
const named = 'venue=v,instrument=i,asset=BTC';
const agents = { agent: 'a', ...scope };
const agentNamed = `agent=a,${named}`;

/** How a rule is made, its name, its limit, and the line that tells its configuration from another's in a snapshot. */
const TABLE: readonly (readonly [() => RiskRule<never> | RiskRule, string, number, string])[] = [
  [() => maxPosition({ limit: 2 }), 'maxPosition', 2, 'maxPosition(every instrument,reduce)'],
  [
    () => maxPosition({ limit: 2, asset: 'BTC', action: 'kill' }),
    'maxPosition:BTC',
    2,
    'maxPosition(BTC,kill)',
  ],
  [
    () => maxPosition({ limit: 2, scope: agents, action: 'clip' }),
    `maxPosition:${agentNamed}`,
    2,
    `maxPosition(${agentNamed},clip)`,
  ],
  [() => maxOrderSize({ of: 'quantity', limit: 3 }), 'maxOrderQuantity', 3, 'maxOrderSize(quantity,,deny)'],
  [
    () => maxOrderSize({ of: 'notional', limit: 3, scope: agents, action: 'clip' }),
    `maxOrderNotional:${agentNamed}`,
    3,
    `maxOrderSize(notional,${agentNamed},clip)`,
  ],
  [() => grossExposure({ limit: 4 }), 'grossExposure', 4, 'grossExposure(,reduce)'],
  [
    () => grossExposure({ limit: 4, scope: agents, action: 'deny' }),
    `grossExposure:${agentNamed}`,
    4,
    `grossExposure(${agentNamed},deny)`,
  ],
  [() => netExposure({ limit: 5 }), 'netExposure', 5, 'netExposure(,deny)'],
  [
    () => netExposure({ limit: 5, scope: agents, action: 'clip' }),
    `netExposure:${agentNamed}`,
    5,
    `netExposure(${agentNamed},clip)`,
  ],
  [() => maxVenueExposure({ limit: 6 }), 'maxVenueExposure', 6, 'maxVenueExposure(each venue,reduce)'],
  [
    () => maxVenueExposure({ limit: 6, venue: 'v', action: 'kill' }),
    'maxVenueExposure:v',
    6,
    'maxVenueExposure(v,kill)',
  ],
  [() => leverage({ limit: 3 }), 'leverage', 3, 'leverage(reduce)'],
  [() => leverage({ limit: 3, action: 'clip' }), 'leverage', 3, 'leverage(clip)'],
  [() => concentration({ limit: 0.5, from: 100 }), 'concentration', 0.5, 'concentration(100,deny)'],
  [
    () => concentration({ limit: 0.5, from: 100, action: 'clip' }),
    'concentration',
    0.5,
    'concentration(100,clip)',
  ],
  [
    () => correlatedExposure({ group: 'g', weights: { ETH: 0.5, BTC: 1 }, limit: 7 }),
    'correlatedExposure:g',
    7,
    'correlatedExposure(g,[["BTC",1],["ETH",0.5]],deny)',
  ],
  [
    () => correlatedExposure({ group: 'g', weights: { BTC: 1 }, limit: 7, action: 'clip' }),
    'correlatedExposure:g',
    7,
    'correlatedExposure(g,[["BTC",1]],clip)',
  ],
  [() => freeBalance(), 'freeBalance', 1, 'freeBalance(1,deny)'],
  [
    () => freeBalance({ limit: 0.5, marginRate: 0.1, action: 'clip' }),
    'freeBalance',
    0.5,
    'freeBalance(0.1,clip)',
  ],
  [() => maxDailyLoss({ limit: 8 }), 'maxDailyLoss', 8, 'maxDailyLoss(,kill)'],
  [
    () => maxDailyLoss({ limit: 8, action: 'reduce', scope: { agent: 'a' } }),
    'maxDailyLoss:agent=a',
    8,
    'maxDailyLoss(agent=a,reduce)',
  ],
  [() => maxDrawdown({ limit: 9 }), 'maxDrawdown', 9, 'maxDrawdown(,kill)'],
  [
    () => maxDrawdown({ limit: 9, action: 'reduce', scope: { agent: 'a' } }),
    'maxDrawdown:agent=a',
    9,
    'maxDrawdown(agent=a,reduce)',
  ],
  [() => maxOpenOrders({ limit: 3 }), 'maxOpenOrders', 3, 'maxOpenOrders()'],
  [
    () => maxOpenOrders({ limit: 3, scope: agents }),
    `maxOpenOrders:${agentNamed}`,
    3,
    `maxOpenOrders(${agentNamed})`,
  ],
  [() => orderRate({ limit: 3 }), 'orderRate', 3, 'orderRate(1000,)'],
  [
    () => orderRate({ limit: 3, per: '2s', scope: agents }),
    `orderRate:${agentNamed}`,
    3,
    `orderRate(2000,${agentNamed})`,
  ],
  [() => cancelRate({ limit: 3 }), 'cancelRate', 3, 'cancelRate(1000,)'],
  [
    () => cancelRate({ limit: 3, per: '2s', scope: agents }),
    `cancelRate:${agentNamed}`,
    3,
    `cancelRate(2000,${agentNamed})`,
  ],
  [() => messagesPerFill({ limit: 3 }), 'messagesPerFill', 3, 'messagesPerFill(100,)'],
  [
    () => messagesPerFill({ limit: 3, free: 0, scope }),
    `messagesPerFill:${named}`,
    3,
    `messagesPerFill(0,${named})`,
  ],
  [() => lossStreak({ limit: 3, coolDown: '1m' }), 'lossStreak', 3, 'lossStreak(60000,)'],
  [
    () => lossStreak({ limit: 3, coolDown: '1m', scope }),
    `lossStreak:${named}`,
    3,
    `lossStreak(60000,${named})`,
  ],
  [() => priceCollar({ limit: 0.1 }), 'priceCollar', 0.1, 'priceCollar(Infinity,Infinity,,pass)'],
  [
    () => priceCollar({ limit: 0.1, passive: 0, trigger: 0.2, reductions: 'judge', scope }),
    `priceCollar:${named}`,
    0.1,
    `priceCollar(0,0.2,${named},judge)`,
  ],
  [() => staleMarket({ olderThan: '5s' }), 'staleMarket', 5_000, 'staleMarket()'],
  [() => staleMarket({ olderThan: '5s', scope }), `staleMarket:${named}`, 5_000, `staleMarket(${named})`],
  [() => duplicateIntent(), 'duplicateIntent', 1_000, 'duplicateIntent'],
  [() => duplicateIntent({ within: '2s' }), 'duplicateIntent', 2_000, 'duplicateIntent'],
  [() => expiryNear({ within: '1d' }), 'expiryNear', 86_400_000, 'expiryNear'],
  [() => maxClockSkew({ limit: '1s' }), 'maxClockSkew', 1_000, 'maxClockSkew'],
  [() => selfTradePrevention(), 'selfTradePrevention', 1, 'selfTradePrevention(pass)'],
  [
    () => selfTradePrevention({ reductions: 'judge' }),
    'selfTradePrevention',
    1,
    'selfTradePrevention(judge)',
  ],
  [() => venueLinkDown(), 'venueLinkDown', 1, 'venueLinkDown(market,orders,account)'],
  [
    () => venueLinkDown({ channels: ['account', 'orders'] }),
    'venueLinkDown',
    1,
    'venueLinkDown(orders,account)',
  ],
];

test.each(TABLE.map(([make, name, limit, line]) => [line, name, limit, make] as const))(
  '%s has its name, its limit, and a line of its own',
  (line, name, limit, make) => {
    const rule = make();
    expect(rule.name).toBe(name);
    expect(rule.limit).toBe(limit);
    expect(rule.fingerprint).toBe(line);
    const [, action] = /,?(\w*)\)$/.exec(line) ?? [];
    expect(rule.clips ?? false).toBe(action === 'clip');
    expect(rule.judgesReductions ?? false).toBe(action === 'judge');
  },
);

type Make = (options: never) => unknown;
const of = 'quantity';
/** What is wrong, and how the complaint begins. */
const WRONG: readonly (readonly [Make, object, string])[] = [
  [maxPosition, { limit: 1, wide: 1 }, 'maxPosition'],
  [maxPosition, { limit: 0 }, 'maxPosition.limit'],
  [maxPosition, { limit: 1, asset: '' }, 'maxPosition.scope.asset'],
  [maxPosition, { limit: 1, scope: { desk: '' } }, 'maxPosition.scope'],
  [maxPosition, { limit: 1, scope: { venue: '' } }, 'maxPosition.scope.venue'],
  [maxPosition, { limit: 1, action: '' }, 'maxPosition.action'],
  [maxOrderSize, { of, limit: 1, wide: 1 }, 'maxOrderSize'],
  [maxOrderSize, { of: '', limit: 1 }, 'maxOrderSize.of'],
  [maxOrderSize, { of, limit: 0 }, 'maxOrderSize.limit'],
  [maxOrderSize, { of, limit: 1, scope: { agent: '' } }, 'maxOrderSize.scope.agent'],
  [maxOrderSize, { of, limit: 1, action: 'kill' }, 'maxOrderSize.action'],
  ...[grossExposure, netExposure].flatMap((rule): [Make, object, string][] => [
    [rule, { limit: 1, wide: 1 }, rule.name],
    [rule, { limit: 0 }, `${rule.name}.limit`],
    [rule, { limit: 1, scope: { instrument: '' } }, `${rule.name}.scope.instrument`],
    [rule, { limit: 1, action: '' }, `${rule.name}.action`],
  ]),
  [maxVenueExposure, { limit: 1, wide: 1 }, 'maxVenueExposure'],
  [maxVenueExposure, { limit: 0 }, 'maxVenueExposure.limit'],
  [maxVenueExposure, { limit: 1, venue: '' }, 'maxVenueExposure.venue'],
  [maxVenueExposure, { limit: 1, action: '' }, 'maxVenueExposure.action'],
  [leverage, { limit: 1, wide: 1 }, 'leverage'],
  [leverage, { limit: 0 }, 'leverage.limit'],
  [leverage, { limit: 1, action: '' }, 'leverage.action'],
  [concentration, { limit: 0.5, from: 1, wide: 1 }, 'concentration'],
  [concentration, { limit: 0, from: 1 }, 'concentration.limit'],
  [concentration, { limit: 0.5, from: 0 }, 'concentration.from'],
  [concentration, { limit: 0.5, from: 1, action: 'kill' }, 'concentration.action'],
  [correlatedExposure, { group: 'g', weights: { A: 1 }, limit: 1, wide: 1 }, 'correlatedExposure'],
  [correlatedExposure, { group: '', weights: { A: 1 }, limit: 1 }, 'correlatedExposure.group'],
  [correlatedExposure, { group: 'g', weights: { A: 1 }, limit: 0 }, 'correlatedExposure.limit'],
  [
    correlatedExposure,
    { group: 'g', weights: {}, limit: 1 },
    'correlatedExposure.weights must be a weight for at least one asset',
  ],
  [correlatedExposure, { group: 'g', weights: { A: 101 }, limit: 1 }, 'correlatedExposure.weights.A'],
  [correlatedExposure, { group: 'g', weights: { A: -101 }, limit: 1 }, 'correlatedExposure.weights.A'],
  [
    correlatedExposure,
    { group: 'g', weights: { A: 1 }, limit: 1, action: 'kill' },
    'correlatedExposure.action',
  ],
  [freeBalance, { wide: 1 }, 'freeBalance'],
  [freeBalance, { limit: 2 }, 'freeBalance.limit'],
  [freeBalance, { marginRate: 11 }, 'freeBalance.marginRate'],
  [freeBalance, { action: 'kill' }, 'freeBalance.action'],
  ...[maxDailyLoss, maxDrawdown].flatMap((rule): [Make, object, string][] => [
    [rule, { limit: 1, wide: 1 }, rule.name],
    [rule, { limit: 0 }, `${rule.name}.limit`],
    [rule, { limit: 1, action: 'deny' }, `${rule.name}.action`],
    [rule, { limit: 1, scope: { instrument: 'i' } }, `${rule.name}.scope`],
    [rule, { limit: 1, scope: { agent: '' } }, `${rule.name}.scope.agent`],
  ]),
  [maxOpenOrders, { limit: 1, wide: 1 }, 'maxOpenOrders'],
  [maxOpenOrders, { limit: 0 }, 'maxOpenOrders.limit'],
  [maxOpenOrders, { limit: 1, scope: { agent: '' } }, 'maxOpenOrders.scope.agent'],
  ...[orderRate, cancelRate].flatMap((rule): [Make, object, string][] => [
    [rule, { limit: 1, wide: 1 }, rule.name],
    [rule, { limit: 0 }, `${rule.name}.limit`],
    [rule, { limit: 1, per: 0 }, `${rule.name}.per`],
    [rule, { limit: 1, scope: { agent: '' } }, `${rule.name}.scope.agent`],
  ]),
  [messagesPerFill, { limit: 1, wide: 1 }, 'messagesPerFill'],
  [messagesPerFill, { limit: 0 }, 'messagesPerFill.limit'],
  [messagesPerFill, { limit: 1, free: -1 }, 'messagesPerFill.free'],
  [lossStreak, { limit: 1, coolDown: '1s', wide: 1 }, 'lossStreak'],
  [lossStreak, { limit: 0, coolDown: '1s' }, 'lossStreak.limit'],
  [lossStreak, { limit: 1, coolDown: 0 }, 'lossStreak.coolDown'],
  [priceCollar, { limit: 1, wide: 1 }, 'priceCollar'],
  [priceCollar, { limit: 0 }, 'priceCollar.limit'],
  [priceCollar, { limit: 1, passive: -1 }, 'priceCollar.passive'],
  [priceCollar, { limit: 1, trigger: 0 }, 'priceCollar.trigger'],
  [priceCollar, { limit: 1, reductions: '' }, 'priceCollar.reductions'],
  [staleMarket, { olderThan: 1, wide: 1 }, 'staleMarket'],
  [staleMarket, { olderThan: 0 }, 'staleMarket.olderThan'],
  ...(
    [
      [messagesPerFill, { limit: 1 }],
      [lossStreak, { limit: 1, coolDown: 1 }],
      [priceCollar, { limit: 1 }],
      [staleMarket, { olderThan: 1 }],
    ] as const
  ).map(([rule, options]): [Make, object, string] => [
    rule,
    { ...options, scope: { agent: 'a' } },
    `${rule.name}.scope`,
  ]),
  [duplicateIntent, { wide: 1 }, 'duplicateIntent'],
  [duplicateIntent, { within: 0 }, 'duplicateIntent.within'],
  [expiryNear, { within: 1, wide: 1 }, 'expiryNear'],
  [expiryNear, { within: 0 }, 'expiryNear.within'],
  [maxClockSkew, { limit: 1, wide: 1 }, 'maxClockSkew'],
  [maxClockSkew, { limit: 0 }, 'maxClockSkew.limit'],
  [selfTradePrevention, { wide: 1 }, 'selfTradePrevention'],
  [selfTradePrevention, { reductions: '' }, 'selfTradePrevention.reductions'],
  [venueLinkDown, { wide: 1 }, 'venueLinkDown'],
  [venueLinkDown, { channels: [] }, 'venueLinkDown.channels must be at least one channel'],
  [venueLinkDown, { channels: ['orders', ''] }, 'venueLinkDown.channels'],
  [(options: never) => risk([], options), { wide: 1 }, 'risk options'],
  [(options: never) => risk([], options), { onKill: '' }, 'risk options.onKill'],
  [(options: never) => risk([], options), { overReduction: '' }, 'risk options.overReduction'],
];

test.each(WRONG.map(([make, options, words]) => [words, options, make] as const))(
  'what is wrong is named: %s in %j',
  (words, options, make) => {
    expect(() => make(options as never)).toThrow(words);
    // The name is the whole word, and no shorter name would do.
    expect(() => make(options as never)).toThrow(new RegExp(`${words.replaceAll('.', '\\.')}\\b`));
  },
);

describe('a rule that guards nothing does not start', () => {
  const start = (rule: RiskRule) =>
    compose(
      { instruments: [spot()] },
      books(),
      ledger({ reportingCurrency: 'USD' }),
      pure('proposals', (): readonly Proposal[] => NONE),
      risk([rule]),
    ).start();
  const nowhere = { scope: { venue: 'nowhere' } };
  test.each<[() => RiskRule]>([
    [() => maxPosition({ limit: 1, ...nowhere })],
    [() => maxOrderSize({ of, limit: 1, ...nowhere })],
    [() => grossExposure({ limit: 1, ...nowhere })],
    [() => netExposure({ limit: 1, ...nowhere })],
    [() => maxVenueExposure({ limit: 1, venue: 'nowhere' })],
    [() => maxDailyLoss({ limit: 1, ...nowhere })],
    [() => maxDrawdown({ limit: 1, ...nowhere })],
    [() => maxOpenOrders({ limit: 1, ...nowhere })],
    [() => orderRate({ limit: 1, ...nowhere }) as RiskRule],
    [() => cancelRate({ limit: 1, ...nowhere }) as RiskRule],
    [() => messagesPerFill({ limit: 1, ...nowhere }) as RiskRule],
    [() => lossStreak({ limit: 1, coolDown: 1, ...nowhere }) as RiskRule],
    [() => priceCollar({ limit: 1, ...nowhere })],
    [() => staleMarket({ olderThan: 1, ...nowhere })],
  ])('%s', (make) => {
    expect(() => start(make())).toThrow('no instrument is in its scope (venue=nowhere)');
  });
});

describe('a limit that is changed', () => {
  test.each<[() => RiskRule, number, string | undefined]>([
    [() => concentration({ limit: 0.5, from: 1 }), 1, undefined],
    [() => concentration({ limit: 0.5, from: 1 }), 1.01, 'a share of at most 1'],
    [() => freeBalance() as RiskRule, 1, undefined],
    [() => freeBalance() as RiskRule, 1.01, 'a share of at most 1'],
    [() => maxOpenOrders({ limit: 1 }), 2, undefined],
    [() => maxOpenOrders({ limit: 1 }), 1.5, 'a whole number'],
    [() => lossStreak({ limit: 1, coolDown: 1 }) as RiskRule, 2, undefined],
    [() => lossStreak({ limit: 1, coolDown: 1 }) as RiskRule, 1.5, 'a whole number'],
    [() => orderRate({ limit: 1 }) as RiskRule, 1, undefined],
    [() => orderRate({ limit: 1 }) as RiskRule, 0.9, 'at least 1'],
    [() => cancelRate({ limit: 1 }) as RiskRule, 0.9, 'at least 1'],
    [() => selfTradePrevention(), 2, 'left alone: this rule has no number'],
    [() => venueLinkDown() as RiskRule, 2, 'left alone: this rule has no number'],
  ])('%s: %d', (make, limit, why) => {
    expect(make().allows?.(limit)).toBe(why);
  });
});
