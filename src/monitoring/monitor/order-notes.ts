import type { ClientOrderId } from '../../domain/brand.js';
import type { DeniedEvent, ReportEvent } from '../../domain/event.js';
import type { Order } from '../../domain/order.js';

/** Notes that wait at most: with more, they are taken at once. */
const MOST = 1_024;
/** Milliseconds that a note waits at most while the event loop turns. */
const LONGEST = 50;

/** Takes what was noted, in the order in which it was. */
export interface NoteReader {
  /** `accepted`: when the event that caused it was, on the clock of {@link NoteReader.left}; `NaN` where that is not known. */
  submitted(order: Order, ts: number, accepted: number): void;
  /** `notional` of a fill in the reporting currency, `NaN` where unknown. */
  reported(report: ReportEvent, ts: number, notional: number): void;
  denied(denial: DeniedEvent): void;
  left(id: ClientOrderId, now: number): void;
  /** What was thrown at a note. */
  failed(place: string, error: unknown): void;
}

type Noted = Order | ReportEvent | DeniedEvent | ClientOrderId;

const SUBMITTED = 0;
const REPORTED = 1;
const DENIED = 2;
const LEFT = 3;

/**
 * Notes on the hot path what became of orders; a timer, or whoever reads a metric, has it counted.
 *
 * To count an order by venue, agent and symbol, with its latencies and its slippage, takes a microsecond or two, and while it is counted no event passes.
 * A note takes some stores. Events never change, so that a note may keep them.
 */
export class OrderNotes {
  readonly #reader: NoteReader;
  readonly #kinds = new Uint8Array(MOST);
  readonly #noted: (Noted | undefined)[] = new Array<Noted | undefined>(MOST).fill(undefined);
  readonly #times = new Float64Array(MOST);
  readonly #figures = new Float64Array(MOST);
  #count = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(reader: NoteReader) {
    this.#reader = reader;
  }

  submitted(order: Order, ts: number, accepted: number): void {
    this.#note(SUBMITTED, order, ts, accepted);
  }

  reported(report: ReportEvent, ts: number, notional: number): void {
    this.#note(REPORTED, report, ts, notional);
  }

  denied(denial: DeniedEvent): void {
    this.#note(DENIED, denial, 0, 0);
  }

  left(id: ClientOrderId, now: number): void {
    this.#note(LEFT, id, now, 0);
  }

  /** Counts what waits. */
  settle(): void {
    const count = this.#count;
    if (count === 0) return;
    // First, so that whoever reads a metric meanwhile does not begin again.
    this.#count = 0;
    for (let place = 0; place < count; place++) {
      const noted = this.#noted[place] as Noted;
      this.#noted[place] = undefined;
      try {
        this.#take(
          this.#kinds[place] as number,
          noted,
          this.#times[place] as number,
          this.#figures[place] as number,
        );
      } catch (error) {
        this.#reader.failed(placeOf(noted), error);
      }
    }
  }

  /** Counts what waits, and forgets its timer. */
  close(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.settle();
  }

  #note(kind: number, noted: Noted, time: number, figure: number): void {
    if (this.#count === MOST) this.settle();
    const place = this.#count++;
    this.#kinds[place] = kind;
    this.#noted[place] = noted;
    this.#times[place] = time;
    this.#figures[place] = figure;
    if (this.#timer === undefined) this.#wait();
  }

  #wait(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.settle();
    }, LONGEST);
    this.#timer.unref();
  }

  #take(kind: number, noted: Noted, time: number, figure: number): void {
    const reader = this.#reader;
    if (kind === SUBMITTED) reader.submitted(noted as Order, time, figure);
    else if (kind === REPORTED) reader.reported(noted as ReportEvent, time, figure);
    else if (kind === DENIED) reader.denied(noted as DeniedEvent);
    else reader.left(noted as ClientOrderId, time);
  }
}

const placeOf = (noted: Noted): string =>
  typeof noted === 'string'
    ? `order ${noted}`
    : 'clientOrderId' in noted
      ? `order ${noted.clientOrderId}`
      : `a denial by ${noted.rule}`;
