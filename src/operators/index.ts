/**
 * The stages of a pipeline, in the order in which they are usually composed.
 *
 * @packageDocumentation
 */
export {
  type BookSide,
  type BookView,
  type IndicativePrice,
  impliedQuote,
  indicativePrice,
  type Leg,
  type OrdersView,
  type QueueAhead,
  type RestingOrder,
  type TopOfBook,
} from '../books/index.js';
export type { Answer } from '../domain/decision.js';
export { type Agent, type AgentSettings, agent, type HeardInstruments } from './agents/agent.js';
export {
  type AgentFields,
  type AgentList,
  type AgentNeeds,
  type AnyAgent,
  agents,
} from './agents/agents.js';
export * from './bars/index.js';
export type { BookOptions } from './books/book-options.js';
export { books, type MarketFields } from './books/books.js';
export type { MarketsView } from './books/markets.js';
export { type CommandFields, type DispatchOptions, dispatch } from './dispatch.js';
export {
  type ConfidenceWeightedOptions,
  confidenceWeighted,
  type TargetFields,
} from './ensemble/confidence-weighted.js';
export { type EdgeOptions, type EnsembleOptions, ensemble } from './ensemble/ensemble.js';
export { type Gate, type RegimeGateOptions, regimeGate } from './ensemble/gates.js';
export { inverseVariance } from './ensemble/inverse-variance.js';
export {
  confidenceWeights,
  equalWeights,
  type Joining,
  type Learner,
  type MemoryOptions,
  majorityVote,
  quorumVote,
  type VoteOptions,
} from './ensemble/joining.js';
export {
  type ExponentialWeightsOptions,
  exponentialWeights,
  type ThompsonSamplingOptions,
  thompsonSampling,
} from './ensemble/online-weights.js';
export { riskParity } from './ensemble/risk-parity.js';
export { riskParityWeights } from './ensemble/risk-parity-weights.js';
export type { FeatureRow } from './features/feature-row.js';
export * from './features/index.js';
export { type FeatureFields, type FeatureSet, features } from './features/stage.js';
export * from './ledger/index.js';
export { type LookUpFields, type LookUpOptions, lookUps } from './ledger/look-ups.js';
export { type ReconciliationOptions, reconciliation } from './ledger/reconciliation.js';
export { type LedgerFields, ledger } from './ledger/stage.js';
export * from './reference/index.js';
export * from './risk/index.js';
export { type BestNetPriceOptions, bestNetPrice, type ProposalFields } from './routing/best-net-price.js';
export type { ParentWord } from './routing/parent-word.js';
export type { Placement } from './routing/placement.js';
export type { Schedule } from './routing/schedule.js';
export { type ParentFields, type SmartRoutingOptions, smartRouting } from './routing/smart-routing.js';
export {
  type CostFields,
  type CostParts,
  type TransactionCosts,
  transactionCosts,
} from './routing/transaction-costs.js';
export * from './scoring/index.js';
export { type Opinion, type SignalDefinition, type SignalSettings, signal } from './signals/signal.js';
export type { SignalPoolView, SignalStatistics } from './signals/signal-pool.js';
export { type SignalFields, type SignalList, type SignalNeeds, signals } from './signals/signals.js';
export { type IntentFields, type SizingOptions, sizing } from './sizing/sizing.js';
export {
  type CrossVenueArbitrageNeeds,
  type CrossVenueArbitrageOptions,
  crossVenueArbitrage,
} from './strategies/cross-venue-arbitrage.js';
export { type MarketMakingOptions, marketMaking } from './strategies/market-making.js';
export {
  type MeanReversionNeeds,
  type MeanReversionOptions,
  meanReversion,
} from './strategies/mean-reversion.js';
export { type ModelAgentOptions, type ModelPort, modelAgent } from './strategies/model-agent.js';
export { type MultiHorizonTrendOptions, multiHorizonTrend } from './strategies/multi-horizon-trend.js';
export { type OnlineLearnerOptions, onlineLearner } from './strategies/online-learner.js';
export { avellanedaStoikov, type QuoteInputs, type QuotePrices } from './strategies/quote-prices.js';
export {
  type TrendFollowingNeeds,
  type TrendFollowingOptions,
  trendFollowing,
} from './strategies/trend-following.js';
export * from './time/index.js';
