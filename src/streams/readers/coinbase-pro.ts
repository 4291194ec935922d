import { InputError } from '../../domain/errors.js';
import type { ListedInstrument } from '../../domain/instrument-table.js';
import type { MarketEvent } from '../../domain/market-event.js';
import type { PutEvent } from '../recording/event-collector.js';
import { type LineDecoder, lineSource } from '../recording/line-source.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import type { RecordingSource } from '../recording/source.js';
import {
  countField,
  type Fields,
  levelsField,
  listField,
  parseObject,
  priceField,
  quantityField,
  refuseField,
  textField,
} from './fields.js';
import { InstrumentFinder } from './find-instruments.js';
import { coinbaseLeavesBooks } from './harmless-lines.js';
import type { ReaderOptions } from './reader-options.js';
import { lookThrough, surveyLines } from './survey-lines.js';
import { isoMillis } from './times.js';

/** Messages that carry nothing the pipeline takes from a recording; `last_match` was printed before it began. */
const OTHERS =
  'last_match subscriptions error heartbeat status received open done change activate ticker'.split(' ');
const USED = ['snapshot', 'l2update', 'match'];

/** The types of messages by which a line is known to be of this format. */
export const COINBASE_PRO_TYPES: readonly string[] = [...USED, ...OTHERS];

/**
 * Opens messages of the Coinbase Pro feed, one JSON object a line, gzip or plain.
 *
 * The recording has no time of reception: `ts` is the venue's time. Matches are stamped up to 0.1 s earlier than the
 * book changes around them; the order of the file is kept, and a time that goes back is raised to the last one.
 * A message without a time (a snapshot) takes the next known one. `side` of a match is the **maker's**, so the
 * aggressor is the other side. Book messages carry no ids: the connection vouches for their order.
 *
 * @throws InputError when the file is missing, empty, of another format, or of a product that nobody defines
 *
 * @example
 * const recording = await openCoinbasePro('btc-usd.jsonl.gz');
 */
export async function openCoinbasePro(path: string, options: ReaderOptions = {}): Promise<RecordingSource> {
  const bytesTotal = await sizeOfFile(path);
  const finder = new InstrumentFinder('coinbase', options.instruments, 0);
  const { damage } = options;
  lookThrough(await surveyLines(path), [`${path}, line`, 1], damage, (line) => {
    const message = parseObject(line, 'message');
    if (USED.includes(messageType(message)))
      finder.find('spot', textField(message['product_id'], 'product_id'));
  });
  if (finder.instruments.length === 0)
    throw new InputError(
      `${path}: no market data in its first megabyte; expected snapshot, l2update or match`,
    );
  finder.close();
  return lineSource({
    path,
    bytesTotal,
    instruments: finder.instruments,
    damage,
    leavesBooks: coinbaseLeavesBooks,
    decoder: () => decode(finder),
  });
}

/** Messages without a time that wait for one that has it. */
const MOST_WAITING = 1_000;

function decode(finder: InstrumentFinder): LineDecoder {
  let waiting: MarketEvent[] = [];
  let last = -1;
  const release = (ts: number, put: PutEvent): void => {
    for (const event of waiting) put(ts, event);
    waiting = [];
    last = ts;
  };
  return {
    line(text, put) {
      const message = parseObject(text, 'message');
      const type = messageType(message);
      if (!USED.includes(type)) return;
      const listed = finder.find('spot', textField(message['product_id'], 'product_id'));
      const time = message['time'] === undefined && type !== 'match' ? 0 : isoMillis(message['time'], 'time');
      const event = type === 'match' ? match(listed, message, time) : book(listed, message, type, time);
      if (time === 0) {
        if (waiting.length >= MOST_WAITING)
          refuseField('time', `an ISO time in UTC at least once in ${MOST_WAITING} messages`, undefined);
        waiting.push(event);
        return;
      }
      release(time, put);
      put(time, event);
    },
    end(put) {
      if (waiting.length === 0) return;
      if (last < 0) throw new InputError('no message has a time; expected one with "time"');
      release(last, put);
    },
  };
}

function messageType(message: Fields): string {
  const type = textField(message['type'], 'type');
  return COINBASE_PRO_TYPES.includes(type)
    ? type
    : refuseField('type', `one of ${COINBASE_PRO_TYPES.join(', ')}`, type);
}

function match(listed: ListedInstrument, message: Fields, venueTime: number): MarketEvent {
  const { side } = message;
  return {
    kind: 'trade',
    instrument: listed.id,
    venueTime,
    price: priceField(listed, message['price'], 'price'),
    quantity: quantityField(listed, message['size'], 'size'),
    aggressor: side === 'buy' ? 'sell' : side === 'sell' ? 'buy' : refuseField('side', 'buy or sell', side),
    tradeId: String(countField(message['trade_id'], 'trade_id')),
  };
}

function book(listed: ListedInstrument, message: Fields, type: string, venueTime: number): MarketEvent {
  const common = {
    kind: 'book',
    instrument: listed.id,
    venueTime,
    first: -1,
    last: -1,
    previous: -1,
  } as const;
  if (type === 'snapshot') {
    const bids = levelsField(listed, message['bids'], 'bids');
    return { ...common, action: 'snapshot', bids, asks: levelsField(listed, message['asks'], 'asks') };
  }
  const bids: number[] = [];
  const asks: number[] = [];
  for (const change of listField(message['changes'], 'changes')) {
    const [side, price, size] = listField(change, 'changes');
    const levels = side === 'buy' ? bids : side === 'sell' ? asks : refuseField('side', 'buy or sell', side);
    levels.push(priceField(listed, price, 'price'), quantityField(listed, size, 'size'));
  }
  return { ...common, action: 'delta', bids, asks };
}
