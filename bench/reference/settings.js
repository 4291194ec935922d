// @ts-check
// What the desk of the reference pipeline is configured with; every variant reads the same.

export const FAST = 2 / 11;
export const SLOW = 2 / 51;
export const VOLATILITY = 2 / 101;
/** Ticks of one instrument over which momentum looks back. */
export const LOOKBACK = 64;
/** Ticks of one instrument that a z-score is over. */
export const STRETCH = 100;
export const STRENGTH = 1 / 14;
export const AGENT_HYSTERESIS = 0.3;
export const TARGET_HYSTERESIS = 0.4;
/** Notional of an asset at an exposure of 1. */
export const BUDGET = 1_000_000;
export const LEAST_LOTS = 150;
/** Taker fee by venue: even and odd instruments. */
export const FEES = [0.0002, 0.0003];
export const MOST_LOTS = 1_500;
export const MOST_ORDER = 1_500_000;
export const MOST_GROSS = 16_000_000;
export const COLLAR = 0.005;
/** Milliseconds between orders of one instrument. */
export const ORDER_PAUSE = 50;
export const MOST_LOSS = 50_000_000;
