export { type BarFixture, bar } from './bar.js';
export {
  type BookDeltaFixture,
  type BookSnapshotFixture,
  bookDelta,
  bookSnapshot,
  type LevelFixture,
} from './book.js';
export { type ControlFixture, control } from './control.js';
export { type DecisionFixture, decision, FAR_AWAY } from './decision.js';
export { externalSignal, type SignalFixture } from './external-signal.js';
export {
  type AgentScript,
  type FakeAgentOptions,
  fakeAgent,
  type ScriptedAnswer,
  wants,
} from './fake-agent.js';
export { type FakeVenue, type FakeVenueOptions, fakeVenue } from './fake-venue.js';
export { type InstrumentFixture, perpetual, spot } from './instrument-fixture.js';
export { link, status, sync } from './market-state.js';
export { observing, type ReadRows } from './observing.js';
export { lotsOf, ticksOf } from './on-grid.js';
export { orderId } from './order-id.js';
export {
  changesOf,
  commandsOf,
  decisionsOf,
  eventsOf,
  faultsOf,
  intentsOf,
  proposalsOf,
  signalsOf,
  targetsOf,
  valuesOf,
  verdictsOf,
} from './outputs-of.js';
export { fromRows, type PipelineOptions, pipelineOf } from './pipeline-of.js';
export { type QuoteFixture, quote } from './quote.js';
export { rate } from './rate.js';
export { changes, each, type Reading, value } from './readings.js';
export { type FillFixture, fill, report } from './report.js';
export type { TargetFixture } from './target-of.js';
export { type TradeFixture, trade } from './trade.js';
export {
  acceptOrder,
  type BookAnswer,
  fillOrder,
  inTurn,
  loseOrder,
  rejectOrder,
  staySilent,
  type VenueAnswer,
  type VenueReply,
} from './venue-answer.js';
