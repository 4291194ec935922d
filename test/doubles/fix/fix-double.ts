import { Grid } from '../../../src/domain/grid.js';
import type { Instrument } from '../../../src/domain/instrument.js';
import {
  type Field,
  type FixMessage,
  formatTimestamp,
  parseTimestamp,
  TAG,
} from '../../../src/venues/fix/index.js';
import type { OrderAtDouble, RequestFault, VenueDouble } from '../../venues/conformance/venue-under-test.js';
import { FixCounterparty, type Peer } from './fix-counterparty.js';

/** An order as the double has it. Quantities in lots, prices in ticks. */
interface HeldOrder {
  clientOrderId: string;
  readonly owner: Peer;
  side: string;
  price: number;
  quantity: number;
  filled: number;
  /** Lots filled under this id: `filled` counts those of the orders before it too. */
  own: number;
  status: 'new' | 'partiallyFilled' | 'filled' | 'canceled' | 'rejected' | 'replaced';
  requests: number;
  /** Is not told of until somebody asks. */
  silent: boolean;
}

const STATUS = {
  new: '0',
  partiallyFilled: '1',
  filled: '2',
  canceled: '4',
  rejected: '8',
  replaced: '5',
} as const;

/** An execution, as a trade capture report tells it again. */
interface Execution {
  readonly id: string;
  readonly order: HeldOrder;
  readonly quantity: number;
  readonly at: number;
}

export interface FixDoubleOptions {
  readonly version: 'FIX.4.2' | 'FIX.4.4';
  readonly instrument: Instrument;
  readonly resetOnLogon?: boolean;
  /** Sessions that repeat every report. @default those whose name begins with COPY */
  readonly isCopy?: (compID: string) => boolean;
  /** @default false */
  readonly cancelOnDisconnect?: boolean;
  readonly port?: number;
}

/** A broker's FIX gateway for one instrument, with both hands on it: orders rest until somebody fills them. */
export class FixDouble implements VenueDouble {
  readonly counterparty: FixCounterparty;
  readonly #options: FixDoubleOptions;
  readonly #prices: Grid;
  readonly #lots: Grid;
  readonly #orders: HeldOrder[] = [];
  readonly #byId = new Map<string, HeldOrder>();
  readonly #levels = { bid: new Map<number, number>(), ask: new Map<number, number>() };
  readonly #feeds = new Map<Peer, string>();
  #sequence = 1;
  #executions = 0;
  readonly #executed: Execution[] = [];
  #fault: RequestFault | undefined;
  #burst: readonly number[] = [];
  port = 0;
  /** Lots that the account holds beside what was traded here. */
  held = 0;
  /** Said of positions in the place of the lots. */
  garbledPosition: string | undefined;
  /** What becomes of the answer to a request for executions: its messages AQ and AE. */
  tradeAnswer: (messages: readonly (readonly Field[])[]) => readonly (readonly Field[])[] = (messages) =>
    messages;
  /** Application messages, as they came. */
  readonly received: FixMessage[] = [];

  private constructor(options: FixDoubleOptions) {
    this.#options = options;
    this.#prices = new Grid(options.instrument.tick);
    this.#lots = new Grid(options.instrument.lot);
    this.counterparty = new FixCounterparty({ ...options, compID: 'BROKER' });
    this.counterparty.received = (peer, message) => this.#take(peer, message);
  }

  static async start(options: FixDoubleOptions): Promise<FixDouble> {
    const double = new FixDouble(options);
    double.port = await double.counterparty.listen();
    return double;
  }

  orders(): readonly OrderAtDouble[] {
    return this.#orders
      .filter(({ status }) => status !== 'rejected')
      .map(({ clientOrderId, status, filled, requests }) => ({ clientOrderId, status, filled, requests }));
  }

  /** Lots that the account holds: by the executions here, and beside them. */
  get position(): number {
    return this.#orders.reduce((sum, { side, own }) => sum + (side === '1' ? own : -own), this.held);
  }

  fill(clientOrderId: string, ...lots: readonly number[]): void {
    const order = this.#byId.get(clientOrderId);
    if (order === undefined) throw new Error(`the double has no order ${clientOrderId}`);
    this.counterparty.together(order.owner, () => {
      for (const quantity of lots) this.#execute(order, quantity);
    });
  }

  fillNextInBurst(...lots: readonly number[]): void {
    this.#burst = lots;
  }

