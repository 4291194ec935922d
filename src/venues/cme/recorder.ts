import type { LoggedEvent } from '../../core/driver.js';
import type { OutsideEvent, ReportEvent } from '../../domain/event.js';

interface Mark {
  readonly sequence: number;
  /** Reports that had been told when the message was done with. */
  readonly told: number;
}

/**
 * Follows reports from the message that brought them into the log: a message is on record when the log has all that it
 * said.
 *
 * ```
 * messages   7(r1 r2)---8(r3)----------
 * log        ---------r1---r2------r3--
 * on record  --------------7-------8---
 * ```
 */
export class Recorder {
  readonly #recorded: (sequence: number) => void;
  readonly #marks: Mark[] = [];
  /** Reports that were told and are not in the log yet. */
  readonly #waiting = new Set<OutsideEvent>();
  /** Places in the log of the latest ones, until it is durable up to there. */
  readonly #logged: number[] = [];
  readonly #waitsForDisk: boolean;
  #told = 0;
  #certain = 0;
  #durable = Number.NEGATIVE_INFINITY;

  /** @param waitsForDisk whether `durable` says what is on the disk; else the log itself is enough */
  constructor(recorded: (sequence: number) => void, waitsForDisk: boolean) {
    this.#recorded = recorded;
    this.#waitsForDisk = waitsForDisk;
  }

  /** A report goes into the pipeline, from within the handling of a message. */
  tells(report: ReportEvent): void {
    this.#told++;
    this.#waiting.add(report);
  }

  /** A message was handled. */
  handled(sequence: number): void {
    this.#marks.push({ sequence, told: this.#told });
    this.#settle();
  }

  /** The log has an event. */
  logged({ seq, event }: LoggedEvent): void {
    if (!this.#waiting.delete(event as OutsideEvent)) return;
    this.#logged.push(seq);
    this.#settle();
  }

  /** The log is on the disk up to here. */
  durable(seq: number): void {
    this.#durable = Math.max(this.#durable, seq);
    this.#settle();
  }

  #settle(): void {
    while (this.#logged.length > 0 && (!this.#waitsForDisk || (this.#logged[0] as number) <= this.#durable)) {
      this.#logged.shift();
      this.#certain++;
    }
    let sequence = 0;
    while (this.#marks.length > 0 && (this.#marks[0] as Mark).told <= this.#certain)
      sequence = (this.#marks.shift() as Mark).sequence;
    if (sequence > 0) this.#recorded(sequence);
  }
}
