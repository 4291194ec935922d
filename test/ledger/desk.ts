import { clientOrderId, type InstrumentId } from '../../src/domain/brand.js';
import type {
  CancelRequestedEvent,
  FillReport,
  StateReport,
  SubmittedEvent,
  TruthEvent,
} from '../../src/domain/event.js';
import { type Instrument, type InstrumentSettings, instrument } from '../../src/domain/instrument.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import type { Attribution, Proposal, Side } from '../../src/domain/order.js';
import { Ledger, type LedgerOptions } from '../../src/operators/ledger/index.js';

/** Index 0: linear, tick 1, lot 1, in USDT. */
export const LINEAR: Instrument = perpetual({ symbol: 'LINEAR', quote: 'USDT' });
/** Index 1: inverse, 10 USD a contract, tick 0.5, in BTC. */
export const INVERSE: Instrument = perpetual({
  symbol: 'INVERSE',
  quote: 'USD',
  base: 'BTC',
  inverse: true,
  multiplier: '10',
  tick: '0.5',
});
/** Index 2: a spot instrument of another venue, lot 0.001, tick 0.01, in EUR. */
export const SPOT: Instrument = instrument({
  venue: 'two',
  symbol: 'SPOT',
  kind: 'spot',
  base: 'ETH',
  quote: 'EUR',
  tick: '0.01',
  lot: '0.001',
});

export function perpetual(settings: Partial<InstrumentSettings>): Instrument {
  return instrument({
    venue: 'one',
    symbol: 'X',
    kind: 'perpetual',
    base: 'X',
    quote: 'USDT',
    tick: '1',
    lot: '1',
    ...settings,
  });
}

/** A ledger with helpers that speak in few words. Time is 1 ms an event from `now`. */
export class Desk {
  readonly instruments: InstrumentTable;
  readonly options: LedgerOptions;
  ledger: Ledger;
  now = 1_000;
  #executions = 0;

  constructor(
    instruments: readonly Instrument[] = [LINEAR, INVERSE, SPOT],
    options: LedgerOptions = { reportingCurrency: 'USDT' },
  ) {
    this.instruments = new InstrumentTable(instruments);
    this.options = options;
    this.ledger = new Ledger(this.instruments, options);
  }

  apply(event: Parameters<Ledger['apply']>[0]): readonly string[] {
    this.now++;
    return this.ledger.apply(event, this.now).map((each) => each.code);
  }

  submit(id: string, side: Side, quantity: number, more: OrderDetails = {}): readonly string[] {
    return this.apply(this.submitted(id, side, quantity, more));
  }

  submitted(id: string, side: Side, quantity: number, more: OrderDetails = {}): SubmittedEvent {
    const { definition } = this.instruments.at(more.index ?? 0);
    const lots = side === 'buy' ? quantity : -quantity;
    return {
      kind: 'submitted',
      order: {
        instrument: definition.id,
        venue: definition.venue,
        clientOrderId: clientOrderId(id),
        side,
        type: 'limit',
        timeInForce: 'GTC',
        price: 100,
        quantity,
        reduceOnly: false,
        postOnly: false,
        attribution: more.attribution ?? [{ agent: 'alpha', quantity: lots }],
        arrivalMid: Number.NaN,
        requestTime: 0,
        ...more.terms,
      },
    };
  }

  say(id: string, type: StateReport['type'], index = 0): readonly string[] {
    return this.apply(this.state(id, type, index));
  }

  state(id: string, type: StateReport['type'], index = 0): StateReport {
    return { ...this.#base(id, index), type, reason: '' };
  }

  cancel(id: string, index = 0): readonly string[] {
    const event: CancelRequestedEvent = {
      kind: 'cancelRequested',
      clientOrderId: clientOrderId(id),
      instrument: this.#id(index),
      reason: '',
    };
    return this.apply(event);
  }

  fill(id: string, quantity: number, price: number, more: FillDetails = {}): readonly string[] {
    return this.apply(this.filled(id, quantity, price, more));
  }

  filled(id: string, quantity: number, price: number, more: FillDetails = {}): FillReport {
    this.#executions++;
    return {
      ...this.#base(id, more.index ?? 0),
      type: 'fill',
      executionId: more.executionId ?? `e${this.#executions}`,
      price,
      quantity,
      liquidity: 'taker',
      fee: more.fee ?? '0',
      feeCurrency: more.feeCurrency ?? 'USDT',
      side: more.side ?? this.ledger.order(clientOrderId(id))?.order.side ?? 'buy',
    };
  }

  bust(id: string, executionId: string, index = 0): readonly string[] {
    return this.apply({ ...this.#base(id, index), type: 'bust', executionId, reason: 'by the venue' });
  }

  correct(
    id: string,
    executionId: string,
    quantity: number,
    price: number,
    more: FillDetails = {},
  ): readonly string[] {
    const fill = this.filled(id, quantity, price, { ...more, executionId });
    return this.apply({ ...fill, type: 'correction', reason: 'by the venue' });
  }

  /** Submits and fills at once. */
  trade(
    side: Side,
    quantity: number,
    price: number,
    more: FillDetails & OrderDetails = {},
  ): readonly string[] {
    const id = `t${this.now}`;
    this.submit(id, side, quantity, more);
    return this.fill(id, quantity, price, more);
  }

  rate(from: string, to: string, rate: string): void {
    this.apply({ kind: 'rate', venueTime: 0, from, to, rate });
  }

  order(id: string): { status: string; filled: number; remaining: number } | undefined {
    const record = this.ledger.order(clientOrderId(id));
    return record && { status: record.status, filled: record.filled, remaining: record.remaining };
  }

  #id(index: number): InstrumentId {
    return this.instruments.at(index).id;
  }

  #base(id: string, index: number): Omit<StateReport, 'type' | 'reason'> {
    return {
      kind: 'report',
      venue: this.instruments.at(index).definition.venue,
      instrument: this.#id(index),
      clientOrderId: clientOrderId(id),
      venueTime: 0,
    };
  }
}

interface OrderDetails {
  readonly index?: number;
  readonly attribution?: readonly Attribution[];
  readonly terms?: Partial<Proposal>;
}

interface FillDetails {
  readonly index?: number;
  readonly executionId?: string;
  readonly fee?: string;
  readonly feeCurrency?: string;
  readonly side?: Side;
}

/** What a venue says of an account with nothing in it, or with `more`. */
export const truth = (more: Partial<TruthEvent>): TruthEvent => ({
  kind: 'truth',
  venue: 'one',
  venueTime: 77,
  coversClosed: true,
  orders: [],
  fills: [],
  positions: [],
  balances: [],
  ...more,
});
