/**
 * millrace: an embeddable trading pipeline on RxJS. This entry holds the domain and the core; operators, streams, venues
 * and the marble kit have entries of their own.
 *
 * @packageDocumentation
 */

export { canonicalBytes, fromCanonicalBytes, stateHash } from './core/canonical.js';
export type { Cancel, Clock } from './core/clock.js';
export { compose } from './core/compose.js';
export type { Compose, CoreSettings } from './core/compose-signatures.js';
export type { StageContext } from './core/context.js';
export { type Core, type RunningCore, StageError, type StartOptions } from './core/core.js';
export type { Driver, DriverContext, LoggedEvent } from './core/driver.js';
export type { Frame, Request } from './core/frame.js';
export { LateViewError } from './core/live-view.js';
export type { PipelineClock } from './core/pipeline-clock.js';
export { pure } from './core/pure.js';
export { type PipelineRun, run } from './core/run.js';
export type { Halt, Journal, RunOptions } from './core/run-options.js';
export type { SequencerOptions } from './core/sequencer.js';
export { decodeSnapshot, encodeSnapshot, type Snapshot, SnapshotError } from './core/snapshot.js';
export {
  type FrameStream,
  type Part,
  type StageDefinition,
  type StageOperator,
  stage,
} from './core/stage.js';
export type { StageProbe } from './core/stage-probe.js';
export { unsafe } from './core/unsafe.js';
export type { Approved } from './domain/approval.js';
export { type ClientOrderId, clientOrderId, type InstrumentId, instrumentId } from './domain/brand.js';
export { type Calendar, type CalendarSettings, calendar, type Session } from './domain/calendar.js';
export type { Weekday } from './domain/civil-day.js';
export type {
  AskCommand,
  CancelCommand,
  Command,
  ConsultCommand,
  ReconcileCommand,
  SubmitCommand,
  TimerCommand,
} from './domain/command.js';
export { type Decimal, decimal, formatDecimal, quotient } from './domain/decimal.js';
export type { Answer, Decision, Target, TargetOf } from './domain/decision.js';
export type { Duration } from './domain/duration.js';
export { ConfigurationError, InputError } from './domain/errors.js';
export type {
  AccountEvent,
  BarrierEvent,
  BustReport,
  CancelRequestedEvent,
  ControlEvent,
  CorrectionReport,
  DecisionEvent,
  DeniedEvent,
  DerivedEvent,
  EpochEvent,
  Event,
  EventKind,
  FaultEvent,
  FillReport,
  InterestEvent,
  LookedUpEvent,
  OutsideEvent,
  ReportEvent,
  SequencedEvent,
  SignalEvent,
  SignalSource,
  StateReport,
  SubmittedEvent,
  TimedEvent,
  TimerEvent,
  TrueOrder,
  TruePosition,
  TruthEvent,
} from './domain/event.js';
export { Grid } from './domain/grid.js';
export {
  type Fees,
  type Instrument,
  type InstrumentKind,
  type InstrumentSettings,
  instrument,
} from './domain/instrument.js';
export { InstrumentTable, type ListedInstrument } from './domain/instrument-table.js';
export type { Intent } from './domain/intent.js';
export type {
  Aggressor,
  BarEvent,
  BookEvent,
  BookOrderEvent,
  FundingEvent,
  InstrumentEvent,
  LinkEvent,
  MarketEvent,
  QuoteEvent,
  RateEvent,
  RollEvent,
  StatusEvent,
  SyncEvent,
  TradeEvent,
} from './domain/market-event.js';
export type {
  Attribution,
  Order,
  OrderGroup,
  OrderStatus,
  ParentReference,
  Proposal,
  Side,
} from './domain/order.js';
export type { Plain } from './domain/plain.js';
export { alwaysOpen, type CalendarExceptions, cmeEquityIndex } from './domain/ready-calendars.js';
export type { Signal } from './domain/signal.js';
export type { CapabilitiesByVenue, VenueCapabilities } from './domain/venue-capabilities.js';
export type { Denied, Verdict } from './domain/verdict.js';
export type { WeeklySession, WeeklyTime } from './domain/weekly-hours.js';
export { checkEvent, WIRE_VERSION } from './domain/wire.js';
