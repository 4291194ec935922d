import type { BookView } from '../../books/index.js';
import { L2Book } from '../../books/index.js';
import type { StageContext } from '../../core/context.js';
import type { Frame } from '../../core/frame.js';
import { liveView } from '../../core/live-view.js';
import { type StageOperator, stage } from '../../core/stage.js';
import { Markets, type MarketsView, type SyncChange } from './markets.js';

/** What `books` adds to a frame. Prices and quantities are plain numbers, `NaN` when unknown. */
export interface MarketFields {
  /** Best bid of the frame's instrument. */
  bid: number;
  ask: number;
  bidQuantity: number;
  askQuantity: number;
  mid: number;
  lastPrice: number;
  /** Whether the instrument's market is known and not crossed: signals on it abstain while it is not. */
  synced: boolean;
  /** The instrument's book: live, for this pass only. */
  book: BookView;
  /** All markets by instrument index: live, for this pass only. */
  markets: MarketsView;
}

const EMPTY_BOOK: BookView = new L2Book();
const NO_MARKETS = undefined as unknown as MarketsView;

/**
 * Keeps the book of every instrument and puts its best prices on each frame.
 *
 * ```
 * events  snapshot--delta--delta(gap)-----snapshot--
 *         books()
 * synced  yes-------yes----no-------------yes-------
 * ```
 *
 * A gap empties the book, puts a derived `sync` event into the stream and asks the venue for the book again.
 * Frames of an instrument that the table does not have carry `NaN`.
 */
export function books(): StageOperator<Frame, MarketFields> {
  return stage<Frame, MarketFields, Markets>({
    name: 'books',
    adds: {
      bid: Number.NaN,
      ask: Number.NaN,
      bidQuantity: Number.NaN,
      askQuantity: Number.NaN,
      mid: Number.NaN,
      lastPrice: Number.NaN,
      synced: false,
      book: EMPTY_BOOK,
      markets: NO_MARKETS,
    },
    init: (context) => new Markets(context.instruments),
    step,
    save: (markets) => markets.save(),
    restore: (saved, context) => Markets.restore(context.instruments, saved),
  });
}

function step(markets: Markets, frame: Frame & MarketFields, context: StageContext): void {
  const { event, instrument: index, ts } = frame;
  if (index >= 0) {
    switch (event.kind) {
      case 'quote':
        announce(markets.quote(index, event, ts), index, context);
        break;
      case 'book':
        announce(markets.levels(index, event, ts), index, context);
        break;
      case 'bookOrder':
        announce(markets.order(index, event, ts), index, context);
        break;
      case 'trade':
        markets.trade(index, event);
        break;
      case 'status':
        markets.status(index, event);
        break;
      case 'sync':
        // What this stage derived itself has happened already.
        if (frame.sub === 0 && event.state === 'unsynced')
          announce(markets.desync(index, event.reason), index, context);
        break;
      default:
    }
    const bid = markets.bids[index] as number;
    const ask = markets.asks[index] as number;
    frame.bid = bid;
    frame.ask = ask;
    frame.bidQuantity = markets.bidQuantities[index] as number;
    frame.askQuantity = markets.askQuantities[index] as number;
    frame.mid = (bid + ask) / 2;
    frame.lastPrice = markets.lastPrices[index] as number;
    frame.synced = markets.states[index] === 2 && bid < ask;
    frame.book = liveView(context, 'frame.book', markets.book(index));
  } else if (event.kind === 'link' && event.channel === 'market' && event.state === 'down') {
    for (const listed of context.instruments.list) {
      if (listed.definition.venue === event.venue) {
        announce(markets.desync(listed.index, `the link to ${event.venue} is down`), listed.index, context);
      }
    }
  }
  frame.markets = liveView<MarketsView>(context, 'frame.markets', markets);
}

function announce(change: SyncChange, index: number, context: StageContext): void {
  if (change === undefined) return;
  const { id, definition } = context.instruments.at(index);
  context.derive({ kind: 'sync', instrument: id, venueTime: 0, state: change.state, reason: change.reason });
  if (change.ask) context.request({ kind: 'ask', what: 'book', venue: definition.venue, instrument: id });
}
