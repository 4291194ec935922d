import type { Order } from '../../domain/order.js';
import type { LogLine } from '../log-fields.js';
import type { LoggedFrame } from '../logged-frame.js';
import { Traces } from '../traces.js';

/** Where in the log a line is; of an order also which trace it belongs to. */
export class Places {
  readonly #desk: string;
  readonly #traces = new Traces();

  constructor(desk: string) {
    this.#desk = desk;
  }

  /** An order was made on this frame: whatever is said of it later belongs to that. */
  began(frame: LoggedFrame, { clientOrderId }: Order): void {
    this.#traces.remember(clientOrderId, { trace: this.#traceOf(frame.seq), at: frame.ts });
  }

  /** Where in the log it is; of an order: which trace it belongs to, and how long after its decision it is. */
  at({ seq, sub, ts }: LoggedFrame, id?: Order['clientOrderId']): LogLine {
    const origin = id === undefined ? undefined : this.#traces.of(id);
    return {
      'trace.id': origin?.trace ?? this.#traceOf(seq),
      'event.sequence': seq,
      'millrace.sub': sub,
      ...(id === undefined ? {} : { 'millrace.order.id': id }),
      // Nanoseconds, as ECS wants them.
      ...(origin === undefined ? {} : { 'event.duration': Math.round((ts - origin.at) * 1e6) }),
    };
  }

  #traceOf(seq: number): string {
    return `${this.#desk}-${seq}`;
  }
}
