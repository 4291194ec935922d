import type { InstrumentId } from '../../domain/brand.js';
import { InputError } from '../../domain/errors.js';
import type { OutsideEvent, TimedEvent } from '../../domain/event.js';
import { BATCH_EVENTS } from './source.js';

/**
 * What becomes of a message that is bad: `refuse` ends the recording with one `InputError`; `report` makes a `fault`
 * event of it, says that the books it may have been about are not to be trusted, and goes on.
 */
export type Damage = 'refuse' | 'report';

/** Recorders' clocks are set back by moments; a `ts` further back is of a bad message, or the one before it was. */
const FURTHEST_BACK_MS = 60_000;

/**
 * Takes a decoded event, known at `ts` (Unix milliseconds), and of a journal its place. A `ts` that goes back is raised
 * to the last one.
 */
export type PutEvent = (ts: number, event: OutsideEvent, seq?: number) => void;

/** Where a bad message stands, and whose book it may have been about. */
export interface BadMessage {
  /** Such as `line 7`. */
  readonly place: string;
  /** Whether the book of an instrument may be wrong for want of this message. */
  mayConcern(instrument: InstrumentId): boolean;
}

/** So many bad messages in a row are no damage any more: this is not a recording of that format. */
export const MOST_BAD_IN_A_ROW = 100;

/** What the wire schema lets a name and us a message be. */
const LONGEST_NAME = 200;
const LONGEST_MESSAGE = 1_000;

/**
 * Collects the events of one pass over a file, in order of time, and says what happens when a message is bad.
 *
 * ```
 * lines    d--x--t     x: cannot be understood
 * refuse   d--#
 * report   d--(fu)--t  fault, then unsynced for every book that x may have changed
 * ```
 */
export class EventCollector {
  readonly put: PutEvent;
  readonly #path: string;
  readonly #name: string;
  readonly #damage: Damage;
  /** Instruments of which a book was seen: only those can be wrong. */
  readonly #books = new Set<InstrumentId>();
  #events: TimedEvent[] = [];
  #last = 0;
  #badInARow = 0;
  #farBack = false;
  /** Faults from before the first known time, which they are given. */
  #early: OutsideEvent[] = [];

  constructor(path: string, name: string, damage: Damage = 'refuse') {
    this.#path = path;
    this.#name = name;
    this.#damage = damage;
    this.put = (ts, event, seq) => {
      if (ts > this.#last) this.#last = ts;
      if (damage === 'report') this.#watchTime(ts);
      if (this.#early.length > 0) this.#release();
      if (damage === 'report' && (event.kind === 'book' || event.kind === 'bookOrder'))
        this.#books.add(event.instrument);
      this.#events.push(
        seq === undefined ? { ts: this.#last, event } : ({ seq, ts: this.#last, event } as TimedEvent),
      );
    };
  }

  /** Whether there is a batch to hand out. */
  get full(): boolean {
    return this.#events.length >= BATCH_EVENTS;
  }

  /** What was collected since it was last taken. */
  take(): TimedEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** A message was understood, whether it gave an event or not. */
  understood(): void {
    this.#badInARow = 0;
  }

  /** A message was not understood. @throws the error with its place, where damage is refused or is too much */
  bad(error: unknown, { place, mayConcern }: BadMessage): void {
    const placed = located(`${this.#path}, ${place}`, error);
    if (this.#damage === 'refuse' || !(error instanceof InputError)) throw placed;
    this.#badInARow++;
    if (this.#badInARow > MOST_BAD_IN_A_ROW || this.#early.length >= MOST_BAD_IN_A_ROW)
      throw new InputError(
        `${(placed as InputError).message}: more than ${MOST_BAD_IN_A_ROW} bad messages in a row are not taken for damage`,
      );
    // The name without the folder: the same recording gives the same events wherever it lies.
    const message = `${this.#name}, ${place}: ${error.message}`.slice(0, LONGEST_MESSAGE);
    this.#fault(message);
    for (const instrument of this.#books) {
      if (mayConcern(instrument))
        this.#tell({ kind: 'sync', instrument, venueTime: 0, state: 'unsynced', reason: message });
    }
  }

  /** The recording is over: faults of one that gave no event at all come out without a time. */
  end(): void {
    this.#release();
  }

  /** Tells once when time has gone far back: until it has caught up, all stand at the last time. */
  #watchTime(ts: number): void {
    const farBack = ts < this.#last - FURTHEST_BACK_MS;
    if (farBack && !this.#farBack)
      this.#fault(`${this.#name}: ts must not be more than a minute before ${this.#last}, not ${ts}`);
    this.#farBack = farBack;
  }

  #fault(message: string): void {
    const component = `feed:${this.#name}`.slice(0, LONGEST_NAME);
    this.#tell({ kind: 'fault', component, code: 'bad-input', message, severity: 'notice' });
  }

  #tell(event: OutsideEvent): void {
    if (this.#last === 0) this.#early.push(event);
    else this.#events.push({ ts: this.#last, event });
  }

  #release(): void {
    for (const event of this.#early) this.#events.push({ ts: this.#last, event });
    this.#early = [];
  }
}

/** The same error with its place in front; anything but bad input is a fault of ours and stays as it is. */
export function located(place: string, error: unknown): unknown {
  return error instanceof InputError ? new InputError(`${place}: ${error.message}`) : error;
}
