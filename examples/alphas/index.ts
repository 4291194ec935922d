export { type Alpha, type AlphaFrame, alpha } from './alpha.js';
export { bandReversion } from './band-reversion.js';
export { breakout } from './breakout.js';
export { engulfing } from './engulfing.js';
export { flowPressure } from './flow-pressure.js';
export { macdTrend } from './macd-trend.js';
export { micropriceLean } from './microprice-lean.js';
export { rsiReversal } from './rsi-reversal.js';
