import { expect, test } from 'vitest';
import { ConfigurationError } from '../../src/domain/errors.js';
import {
  cancelRate,
  concentration,
  correlatedExposure,
  duplicateIntent,
  expiryNear,
  freeBalance,
  grossExposure,
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
  risk,
  selfTradePrevention,
  staleMarket,
  venueLinkDown,
} from '../../src/operators/index.js';

type Factory = (options: never) => unknown;

const BAD: readonly (readonly [Factory, object])[] = [
  ...[maxPosition, grossExposure, netExposure, maxVenueExposure, leverage, maxDailyLoss, maxDrawdown].flatMap(
    (rule) =>
      [Number.NaN, Number.POSITIVE_INFINITY, -1, 0, '3'].map(
        (limit) => [rule as Factory, { limit }] as const,
      ),
  ),
  ...[orderRate, cancelRate, maxOpenOrders].flatMap((rule) =>
    [Number.NaN, 0, 1.5, -2].map((limit) => [rule as Factory, { limit }] as const),
  ),
  [maxPosition, { limit: 1, action: 'wait' }],
  [maxPosition, { limit: 1, scope: { desk: 'a' } }],
  [maxPosition, { limit: 1, scope: { agent: '' } }],
  [netExposure, { limit: 1, action: 'reduce' }],
  [maxOrderSize, { of: 'weight', limit: 1 }],
  [maxOrderSize, { of: 'quantity', limit: -1 }],
  [concentration, { limit: 0.5 }],
  [correlatedExposure, { group: 'g', weights: {}, limit: 1 }],
  [correlatedExposure, { group: 'g', weights: { BTC: Number.NaN }, limit: 1 }],
  [freeBalance, { limit: 1.1 }],
  [freeBalance, { limit: 0 }],
  [freeBalance, { marginRate: 0 }],
  [orderRate, { limit: 1, per: 'soon' }],
  [messagesPerFill, { limit: 1, scope: { agent: 'a' } }],
  [duplicateIntent, { within: -1 }],
  [lossStreak, { limit: 2 }],
  [staleMarket, {}],
  [expiryNear, { within: 0 }],
  [maxClockSkew, { limit: Number.NaN }],
  [priceCollar, { limit: 0 }],
  [priceCollar, { limit: 0.1, passive: -1 }],
  [selfTradePrevention, { reductions: 'maybe' }],
  [venueLinkDown, { channels: [] }],
  [venueLinkDown, { channels: ['radio'] }],
  [maxPosition, { limit: 1, size: 2 }],
];

test.each(BAD.map(([rule, options]) => [rule.name, options, rule] as const))(
  '%s refuses %j',
  (_, options, rule) => {
    expect(() => rule(options as never)).toThrow(ConfigurationError);
  },
);

test('so does risk itself', () => {
  expect(() => risk([], { overReduction: 'perhaps' as 'clip' })).toThrow(ConfigurationError);
});

test('rules of one kind differ by their scopes, and two of one scope are refused', () => {
  const rate = (agent: string) => orderRate({ limit: 1, scope: { agent } });
  expect(() => risk([rate('a'), rate('b'), orderRate({ limit: 3 })])).not.toThrow();
  expect(() => risk([rate('a'), rate('a')])).toThrow('two risk rules are named "orderRate:agent=a"');
});
