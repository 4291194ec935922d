import type { EventKind } from './event.js';

/** A key for each kind: one that is added to the union and not here does not compile. */
const KINDS: Readonly<Record<EventKind, true>> = {
  account: true,
  bar: true,
  barrier: true,
  book: true,
  bookOrder: true,
  cancelRequested: true,
  control: true,
  decision: true,
  denied: true,
  epoch: true,
  fault: true,
  funding: true,
  instrument: true,
  interest: true,
  link: true,
  lookedUp: true,
  quote: true,
  rate: true,
  report: true,
  roll: true,
  signal: true,
  status: true,
  submitted: true,
  sync: true,
  timer: true,
  trade: true,
  truth: true,
};

/** Every kind of event there is. */
export const EVENT_KINDS: readonly EventKind[] = Object.keys(KINDS) as EventKind[];
