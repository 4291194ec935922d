import { knownKeys, oneOf, positiveNumber, refuse } from '../../domain/check.js';
import { checkedQueueModel, type QueueModel } from './queue-model.js';
import { SELF_TRADE_PREVENTIONS, type SelfTradePrevention } from './self-trade.js';

/** How far from the last trade a venue takes orders, as shares of that price: 0.05 up is 5% above it. */
export interface PriceBands {
  readonly up: number;
  readonly down: number;
}

/** How the markets of a simulated venue work. */
export interface MarketRulesOptions {
  /**
   * When a new order reaches one of ours on the other side while the market is open: the new one ends there, the
   * resting ones it reaches do, or the new one and the first it reaches. @default "none"
   */
  readonly selfTradePrevention?: SelfTradePrevention;
  /** How the place of a resting order in its queue is reckoned. @default "riskAverse" */
  readonly queue?: QueueModel;
  /**
   * What a trade that is printed during an auction (or before the open) does: nothing, or it is the auction's price, at which
   * our orders that bid as much trade, by no more than was printed. @default "wait"
   */
  readonly auctions?: 'wait' | 'uncross';
  /** Whether orders that rest stay when the instrument is halted. @default "keep" */
  readonly halts?: 'keep' | 'cancel';
  /**
   * Limit up and limit down, measured from the last trade (from the mid before there was one): a limit price beyond is
   * refused, and what would trade beyond does not. @default none but those of the instrument
   */
  readonly priceBands?: PriceBands;
}

/** {@link MarketRulesOptions}, checked and complete. */
export interface MarketRules {
  readonly selfTradePrevention: SelfTradePrevention;
  readonly queue: QueueModel;
  readonly auctions: 'wait' | 'uncross';
  readonly halts: 'keep' | 'cancel';
  readonly priceBands: PriceBands | undefined;
}

/** @throws ConfigurationError naming the setting, the value and what would be right */
export function marketRules(at: string, options: MarketRulesOptions): MarketRules {
  const { selfTradePrevention = 'none', queue = 'riskAverse', auctions = 'wait', halts = 'keep' } = options;
  return {
    selfTradePrevention: oneOf(`${at}.selfTradePrevention`, selfTradePrevention, SELF_TRADE_PREVENTIONS),
    queue: checkedQueueModel(`${at}.queue`, queue),
    auctions: oneOf(`${at}.auctions`, auctions, ['wait', 'uncross']),
    halts: oneOf(`${at}.halts`, halts, ['keep', 'cancel']),
    priceBands:
      options.priceBands === undefined ? undefined : checkedBands(`${at}.priceBands`, options.priceBands),
  };
}

function checkedBands(at: string, bands: PriceBands): PriceBands {
  if (typeof bands !== 'object' || bands === null) refuse(at, 'an object', bands);
  knownKeys(at, bands, ['up', 'down']);
  const down = positiveNumber(`${at}.down`, bands.down);
  if (down >= 1) refuse(`${at}.down`, 'a share below 1', down);
  return { up: positiveNumber(`${at}.up`, bands.up), down };
}
