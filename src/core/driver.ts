import type { Observable } from 'rxjs';
import type { Command } from '../domain/command.js';
import type { Event, OutsideEvent } from '../domain/event.js';
import type { InstrumentTable } from '../domain/instrument-table.js';
import type { Plain } from '../domain/plain.js';
import type { VenueCapabilities } from '../domain/venue-capabilities.js';
import type { Clock } from './clock.js';

/** What a driver is given when the pipeline starts. */
export interface DriverContext {
  /** Commands that the gate let out, for every driver; take those that are yours. */
  readonly commands$: Observable<Command>;
  /** Every event, outside and derived, after the core has seen it, in order: what a simulated venue matches against. */
  readonly events$: Observable<LoggedEvent>;
  readonly clock: Clock;
  /** The driver's place among the drivers: pass it to `clock.schedule`. */
  readonly rank: number;
  readonly instruments: InstrumentTable;
  /**
   * Whether this member leads, now and at every change. A follower's drivers stay connected and what they say is not
   * heard; when it becomes true, right behind the `epoch` event, a driver tells what it knows anew: links, whole books,
   * and what happened since.
   */
  readonly leading$: Observable<boolean>;
  /** State saved by {@link Driver.save} of an earlier run, or `undefined` for a fresh start. */
  readonly restored: Plain | undefined;
}

/** An event with its place in the log: `sub` is 0 for outside events, 1 and up for what the core derived from `seq`. */
export interface LoggedEvent {
  readonly seq: number;
  readonly sub: number;
  readonly ts: number;
  readonly event: Event;
}

/**
 * An effect at the edge: a venue, an asynchronous agent, a clock, a publisher.
 *
 * ```
 * commands$  --s----c---|
 * events$    q-t--q-t-q-|
 *            driver
 * output     ---a--f--x-|
 * ```
 *
 * `connect` returns the events that the driver puts into the pipeline; they may come synchronously from
 * within a command (the sequencer queues them). A driver that completes merely stops speaking; one that
 * errors is reported as a `fault` and the rest goes on.
 */
export interface Driver {
  readonly name: string;
  /** Under a live clock the run ends when all leading drivers have completed. @default false */
  readonly leads?: boolean;
  /** The venue that it speaks for, and what that can do: compared with what stages were told of it. */
  readonly venue?: { readonly name: string; readonly capabilities: VenueCapabilities };
  connect(context: DriverContext): Observable<OutsideEvent>;
  /** State for a snapshot, taken at a barrier, for drivers that are simulated. Pending work belongs to it. */
  save?(): Plain;
}
