/**
 * The marble kit: pipelines are tested by drawing what goes in and what should come out. With it come builders of events
 * in plain prices, fake agents and venues, and ways to look at a composed core.
 *
 * @packageDocumentation
 */

export type { Duration } from '../domain/duration.js';
export * from './builders/index.js';
export { type ExpectedPipeline, expectPipeline, type MarbleOptions } from './expect-pipeline.js';
export type { Expectation } from './expectation.js';
export { MarbleAssertionError } from './marble-assertion-error.js';
export { MarbleSyntaxError } from './marble-syntax-error.js';
export type { MarbleLetters, MarbleValues } from './marble-values.js';
export { type DeepPartial, matching } from './matching.js';
export type {
  Diagrams,
  DiagramValues,
  Pipeline,
  PipelineContext,
  SubscriptionDiagrams,
} from './pipeline-rows.js';
export { type DeskCounterexample, DeskVerificationError } from './verify/desk-verification-error.js';
export type { CheckName } from './verify/failure.js';
export { type DeskVerification, type VerifyOptions, verifyDesk } from './verify/verify-desk.js';
