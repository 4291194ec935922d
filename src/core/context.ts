import type { DerivedEvent, FaultEvent } from '../domain/event.js';
import type { InstrumentTable } from '../domain/instrument-table.js';
import { NONE, type OpenFrame, type Request } from './frame.js';
import type { StageProbe } from './stage-probe.js';

/**
 * What every stage of one chain shares: the instruments, and the ways to speak up within a pass.
 *
 * @example
 * context.fault('books', 'gap', 'BTC-USDT.SPOT@binance missed 3 updates');
 */
export class StageContext {
  readonly instruments: InstrumentTable;
  /** Guards are on: a live view used after its pass throws, frames are frozen when they leave. */
  readonly development: boolean;
  /** Number of the present pass; live views compare it. 0 between passes. */
  pass = 0;
  /** How many passes have begun. */
  #passes = 0;
  /** Index of the stage at work, to name it when it throws. */
  active = 0;
  /** Whether the stage at work has asked for something that is not on its frame yet. */
  asked = false;
  /** Set while the present pass is measured. */
  probe: StageProbe | undefined = undefined;
  #requests: Request[] = [];
  readonly #pending: DerivedEvent[] = [];

  constructor(instruments: InstrumentTable, development = true) {
    this.instruments = instruments;
    this.development = development;
  }

  /** A pass begins: it has a number that no other has. */
  begin(): void {
    this.pass = ++this.#passes;
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

  /** Asks the world for something; it is on the frame when the stage is through, the gate sees to it after this pass. */
  request(request: Request): void {
    if (this.pass === 0) throw new Error('a stage can make requests only while a frame passes');
    this.#requests.push(request);
    this.asked = true;
  }

  /**
   * Puts what the stage at work has asked for onto its frame.
   *
   * The context does not hold the frame itself: to write a new object into an old one costs more, at every event, than
   * to look after each stage whether it asked.
   */
  giveRequests(frame: OpenFrame): void {
    if (frame.requests === NONE) frame.requests = this.#requests;
    else (frame.requests as Request[]).push(...this.#requests);
    this.dropRequests();
  }

  /** Forgets what a stage asked for that then threw. */
  dropRequests(): void {
    this.#requests = [];
    this.asked = false;
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
