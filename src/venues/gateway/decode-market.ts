import { InputError, show } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { BookEvent, QuoteEvent, SyncEvent, TradeEvent } from '../../domain/market-event.js';
import { checkEvent } from '../../domain/wire.js';
import { type Fields, listOf, lotsOf, ticksOf, timeOf, wholeOf, wordOf } from './fields.js';

/** What an engine says of the market. */
export type MarketWord = TradeEvent | QuoteEvent | BookEvent | SyncEvent;

export const MARKET_TYPES: ReadonlySet<unknown> = new Set(['trade', 'quote', 'book', 'sync']);

/** Deepest side of a book that is taken. */
const DEEPEST = 10_000;

/**
 * Reads a message about the market. Updates of a book are numbered from one to the next, so that one that is missing shows.
 *
 * @throws InputError that says what is wrong with it
 */
export function readMarket(message: Fields, listedOf: (id: unknown) => ListedInstrument): MarketWord {
  const listed = listedOf(message['instrument']);
  const common = { instrument: listed.id, venueTime: timeOf(message) };
  return checkEvent({ ...common, ...bodyOf(message, listed) }) as MarketWord;
}

function bodyOf(message: Fields, listed: ListedInstrument): Record<string, unknown> {
  switch (message['type']) {
    case 'trade':
      return {
        kind: 'trade',
        price: ticksOf('price', message['price'], listed),
        quantity: lotsOf('quantity', message['quantity'], listed, 1),
        aggressor: message['aggressor'] ?? 'none',
        tradeId: message['tradeId'] ?? '',
      };
    case 'quote':
      return {
        kind: 'quote',
        bidPrice: ticksOf('bidPrice', message['bidPrice'], listed),
        bidQuantity: lotsOf('bidQuantity', message['bidQuantity'], listed, 0),
        askPrice: ticksOf('askPrice', message['askPrice'], listed),
        askQuantity: lotsOf('askQuantity', message['askQuantity'], listed, 0),
        updateId: -1,
      };
    case 'sync':
      return { kind: 'sync', state: message['state'], reason: message['reason'] ?? '' };
    default: {
      const action = wordOf('action', message['action'], ['snapshot', 'delta'] as const);
      const update = wholeOf('update', message['update'], 1);
      const least = action === 'snapshot' ? 1 : 0;
      return {
        kind: 'book',
        action,
        first: update,
        last: update,
        previous: -1,
        bids: levelsOf('bids', message['bids'], listed, least),
        asks: levelsOf('asks', message['asks'], listed, least),
      };
    }
  }
}

/** Pairs of price and quantity, as the flat list of the core. */
function levelsOf(name: string, value: unknown, listed: ListedInstrument, least: number): readonly number[] {
  const levels = listOf(name, value);
  if (levels.length > DEEPEST)
    throw new InputError(`${name} has ${levels.length} levels, more than ${DEEPEST}`);
  return levels.flatMap((level, index) => {
    if (!Array.isArray(level) || level.length !== 2)
      throw new InputError(`${name}[${index}] must be a price and a quantity, not ${show(level)}`);
    return [
      ticksOf(`${name}[${index}] price`, level[0], listed),
      lotsOf(`${name}[${index}] quantity`, level[1], listed, least),
    ];
  });
}
