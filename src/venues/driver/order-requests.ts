import type { SubmitCommand } from '../../domain/command.js';
import { show } from '../../domain/errors.js';
import type { StateReport } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Order, orderTermsFault } from '../../domain/order.js';
import { clientOrderIdFault } from '../../domain/venue-capabilities.js';
import type { CancelAll } from './cancel-all.js';
import { checkApproval } from './check-approval.js';
import type { Lessons } from './lessons.js';
import type { OpenOrders } from './open-orders.js';
import { type Outcome, unknown } from './outcome.js';
import { messageOf, type SessionPort } from './session-port.js';
import type { OrderKey } from './venue-adapter.js';

type Asked = 'submit' | 'cancel';

/** Words of the venue after which an answer is not missed. */
const SETTLED_BY: Readonly<Record<Asked, readonly StateReport['type'][]>> = {
  submit: ['accepted', 'rejected', 'replaced', 'canceled', 'expired'],
  cancel: ['canceled', 'expired', 'rejected'],
};

/** Submits, replaces and cancels on their way to the venue, and the three outcomes of each. */
export class OrderRequests {
  readonly #port: SessionPort;
  readonly #open: OpenOrders;
  readonly #lessons: Lessons;

  constructor(port: SessionPort, open: OpenOrders, lessons: Lessons) {
    this.#port = port;
    this.#open = open;
    this.#lessons = lessons;
  }

