import type { DerivedEvent, FaultEvent } from '../domain/event.js';
import type { InstrumentTable } from '../domain/instrument-table.js';
import { NONE, type OpenFrame, type Request } from './frame.js';

/** What every stage of one chain shares: the instruments, and the ways to speak up within a pass. */
export class StageContext {
  readonly instruments: InstrumentTable;
  /** Guards are on: a live view used after its pass throws, frames are frozen when they leave. */
  readonly development: boolean;
  /** Number of the present pass; live views compare it. 0 between passes. */
  pass = 0;
  /** Index of the stage at work, to name it when it throws. */
  active = 0;
  /** The frame in its pass. */
  frame: OpenFrame | undefined = undefined;
  readonly #pending: DerivedEvent[] = [];

  constructor(instruments: InstrumentTable, development = true) {
    this.instruments = instruments;
    this.development = development;
  }

  /**
   * Queues an event that the core decides itself. It passes through the whole chain, stamped `(seq, sub)`, before
   * the next event from outside.
   */
  derive(event: DerivedEvent): void {
    this.#pending.push(event);
  }

  /** Derives a fault: something of the user's threw or spoke nonsense, and was contained. */
  fault(component: string, code: string, message: string, severity: FaultEvent['severity'] = 'notice'): void {
    this.derive({ kind: 'fault', component, code, message, severity });
  }

  /** Asks the world for something; the gate sees to it after this pass. */
  request(request: Request): void {
    const { frame } = this;
    if (frame === undefined) throw new Error('a stage can make requests only while a frame passes');
    if (frame.requests === NONE) frame.requests = [request];
    else (frame.requests as Request[]).push(request);
  }

  /** Takes the events derived since the last call, oldest first. */
  takeDerived(): DerivedEvent | undefined {
    return this.#pending.length === 0 ? undefined : this.#pending.shift();
  }

  /** The derived events that have yet to pass, oldest first. */
  peekDerived(): readonly DerivedEvent[] {
    return [...this.#pending];
  }

  get derivedCount(): number {
    return this.#pending.length;
  }

  /** Forgets what was derived; for a loop that feeds itself. */
  dropDerived(): number {
    const dropped = this.#pending.length;
    this.#pending.length = 0;
    return dropped;
  }
}
