import { type ClientOrderId, clientOrderId } from '../../domain/brand.js';
import type { TrueOrder, TruePosition } from '../../domain/event.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import { type Finding, unknown, type VenueTruth } from '../driver/index.js';
import { type FixMessage, TAG } from '../fix/index.js';
import { type Execution, filledOf, lotsOf, statusOf, timeOf } from './execution.js';
import type { KnownOrder } from './known-orders.js';
import { MassStatus, massStatusRequest } from './mass-status.js';
import type { OrderContext } from './order-context.js';
import { statusRequest } from './order-messages.js';
import { PositionSnapshot, positionRequest } from './positions.js';
import { TradeAnswer, tradeRequest } from './trades.js';

/** Orders asked for at once when the venue is asked for all of them. */
const MOST_ASKED = 1_000;
const UNKNOWN_ORDER = '5';

/**
 * Questions to the venue and their answers: one order (message H), all that are open (AF), positions (AN, AP), executions
 * (AD, AE).
 *
 * ```
 * reconcile   AD AN AF ------- H(of those that AF left out)   as the gateway has them; else H of each order
 *             AE AE AP 8 8 8   8
 * output      f--f--------------t
 * ```
 */
export class OrderQueries {
  readonly #context: OrderContext;
  #mass: MassStatus | undefined;
  #positions: PositionSnapshot | undefined;
  #trades: TradeAnswer | undefined;
  /** Executions from here on were asked for, and not all of the answer came. */
  #untold = Number.POSITIVE_INFINITY;
  /** The venue's time, as its latest message has it. */
  #venueTime = 0;

  constructor(context: OrderContext) {
    this.#context = context;
  }

  /** A message of the venue has come. */
  heard(message: FixMessage): void {
    this.#venueTime = Math.max(this.#venueTime, message.time(TAG.SendingTime) || 0);
  }

  /** The connection ended: what was asked for as a whole is not answered any more. */
  lost(): void {
    this.#mass?.giveUp();
    this.#positions?.giveUp();
    this.#trades?.giveUp();
  }