  failNext(fault: RequestFault): void {
    this.#fault = fault;
  }

  disconnect(): void {
    if (this.#options.cancelOnDisconnect === true)
      for (const order of this.#orders)
        if (order.status === 'new' || order.status === 'partiallyFilled') {
          order.status = 'canceled';
          this.#report(order, '4', [[TAG.Text, 'canceled on disconnect']]);
        }
    this.counterparty.disconnect();
  }

  freeze(): void {
    this.counterparty.frozen = true;
  }

  thaw(): void {
    this.counterparty.frozen = false;
  }

  /** Takes the last execution of an order back, or changes its price. */
  amend(clientOrderId: string, executionId: string, price?: number): void {
    const order = this.#byId.get(clientOrderId) as HeldOrder;
    const busts = price === undefined;
    const old = this.#options.version === 'FIX.4.2';
    const facts: Field[] = [
      [TAG.ExecRefID, executionId],
      ...(price === undefined
        ? []
        : ([
            [TAG.LastPx, this.#prices.format(price)],
            [TAG.LastQty, this.#lots.format(1)],
          ] as Field[])),
    ];
    if (busts) {
      order.filled--;
      order.own--;
    }
    this.#report(order, old ? '1' : busts ? 'H' : 'G', facts, old ? (busts ? '1' : '2') : '0');
  }

  trade(lots: number): void {
    const bids = [...this.#levels.bid.keys()];
    const price = bids.length === 0 ? 1 : Math.max(...bids);
    const entry: Field[] = [
      [TAG.MDUpdateAction, '0'],
      [TAG.MDEntryType, '2'],
      [TAG.Symbol, this.#options.instrument.symbol],
      [TAG.MDEntryPx, this.#prices.format(price)],
      [TAG.MDEntrySize, this.#lots.format(lots)],
      [1_003, `t${this.#sequence}`],
    ];
    this.#publish([entry]);
  }

  level(side: 'bid' | 'ask', price: number, lots: number): void {
    const levels = this.#levels[side];
    const before = levels.has(price);
    if (lots === 0) levels.delete(price);
    else levels.set(price, lots);
    this.#sequence++;
    const entry: Field[] = [
      [TAG.MDUpdateAction, lots === 0 ? '2' : before ? '1' : '0'],
      [TAG.MDEntryType, side === 'bid' ? '0' : '1'],
      [TAG.Symbol, this.#options.instrument.symbol],
      [TAG.MDEntryPx, this.#prices.format(price)],
      ...(lots === 0 ? [] : [[TAG.MDEntrySize, this.#lots.format(lots)] as const]),
      [TAG.RptSeq, this.#sequence],
    ];
    this.#publish([entry]);
  }

  gap(): void {
    this.#sequence += 3;
  }

  book(): { readonly bids: readonly number[]; readonly asks: readonly number[] } {
    const flat = (side: 'bid' | 'ask', sign: 1 | -1): number[] =>
      [...this.#levels[side]].sort(([one], [other]) => sign * (one - other)).flat();
    return { bids: flat('bid', -1), asks: flat('ask', 1) };
  }

  stop(): Promise<void> {
    return this.counterparty.stop();
  }

  #take(peer: Peer, message: FixMessage): void {
    this.received.push(message);
    const fault = this.#fault;
    if (message.type === 'D' || message.type === 'F' || message.type === 'G') this.#fault = undefined;
    switch (message.type) {
      case 'D':
        this.#place(peer, message, fault);
        return;
      case 'F':
        if (fault === undefined) this.#cancel(peer, message);
        return;
      case 'G':
        if (fault === undefined) this.#replace(peer, message);
        return;
      case 'H':
        this.#tell(peer, message);
        return;
      case 'AF':
        this.#tellAll(peer, message);
        return;
      case 'AN':
        this.#tellPosition(peer, message);
        return;
      case 'AD':
        this.#tellTrades(peer, message);
        return;
      case 'V':
        this.#subscribe(peer, message);
        return;
      case 'c':
        this.counterparty.send(peer, [
          [TAG.MsgType, 'd'],
          [TAG.SecurityReqID, message.get(TAG.SecurityReqID) ?? ''],
          [TAG.Symbol, message.get(TAG.Symbol) ?? ''],
          [TAG.MinPriceIncrement, this.#options.instrument.tick],
        ]);
        return;
      default:
        this.counterparty.send(peer, [
          [TAG.MsgType, 'j'],
          [TAG.RefSeqNum, message.sequence],
          [TAG.RefMsgType, message.type],
          [TAG.BusinessRejectReason, 3],
          [TAG.Text, 'unsupported message'],
        ]);
    }
  }

  #place(peer: Peer, message: FixMessage, fault: RequestFault | undefined): void {
    if (fault === 'noReply') return;
    const id = message.get(TAG.ClOrdID) as string;
    const known = this.#byId.get(id);
    if (known !== undefined) {
      known.requests++;
      this.#report({ ...known, status: 'rejected' }, '8', [
        [TAG.OrdRejReason, 6],
        [TAG.Text, 'duplicate order'],
      ]);
      return;
    }
    const order: HeldOrder = {
      clientOrderId: id,
      owner: peer,
      side: message.get(TAG.Side) as string,
      price: this.#prices.parse(message.get(TAG.Price) ?? '0'),
      quantity: this.#lots.parse(message.get(TAG.OrderQty) as string),
      filled: 0,
      own: 0,
      status: fault === 'reject' ? 'rejected' : 'new',
      requests: 1,
      silent: fault === 'acceptThenHang' || fault === 'http500' || fault === 'http504',
    };
    this.#orders.push(order);
    if (fault === 'reject') {
      this.#report(order, '8', [
        [TAG.OrdRejReason, 0],
        [TAG.Text, 'refused by the exchange'],
      ]);
      return;
    }
    this.#byId.set(id, order);
    if (fault === 'acceptThenDrop') {
      // What is said over a broken connection is there to be asked for.
      this.counterparty.disconnect();
      this.#report(order, '0');
      return;
    }
    const burst = this.#burst;
    this.#burst = [];
    this.counterparty.together(peer, () => {
      this.#report(order, '0');
      for (const quantity of burst) this.#execute(order, quantity);
    });
  }

  #cancel(peer: Peer, message: FixMessage): void {
    const order = this.#byId.get(message.get(TAG.OrigClOrdID) as string);
    const id = message.get(TAG.ClOrdID) as string;
    if (order === undefined || (order.status !== 'new' && order.status !== 'partiallyFilled')) {
      this.#refuse(peer, message, order, '1');
      return;
    }
    order.status = 'canceled';
    this.#report(order, '4', [[TAG.OrigClOrdID, order.clientOrderId]], '0', id, peer);
  }

  #replace(peer: Peer, message: FixMessage): void {
    const old = message.get(TAG.OrigClOrdID) as string;
    const order = this.#byId.get(old);
    const quantity = this.#lots.parse(message.get(TAG.OrderQty) as string);
    if (
      order === undefined ||
      (order.status !== 'new' && order.status !== 'partiallyFilled') ||
      quantity <= order.filled
    ) {
      this.#refuse(peer, message, order, '2');
      return;
    }
    const id = message.get(TAG.ClOrdID) as string;
    const next: HeldOrder = {
      ...order,
      clientOrderId: id,
      price: this.#prices.parse(message.get(TAG.Price) as string),
      quantity,
      own: 0,
      requests: 1,
    };
    order.status = 'replaced';
    this.#orders.push(next);
    this.#byId.set(id, next);
    this.#report(next, '5', [[TAG.OrigClOrdID, old]]);
  }

  #refuse(peer: Peer, message: FixMessage, order: HeldOrder | undefined, answers: '1' | '2'): void {
    this.counterparty.send(peer, [
      [TAG.MsgType, '9'],
      [TAG.OrderID, order === undefined ? 'NONE' : `O-${order.clientOrderId}`],
      [TAG.ClOrdID, message.get(TAG.ClOrdID) as string],
      [TAG.OrigClOrdID, message.get(TAG.OrigClOrdID) as string],
      [TAG.OrdStatus, order === undefined ? '8' : STATUS[order.status]],
      [TAG.CxlRejResponseTo, answers],
      [TAG.CxlRejReason, order === undefined ? 1 : 0],
    ]);
  }

  /** The answer to a look-up goes to whoever asked. */
  #tell(peer: Peer, message: FixMessage): void {
    const id = message.get(TAG.ClOrdID) as string;
    const order = this.#byId.get(id);
    const old = this.#options.version === 'FIX.4.2';
    if (order !== undefined) order.silent = false;
    this.counterparty.send(peer, [
      [TAG.MsgType, '8'],
      [TAG.OrderID, order === undefined ? 'NONE' : `O-${id}`],
      [TAG.ExecID, '0'],
      ...(old ? [[TAG.ExecTransType, '3'] as const] : []),
      [TAG.ExecType, old ? (order === undefined ? '8' : STATUS[order.status]) : 'I'],
      [TAG.OrdStatus, order === undefined ? '8' : STATUS[order.status]],
      ...(order === undefined ? [[TAG.OrdRejReason, 5] as const] : []),
      [TAG.ClOrdID, id],
      [TAG.Symbol, this.#options.instrument.symbol],
      [TAG.Side, order?.side ?? '1'],
      [TAG.CumQty, this.#lots.format(order?.filled ?? 0)],
      [TAG.LeavesQty, this.#lots.format(order === undefined ? 0 : order.quantity - order.filled)],
      [TAG.AvgPx, order === undefined || order.filled === 0 ? '0' : this.#prices.format(order.price)],
    ]);
  }

  #tellAll(peer: Peer, message: FixMessage): void {
    const open = this.#orders.filter(({ status }) => status === 'new' || status === 'partiallyFilled');
    const id = message.get(TAG.MassStatusReqID) as string;
    const marks = (status: string, last: boolean): Field[] => [
      [TAG.MsgType, '8'],
      [TAG.ExecID, '0'],
      [TAG.ExecType, 'I'],
      [TAG.OrdStatus, status],
      [TAG.MassStatusReqID, id],
      [TAG.TotNumReports, open.length],
      [TAG.LastRptRequested, last ? 'Y' : 'N'],
    ];
    if (open.length === 0) this.counterparty.send(peer, marks('8', true));
    open.forEach((order, index) => {
      this.counterparty.send(peer, [
        ...marks(STATUS[order.status], index === open.length - 1),
        [TAG.ClOrdID, order.clientOrderId],
        [TAG.Symbol, this.#options.instrument.symbol],
        [TAG.Side, order.side],
        [TAG.CumQty, this.#lots.format(order.filled)],
      ]);
    });
  }

  /** What the account holds by the executions here; nothing traded: that there is nothing. */
  #tellPosition(peer: Peer, message: FixMessage): void {
    const held = this.position;
    const marks: Field[] = [
      [721, `R${this.#executions}`],
      [TAG.PosReqID, message.get(TAG.PosReqID) as string],
      [TAG.TotalNumPosReports, held === 0 ? 0 : 1],
      [TAG.PosReqResult, held === 0 ? 2 : 0],
    ];
    this.counterparty.send(peer, [[TAG.MsgType, 'AO'], ...marks]);
    if (held === 0) return;
    this.counterparty.send(peer, [
      [TAG.MsgType, 'AP'],
      ...marks,
      [TAG.Account, message.get(TAG.Account) as string],
      [TAG.Symbol, this.#options.instrument.symbol],
      [TAG.NoPositions, 2],
      // Of the day before: it is not the position.
      [TAG.PosType, 'SOD'],
      [TAG.LongQty, this.#lots.format(1_000)],
      [TAG.PosType, 'TQ'],
      [held > 0 ? TAG.LongQty : TAG.ShortQty, this.garbledPosition ?? this.#lots.format(Math.abs(held))],
    ]);
  }

  /** Executions within the times that were asked for, whoever's session the orders came by. */
  #tellTrades(peer: Peer, message: FixMessage): void {
    const dates = message
      .groups(TAG.NoDates, new Set([TAG.TradeDate, TAG.TransactTime]))
      .map((date) => parseTimestamp(date.get(TAG.TransactTime) as string));
    const [from = Number.NaN, to = Number.NaN] = dates;
    const told = this.#executed.filter(({ at }) => at >= from && at <= to);
    const marks: Field[] = [
      [TAG.TradeRequestID, message.get(TAG.TradeRequestID) as string],
      [TAG.TotNumTradeReports, told.length],
    ];
    const answer: Field[][] = [
      [
        [TAG.MsgType, 'AQ'],
        ...marks,
        [TAG.TradeRequestType, message.get(TAG.TradeRequestType) as string],
        [TAG.TradeRequestResult, 0],
        [TAG.TradeRequestStatus, 0],
      ],
      ...told.map(({ id, order, quantity, at }, index): Field[] => [
        [TAG.MsgType, 'AE'],
        [TAG.TradeReportID, `T${id}`],
        ...marks,
        [TAG.TradeReportTransType, 0],
        [TAG.ExecType, 'F'],
        [TAG.ExecID, id],
        [TAG.LastRptRequested, index === told.length - 1 ? 'Y' : 'N'],
        [TAG.Symbol, this.#options.instrument.symbol],
        [TAG.LastQty, this.#lots.format(quantity)],
        [TAG.LastPx, this.#prices.format(order.price)],
        [TAG.TradeDate, formatTimestamp(at).slice(0, 8)],
        [TAG.TransactTime, formatTimestamp(at)],
        [TAG.NoSides, 1],
        [TAG.Side, order.side],
        [TAG.OrderID, `O-${order.clientOrderId}`],
        [TAG.ClOrdID, order.clientOrderId],
        [TAG.Account, 'A1'],
      ]),
    ];
    for (const fields of this.tradeAnswer(answer)) this.counterparty.send(peer, fields);
  }

  #execute(order: HeldOrder, quantity: number): void {
    order.filled += quantity;
    order.own += quantity;
    order.status = order.filled >= order.quantity ? 'filled' : 'partiallyFilled';
    const old = this.#options.version === 'FIX.4.2';
    this.#executed.push({ id: `E${this.#executions + 1}`, order, quantity, at: Date.now() });
    this.#report(order, old ? (order.status === 'filled' ? '2' : '1') : 'F', [
      [TAG.LastPx, this.#prices.format(order.price)],
      [TAG.LastQty, this.#lots.format(quantity)],
      [TAG.TransactTime, formatTimestamp(Date.now())],
    ]);
  }

  #report(
    order: HeldOrder,
    type: string,
    more: readonly Field[] = [],
    transaction = '0',
    id: string = order.clientOrderId,
    to: Peer = order.owner,
  ): void {
    const old = this.#options.version === 'FIX.4.2';
    const over = order.status === 'canceled' || order.status === 'rejected';
    const fields: Field[] = [
      [TAG.MsgType, '8'],
      [TAG.OrderID, `O-${order.clientOrderId}`],
      [TAG.ExecID, `E${++this.#executions}`],
      ...(old ? [[TAG.ExecTransType, transaction] as const] : []),
      [TAG.ExecType, type],
      [TAG.OrdStatus, STATUS[order.status]],
      [TAG.ClOrdID, id],
      [TAG.Symbol, this.#options.instrument.symbol],
      [TAG.Side, order.side],
      [TAG.OrderQty, this.#lots.format(order.quantity)],
      [TAG.CumQty, this.#lots.format(order.filled)],
      [TAG.LeavesQty, this.#lots.format(over ? 0 : order.quantity - order.filled)],
      [TAG.AvgPx, order.filled === 0 ? '0' : this.#prices.format(order.price)],
      ...more,
    ];
    if (!order.silent) this.counterparty.send(to, fields);
    const isCopy = this.#options.isCopy ?? ((compID: string) => compID.startsWith('COPY'));
    for (const peer of this.counterparty.peers.values())
      if (peer !== to && isCopy(peer.compID) && !order.silent) this.counterparty.send(peer, fields);
  }

  #subscribe(peer: Peer, message: FixMessage): void {
    const id = message.get(TAG.MDReqID) as string;
    if (message.get(TAG.SubscriptionRequestType) === '2') {
      this.#feeds.delete(peer);
      return;
    }
    this.#feeds.set(peer, id);
    const entries = (['bid', 'ask'] as const).flatMap((side) =>
      [...this.#levels[side]].map(([price, lots]): Field[] => [
        [TAG.MDEntryType, side === 'bid' ? '0' : '1'],
        [TAG.MDEntryPx, this.#prices.format(price)],
        [TAG.MDEntrySize, this.#lots.format(lots)],
      ]),
    );
    this.counterparty.send(peer, [
      [TAG.MsgType, 'W'],
      [TAG.MDReqID, id],
      [TAG.Symbol, this.#options.instrument.symbol],
      [TAG.RptSeq, this.#sequence],
      [TAG.NoMDEntries, entries.length],
      ...entries.flat(),
    ]);
  }

  #publish(entries: readonly Field[][]): void {
    for (const [peer, id] of this.#feeds)
      this.counterparty.send(peer, [
        [TAG.MsgType, 'X'],
        [TAG.MDReqID, id],
        [TAG.NoMDEntries, entries.length],
        ...entries.flat(),
      ]);
  }
}
