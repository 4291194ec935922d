import type { Approved } from './approval.js';
import type { ClientOrderId, InstrumentId } from './brand.js';
import type { Order } from './order.js';
import type { Plain } from './plain.js';

/** Send this order. It holds the approval that risk gave: without one it does not compile. */
export interface SubmitCommand {
  readonly kind: 'submit';
  readonly approved: Approved;
  readonly order: Order;
}

/** Cancel this order. Never waits for an acknowledgement of the log. */
export interface CancelCommand {
  readonly kind: 'cancel';
  readonly venue: string;
  readonly instrument: InstrumentId;
  readonly clientOrderId: ClientOrderId;
  readonly requestTime: number;
  readonly reason: string;
}

/** Ask a venue for something: a fresh book, or what became of an order. Issued by a leader only. */
export interface AskCommand {
  readonly kind: 'ask';
  readonly what: 'book' | 'order';
  readonly venue: string;
  readonly instrument: InstrumentId;
  readonly clientOrderId?: ClientOrderId;
  /** When it was asked, from the log: the answers to a look-up repeat it. */
  readonly requestTime?: number;
}

/** Ask a venue for all that it knows of us; a `truth` event answers. Issued by a leader only. */
export interface ReconcileCommand {
  readonly kind: 'reconcile';
  readonly venue: string;
  readonly requestTime: number;
}

/** Wake the core at a time with a `timer` event of this name. Issued by a leader only. */
export interface TimerCommand {
  readonly kind: 'timer';
  readonly name: string;
  readonly due: number;
}

/** Ask an asynchronous agent what it wants held, and show it the desk as it is; `decision` events answer. Issued by a leader only. */
export interface ConsultCommand {
  readonly kind: 'consult';
  readonly agent: string;
  /** Of the frame that is shown: the decision says it again in `basedOn`. */
  readonly seq: number;
  readonly ts: number;
  /** What the agent's `observe` made of the frame. */
  readonly snapshot: Plain;
}

/** What the core asks the world to do. */
export type Command =
  | SubmitCommand
  | CancelCommand
  | AskCommand
  | ReconcileCommand
  | TimerCommand
  | ConsultCommand;
