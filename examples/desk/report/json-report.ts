import { eventsPerSecond, type Told, titleOf } from './told.js';

/** The report as one JSON object on one line; what is unknown is `null`. */
export function jsonReport(told: Told): string {
  const { outcome, market, asset, sample, notes } = told;
  const { summary, account } = outcome;
  const report = {
    source: titleOf(told),
    simulated: market.simulated,
    recordings: market.simulated || market.live !== undefined ? [] : market.names,
    live: market.live ?? null,
    asset,
    sampleMilliseconds: sample,
    from: summary.firstTime,
    to: summary.lastTime,
    stopped: outcome.stopped,
    events: summary.events,
    frames: summary.frames,
    orders: summary.orders,
    ordersFilled: summary.ordersFilled,
    rejected: summary.rejected,
    fills: summary.fills.fills,
    volume: summary.fills.volume,
    slippageBasisPoints: summary.fills.slippage,
    shortfall: outcome.costs,
    latencyMilliseconds: summary.latency,
    denied: summary.denied,
    denials: summary.denials,
    currency: account.currency,
    pnl: account.desk.net === null ? null : Number(account.desk.net),
    desk: account.desk,
    agents: account.agents,
    venues: account.venues.map((result) => {
      const trading = summary.venues.find(({ venue }) => venue === result.name);
      return {
        ...result,
        orders: trading?.orders ?? 0,
        fills: trading?.fills ?? 0,
        volume: trading?.volume ?? 0,
        slippageBasisPoints: trading?.slippage ?? null,
      };
    }),
    positions: account.positions,
    maximumDrawdown: summary.profit.maximumDrawdown,
    maximumExposure: summary.exposure.most,
    profitCurve: summary.profit.curve,
    exposureCurve: summary.exposure.curve,
    halted: outcome.halted ?? null,
    tradingStatus: outcome.tradingStatus,
    faults: summary.faults,
    notes,
    stateHash: outcome.stateHash,
    eventsPerSecond: eventsPerSecond(told),
    seconds: outcome.seconds,
  };
  return `${JSON.stringify(report)}\n`;
}