  /** Where an order stands (message H). */
  lookUp(id: ClientOrderId, listed: ListedInstrument): Promise<Finding> {
    const { timeout } = this.#context.settings;
    const question = (): Promise<Finding> =>
      new Promise((resolve) => {
        const stop = this.#context.port.after(timeout, () => {
          this.#context.requests.answer(id, unknown(`no word about the look-up in ${timeout} ms`));
        });
        const first = this.#context.requests.ask(id, (finding) => {
          stop();
          resolve(finding);
        });
        if (!first) return;
        const order = { clientOrderId: id, side: this.#context.known.find(id)?.side };
        const sequence = this.#context.send(statusRequest(order, this.#context.marksOf(listed)));
        if (sequence === undefined)
          this.#context.requests.answer(id, unknown('not sent: the session for orders is down'));
        else this.#context.requests.sent(id, sequence);
      });
    return this.#context.port.requests
      .run('lookUp', { orders: 1 }, question)
      .catch((error: unknown): Finding => unknown((error as Error).message));
  }

  /**
   * What the venue says of orders that may be alive, and of positions where the gateway tells them. Fills come as reports:
   * by the session's own resend, by the drop copy, and, where the gateway tells executions again, in front of the truth.
   */
  async truth(since: number): Promise<VenueTruth | undefined> {
    const trades = this.#askForTrades(since);
    const positions = this.#askForPositions();
    const orders = this.#context.settings.gateway.massStatus
      ? await this.#openOrders()
      : await this.#each(this.#context.known.all());
    if (orders === undefined) {
      this.#positions?.giveUp();
      this.#trades?.giveUp();
      return undefined;
    }
    const told = await positions;
    await trades;
    return {
      venueTime: this.#venueTime,
      coversClosed: false,
      orders,
      fills: [],
      positions: told,
      balances: [],
    };
  }

  /** Takes a report that answers a request for all orders. @returns whether it is one */
  takeMass(message: FixMessage): boolean {
    const id = message.get(TAG.MassStatusReqID);
    if (id === undefined) return false;
    const order = this.#context.known.find(message.get(TAG.ClOrdID) ?? '');
    const found = this.#context.names.find((tag) => message.get(tag));
    if (id === this.#mass?.id) this.#mass.take(message, found, order?.base ?? 0);
    return true;
  }

  /** Takes a message about positions. @returns whether it is one */
  takePosition(message: FixMessage): boolean {
    if (message.type !== 'AO' && message.type !== 'AP') return false;
    if (message.get(TAG.PosReqID) === this.#positions?.id) this.#positions?.take(message);
    return true;
  }

  /** Counts a message (AQ, AE) that answers a request for executions. */
  countTrade(message: FixMessage): void {
    if (message.get(TAG.TradeRequestID) === this.#trades?.id) this.#trades?.take(message);
  }

  /** The answer to a look-up. @returns whether anybody had asked */
  answered(message: FixMessage, { clientOrderId: id, reason }: Execution): boolean {
    const known = this.#context.known.find(id);
    const listed = this.#context.listedOf(message, known);
    const sent = message.time(TAG.SendingTime) || timeOf(message);
    if (message.get(TAG.OrdStatus) === '8' && message.get(TAG.OrdRejReason) === UNKNOWN_ORDER)
      return this.#context.requests.answer(id, { kind: 'notFound', venueTime: sent });
    if (listed !== undefined)
      this.#context.known.counted(clientOrderId(id), lotsOf(message, TAG.CumQty, listed));
    const filled =
      listed === undefined ? Number.NaN : (filledOf(message, listed, known?.base ?? 0) ?? known?.filled ?? 0);
    const status = statusOf(message, filled);
    if (listed === undefined || status === undefined)
      return this.#context.requests.answer(id, unknown('the answer to the look-up says no state'));
    const averagePrice = message.get(TAG.AvgPx);
    return this.#context.requests.answer(id, {
      kind: 'found',
      status,
      filled,
      // The mean of a chain of orders is not that of its last.
      ...(filled > 0 && known?.base === 0 && isDecimal(averagePrice) ? { averagePrice } : {}),
      fills: [],
      reason,
      venueTime: sent,
    });
  }

  /** Orders that are open, and those that may be by the log and were left out: they have ended meanwhile. */
  async #openOrders(): Promise<readonly TrueOrder[] | undefined> {
    const open = await this.#askForAll();
    if (open === undefined) return undefined;
    const named = new Set(open.map((order) => order.clientOrderId));
    const ended = await this.#each(
      this.#context.known.all().filter((order) => !named.has(order.clientOrderId)),
    );
    return [...open, ...(ended ?? [])];
  }

  /** Asks for each. @returns `undefined` when nothing was answered */
  async #each(orders: readonly KnownOrder[]): Promise<readonly TrueOrder[] | undefined> {
    const { port } = this.#context;
    const asked = orders.slice(0, MOST_ASKED);
    const findings = await Promise.all(
      asked.map(async (order) => {
        const listed = port.instruments.find(order.instrument);
        return { order, finding: listed && (await this.lookUp(order.clientOrderId, listed)) };
      }),
    );
    const found: TrueOrder[] = [];
    let answers = 0;
    for (const { order, finding } of findings) {
      if (finding === undefined || finding.kind === 'unknown') continue;
      answers++;
      if (finding.kind === 'notFound') continue;
      const { clientOrderId: id, instrument } = order;
      found.push({ clientOrderId: id, instrument, status: finding.status, filled: finding.filled });
    }
    return asked.length > 0 && answers === 0 ? undefined : found;
  }

  #askForAll(): Promise<readonly TrueOrder[] | undefined> {
    const { port, settings, send, nextId } = this.#bound();
    this.#mass?.giveUp();
    return new Promise((resolve) => {
      const stop = port.after(settings.timeout, () => this.#mass?.giveUp());
      const mass = new MassStatus(nextId('S'), (orders) => {
        stop();
        if (this.#mass === mass) this.#mass = undefined;
        resolve(orders);
      });
      this.#mass = mass;
      if (send(massStatusRequest(mass.id, settings.account)) === undefined) mass.giveUp();
    });
  }

  /** Nothing where the gateway does not tell, or did not: what is not named is not told. */
  #askForPositions(): Promise<readonly TruePosition[]> {
    const { port, settings, send, nextId, names } = this.#bound();
    const { positions: kind } = settings.gateway;
    if (kind === undefined) return Promise.resolve([]);
    this.#positions?.giveUp();
    return new Promise((resolve) => {
      const stop = port.after(settings.timeout, () => this.#positions?.giveUp());
      const snapshot = new PositionSnapshot(nextId('P'), kind, names, port.listed, (told) => {
        stop();
        if (this.#positions === snapshot) this.#positions = undefined;
        if (typeof told !== 'string') resolve(told);
        else {
          port.fault('positions', `positions are not told: ${told}`);
          resolve([]);
        }
      });
      this.#positions = snapshot;
      const sent = send(positionRequest(snapshot.id, settings.account, port.now()));
      if (sent === undefined) snapshot.giveUp();
    });
  }

  /** Resolves when the answer is whole, or there will be no more of it: then those are asked for again the next time. */
  #askForTrades(from: number): Promise<void> {
    const { port, settings, send, nextId } = this.#bound();
    const { trades: type } = settings.gateway;
    if (type === undefined) return Promise.resolve();
    this.#trades?.giveUp();
    const since = Math.min(from, this.#untold);
    this.#untold = since;
    return new Promise((resolve) => {
      const stop = port.after(settings.timeout, () => this.#trades?.giveUp());
      const answer = new TradeAnswer(nextId('T'), since, (missing) => {
        stop();
        if (this.#trades === answer) this.#trades = undefined;
        if (missing === undefined) this.#untold = Number.POSITIVE_INFINITY;
        else
          port.fault(
            'trades',
            `executions since ${new Date(since).toISOString()} are not all told: ${missing}`,
          );
        resolve();
      });
      this.#trades = answer;
      const sent = send(tradeRequest(answer.id, type, settings.account, since, port.now()));
      if (sent === undefined) answer.giveUp();
    });
  }

  #bound(): Pick<OrderContext, 'port' | 'settings' | 'send' | 'names' | 'nextId'> {
    const context = this.#context;
    const { port, settings, send, names } = context;
    return { port, settings, send, names, nextId: (prefix) => context.nextId(prefix) };
  }
}

const isDecimal = (text: string | undefined): text is string =>
  text !== undefined && /^-?\d{1,20}(\.\d{1,20})?$/.test(text);
