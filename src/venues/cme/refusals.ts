import { refused, unknown } from '../driver/index.js';
import { type FixMessage, TAG } from '../fix/index.js';
import { timeOf } from './execution.js';
import type { OrderContext } from './order-context.js';

/** What the venue refuses: a cancel or replacement (message 9), or a message as such (3, j). */
export class Refusals {
  readonly #context: OrderContext;

  constructor(context: OrderContext) {
    this.#context = context;
  }

  /** Message 9. */
  cancelRefused(message: FixMessage): void {
    const id = message.get(TAG.ClOrdID) ?? '';
    const reason = message.get(TAG.Text) ?? `reason ${message.get(TAG.CxlRejReason) ?? 'not given'}`;
    const error = message.get(TAG.CxlRejReason) === '1' ? 'not-found' : 'rejected';
    this.#context.requests.settle(id, refused(error, reason, timeOf(message)));
  }

  /** A reject of the session, or of the business: it names a message by its number, or what was asked by its id. */
  requestRefused(message: FixMessage): void {
    const number = message.integer(TAG.RefSeqNum);
    const id = message.get(TAG.BusinessRejectRefID) ?? this.#context.requests.ofNumber(number) ?? '';
    const about = `message ${number} of type ${message.get(TAG.RefMsgType) ?? '?'}`;
    const reason = `${about} is refused: ${message.get(TAG.Text) ?? `reason ${message.get(TAG.BusinessRejectReason) ?? message.get(TAG.SessionRejectReason) ?? 'not given'}`}`;
    const asked = this.#context.requests.answer(id, unknown(reason));
    if (!this.#context.requests.settle(id, refused('rejected', reason, timeOf(message))) && !asked)
      this.#context.port.fault('refused', reason);
  }
}
