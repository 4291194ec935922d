import { type Observable, Subject } from 'rxjs';
import type { Driver, DriverContext } from '../../src/core/driver.js';
import type { Frame } from '../../src/core/frame.js';
import { type StageOperator, stage } from '../../src/core/stage.js';
import { mintApproved } from '../../src/domain/approval.js';
import { clientOrderId, type InstrumentId } from '../../src/domain/brand.js';
import type { Command, SubmitCommand } from '../../src/domain/command.js';
import type { OutsideEvent, ReportEvent, StateReport } from '../../src/domain/event.js';
import { type Instrument, instrument } from '../../src/domain/instrument.js';
import type { BookEvent, QuoteEvent, TradeEvent } from '../../src/domain/market-event.js';
import type { Order, Proposal } from '../../src/domain/order.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { recordingOf } from '../../src/streams/replay/memory.js';

/** The plainest event there is: a word about a link, told apart by its reason. */
export const link = (reason: string): OutsideEvent => ({
  kind: 'link',
  venueTime: 0,
  venue: 'v',
  channel: 'market',
  state: 'up',
  reason,
});

/** The reason of a link event, or the kind of another. */
export const nameOf = ({ event }: Pick<Frame, 'event'>): string =>
  event.kind === 'link' ? event.reason : event.kind;

/** A recording of link events, one a millisecond from 1,000 on. */
export const links = (...reasons: string[]): RecordingSource =>
  recordingOf(reasons.map((reason, index) => ({ ts: 1_000 + index, event: link(reason) })));

/** Where a frame is in the log, and what it is about. */
export const placeOf = (frame: Frame): string => `${frame.seq}.${frame.sub} ${nameOf(frame)}`;

export async function collect<T>(source: Observable<T>): Promise<T[]> {
  const all: T[] = [];
  await source.forEach((value) => {
    all.push(value);
  });
  return all;
}

/** A stage from its step alone, without state. */
export const act = (
  name: string,
  step: (frame: Frame, context: ActContext) => void,
): StageOperator<Frame, object> =>
  stage<Frame, object, null>({
    name,
    adds: {},
    init: () => null,
    step: (_state, frame, context) => step(frame, context),
    save: () => null,
    restore: () => null,
  });

export type ActContext = Parameters<Parameters<typeof stage<Frame, object, null>>[0]['step']>[2];

/** Counts link events. */
export const counter: StageOperator<Frame, { count: number }> = stage<
  Frame,
  { count: number },
  { count: number }
>({
  name: 'counter',
  adds: { count: 0 },
  init: () => ({ count: 0 }),
  step: (state, frame) => {
    if (frame.event.kind === 'link') state.count += 1;
    frame.count = state.count;
  },
  save: ({ count }) => ({ count }),
  restore: (saved) => ({ count: (saved as { count: number }).count }),
});

/** A driver from what it does with its context; `say` puts an event into the pipeline. */
export const driver = (
  name: string,
  connect: (context: DriverContext, say: (event: OutsideEvent) => void) => void,
  more: Partial<Driver> = {},
): Driver => ({
  name,
  connect: (context) => {
    const out = new Subject<OutsideEvent>();
    // Drivers speak once they are connected: the run subscribes right after this.
    connect(context, (event) => out.next(event));
    return out;
  },
  ...more,
});

/** Keeps the commands that the gate let out. */
export const listener = (name = 'listener'): { readonly driver: Driver; readonly commands: Command[] } => {
  const commands: Command[] = [];
  return {
    commands,
    driver: driver(name, ({ commands$ }) => {
      commands$.subscribe((command) => commands.push(command));
    }),
  };
};

export const btc: Instrument = instrument({
  venue: 'v',
  symbol: 'BTC',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USD',
  tick: '0.5',
  lot: '0.001',
});

export const proposal = (more: Partial<Proposal> = {}): Proposal => ({
  instrument: btc.id,
  side: 'buy',
  type: 'limit',
  timeInForce: 'GTC',
  price: 100,
  quantity: 5,
  reduceOnly: false,
  postOnly: false,
  attribution: [{ agent: 'a', quantity: 5 }],
  arrivalMid: 50,
  ...more,
});

export const orderOf = (id: string, of: Proposal = proposal()): Order => ({
  ...of,
  clientOrderId: clientOrderId(id),
  venue: 'v',
  requestTime: 1,
});

/** A submit that risk approved. */
export const submit = (id: string, of: Proposal = proposal()): SubmitCommand => ({
  kind: 'submit',
  approved: mintApproved(of),
  order: orderOf(id, of),
});

export const report = (id: string, type: StateReport['type'] = 'accepted'): ReportEvent => ({
  kind: 'report',
  type,
  venue: 'v',
  instrument: btc.id,
  clientOrderId: clientOrderId(id),
  venueTime: 0,
  reason: '',
});

export const fill = (id: string, quantity: number): ReportEvent => ({
  kind: 'report',
  type: 'fill',
  venue: 'v',
  instrument: btc.id,
  clientOrderId: clientOrderId(id),
  venueTime: 0,
  executionId: `x-${id}-${quantity}`,
  side: 'buy',
  price: 100,
  quantity,
  liquidity: 'taker',
  fee: '0',
  feeCurrency: 'USD',
});

export const quote = (bid: number, ask: number, updateId = -1, of: InstrumentId = btc.id): QuoteEvent => ({
  kind: 'quote',
  instrument: of,
  venueTime: 0,
  bidPrice: bid,
  bidQuantity: 10,
  askPrice: ask,
  askQuantity: 10,
  updateId,
});

export const trade = (price: number, of: InstrumentId = btc.id): TradeEvent => ({
  kind: 'trade',
  instrument: of,
  venueTime: 0,
  price,
  quantity: 1,
  aggressor: 'buy',
  tradeId: String(price),
});

export const book = (action: BookEvent['action'], more: Partial<BookEvent> = {}): BookEvent => ({
  kind: 'book',
  instrument: btc.id,
  venueTime: 0,
  action,
  first: -1,
  last: -1,
  previous: -1,
  bids: [],
  asks: [],
  ...more,
});

/** What `Function` is where a host forbids code from strings. */
export class NoGeneration {
  constructor() {
    throw new EvalError('code generation from strings is disallowed');
  }
}