  submit(command: SubmitCommand): void {
    const { order } = command;
    const { settings, context, adapter } = this.#port;
    const unapproved = checkApproval(command);
    if (unapproved !== '') {
      this.#port.fault('unapproved', unapproved, 'halt');
      return;
    }
    const listed = context.instruments.find(order.instrument);
    const refusal = this.#refusal(order, listed);
    if (refusal !== '' || listed === undefined) {
      this.#port.state(order, 'rejected', `not sent: ${refusal}`);
      return;
    }
    this.#open.sent(order);
    const native = order.replaces !== undefined && settings.capabilities.nativeReplace;
    this.#await(
      'submit',
      order,
      () =>
        native && adapter.replace !== undefined
          ? adapter.replace(order, listed)
          : adapter.submit(order, listed),
      (outcome) => {
        if (outcome.kind === 'acknowledged')
          this.#port.state(order, native ? 'replaced' : 'accepted', '', { venueTime: outcome.venueTime });
        else if (outcome.kind === 'unknown') this.#port.state(order, 'unknown', outcome.reason);
        // There is an order of this id: what became of it is asked, not guessed.
        else if (outcome.error === 'duplicate-id') this.#port.state(order, 'unknown', outcome.reason);
        else if (outcome.error === 'not-found' && !native) this.#port.state(order, 'unknown', outcome.reason);
        else this.#port.state(order, native ? 'replaceRejected' : 'rejected', outcome.reason, outcome);
      },
    );
  }

  /**
   * Cancels one order.
   *
   * @param all what cancels all of its instrument meanwhile: the single request waits for it, and is not sent for an
   * order that has ended by then
   * @returns what came of it; of an order that has ended meanwhile a doubt, which nobody has
   */
  async cancel(key: OrderKey, all?: Pick<CancelAll, 'underWay'>): Promise<Outcome> {
    const { context, adapter } = this.#port;
    const listed = context.instruments.find(key.instrument);
    if (listed === undefined || !this.#port.isUp('orders')) {
      const why = listed === undefined ? `nobody knows ${key.instrument}` : 'the order channel is down';
      this.#port.state(key, 'cancelRejected', `not sent: ${why}`);
      return { kind: 'refused', error: 'rejected', reason: `not sent: ${why}`, venueTime: 0 };
    }
    const wider = all?.underWay(listed);
    return new Promise((resolve) =>
      this.#await(
        'cancel',
        key,
        wider === undefined
          ? () => adapter.cancel(key, listed)
          : () =>
              wider.then(() =>
                this.#isSettled('cancel', key)
                  ? unknown('it was canceled with all others')
                  : adapter.cancel(key, listed),
              ),
        (outcome) => this.canceled(key, outcome),
        resolve,
      ),
    );
  }

  /** Says what came of a cancel. */
  canceled(key: OrderKey, outcome: Outcome): void {
    if (outcome.kind === 'unknown') this.#port.state(key, 'unknown', outcome.reason);
    else if (outcome.kind === 'refused') this.#port.state(key, 'cancelRejected', outcome.reason, outcome);
    else if (!this.#fillsToCome(key, outcome.filled))
      this.#port.state(key, 'canceled', 'canceled by us', outcome);
  }

  /** Why an order is not sent, or an empty string. */
  #refusal(order: Order, listed: ListedInstrument | undefined): string {
    const { venue, capabilities } = this.#port.settings;
    if (listed === undefined || listed.definition.venue !== venue)
      return `${venue} does not trade ${order.instrument}`;
    const { type, price, quantity } = order;
    if (!Number.isSafeInteger(quantity) || quantity <= 0)
      return `quantity must be a whole number of lots above 0, not ${quantity}`;
    if (
      !Number.isSafeInteger(price) ||
      (type === 'limit' && price <= 0 && listed.definition.kind !== 'spread')
    )
      return `price must be a whole number of ticks above 0, not ${price}`;
    const contradiction = orderTermsFault(order);
    if (contradiction !== undefined) return contradiction;
    const fault = clientOrderIdFault(order.clientOrderId, capabilities);
    if (fault !== undefined) {
      const message = `client order id ${show(order.clientOrderId)} ${fault}, which is all that ${venue} takes`;
      this.#port.fault('client-order-id', message);
      return message;
    }
    if (!capabilities.orderTypes.includes(order.type)) return `${venue} takes no ${order.type} orders here`;
    if (!capabilities.timesInForce.includes(order.timeInForce))
      return `${venue} takes no ${order.timeInForce} orders here`;
    const { keyRefused } = this.#lessons;
    if (keyRefused !== '') return `the venue refuses our key: ${keyRefused}`;
    if (!this.#port.isUp('orders')) return 'the order channel is down';
    return '';
  }

  /** Fills of a canceled order that are still under way on the stream: it tells of the cancel behind them. */
  #fillsToCome({ clientOrderId }: OrderKey, filled: number | undefined): boolean {
    const told = this.#open.filled(clientOrderId) ?? filled ?? 0;
    return this.#port.isUp('account') && (filled ?? 0) > told;
  }

  /** Runs a request with a time-out of our own. What comes after it is told all the same, but a second doubt is not. */
  #await(
    asked: Asked,
    key: OrderKey,
    request: () => Promise<Outcome>,
    settle: (outcome: Outcome) => void,
    done: (outcome: Outcome) => void = () => {},
  ): void {
    const port = this.#port;
    const { timeout } = port.settings;
    let late = false;
    const stop = port.after(timeout, () => {
      late = true;
      const reason = `no word about the ${asked} in ${timeout} ms`;
      if (!this.#isSettled(asked, key)) port.state(key, 'unknown', reason);
      done(unknown(reason));
    });
    settled(request, (outcome) => {
      stop();
      // A doubt that the venue's own word has settled meanwhile is none.
      if (!port.isOver() && (outcome.kind !== 'unknown' || !(late || this.#isSettled(asked, key)))) {
        if (outcome.kind === 'refused') port.learn(outcome);
        else if (outcome.kind === 'acknowledged') this.#lessons.wentThrough();
        settle(outcome);
      }
      done(outcome);
    });
  }

  #isSettled(asked: Asked, { clientOrderId }: OrderKey): boolean {
    return SETTLED_BY[asked].some((type) => this.#port.said.knows(type, clientOrderId));
  }
}

/** Whatever a request does, it comes to an outcome: what throws is unknown. */
export function settled<T>(request: () => Promise<T>, settle: (outcome: T | Outcome) => void): void {
  let pending: Promise<T | Outcome>;
  try {
    pending = request();
  } catch (error) {
    pending = Promise.reject(error);
  }
  void pending.catch((error: unknown): Outcome => unknown(messageOf(error))).then(settle);
}
