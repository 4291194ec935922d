import { InputError } from '../../domain/errors.js';
import type { OutsideEvent } from '../../domain/event.js';
import { type Damage, located, type PutEvent } from '../recording/event-collector.js';
import { type LineDecoder, lineSource } from '../recording/line-source.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import { readLines } from '../recording/read-lines.js';
import type { RecordingSource } from '../recording/source.js';
import { BinanceConnections } from './binance-connections.js';
import { CoinbaseConnections } from './coinbase-connections.js';
import { type Fields, parseObject, refuseField, textField } from './fields.js';
import { rowLeavesBooks } from './harmless-lines.js';
import { OkxConnections } from './okx-connections.js';
import type { ReaderOptions } from './reader-options.js';
import { secondMillis } from './times.js';
import type { RestAnswer, VenueFormat, VenueOpener } from './venue-connections.js';

const VENUES: ReadonlyMap<string, VenueOpener> = new Map<string, VenueOpener>([
  ['COINBASE', CoinbaseConnections.open],
  ['BINANCE', BinanceConnections.open],
  ['BINANCE_US', BinanceConnections.open],
  ['BINANCE_FUTURES', BinanceConnections.open],
  ['BINANCE_DELIVERY', BinanceConnections.open],
  ['OKX', OkxConnections.open],
]);

/**
 * Opens a recording of raw feeds in the manner of cryptofeed: one JSON row a line, gzip or plain,
 * `{"t":"header|http|connect|send|recv","ts":<seconds>,"conn":"...","data":"<raw text>"}`.
 *
 * Read are Coinbase Advanced, Binance (spot, .US, USD-M, COIN-M) and OKX, whose checksums are verified. `ts` is the row's `ts`, the time of reception.
 * REST answers stand in front of the file with later times: a depth snapshot among them is held back until its
 * time has come. A `ts` that goes back otherwise keeps the last one. Definitions come from `instruments`, then
 * from the recording's own `exchangeInfo`, `products` or `instruments` answer, then from the defaults.
 *
 * @throws InputError when the file is missing, empty, of another format or venue, or of an undefined instrument
 *
 * @example
 * const recording = await openCryptofeed('okx.jsonl.gz');
 */
export async function openCryptofeed(path: string, options: ReaderOptions = {}): Promise<RecordingSource> {
  const bytesTotal = await sizeOfFile(path);
  const { damage } = options;
  const { header, answers } = await preamble(path, damage);
  let venue: VenueFormat;
  try {
    const exchange = textField(header['exchange'], 'exchange');
    const open = VENUES.get(exchange);
    if (open === undefined) refuseField('exchange', `one of ${[...VENUES.keys()].join(', ')}`, exchange);
    venue = open(header, answers, options);
  } catch (error) {
    throw located(path, error);
  }
  return lineSource({
    path,
    bytesTotal,
    instruments: venue.instruments,
    damage,
    leavesBooks: rowLeavesBooks,
    decoder: () => decode(venue),
  });
}

function decode(venue: VenueFormat): LineDecoder {
  const connections = venue.connections();
  const held: { readonly ts: number; readonly event: OutsideEvent }[] = [];
  const hold: PutEvent = (ts, event) => {
    const place = held.findIndex((other) => other.ts > ts);
    held.splice(place < 0 ? held.length : place, 0, { ts, event });
    if (held.length > 1000) throw new InputError('more than 1000 REST answers in front of the messages');
  };
  const release = (until: number, put: PutEvent): void => {
    while (held.length > 0 && (held[0] as { ts: number }).ts <= until) {
      const next = held.shift() as (typeof held)[number];
      put(next.ts, next.event);
    }
  };
  return {
    line(text, put) {
      const row = parseObject(text, 'row');
      const kind = textField(row['t'], 't');
      if (kind === 'header') return;
      const ts = secondMillis(row['ts'], 'ts');
      const connection = textField(row['conn'], 'conn');
      if (kind === 'http') {
        const url = textField(row['url'], 'url');
        connections.answered(url, parseObject(textField(row['data'], 'data'), 'data'), ts, hold);
        return;
      }
      release(ts, put);
      if (kind === 'connect') connections.connected(connection, ts, put);
      else if (kind === 'send')
        connections.sent(connection, parseObject(textField(row['data'], 'data'), 'data'));
      else if (kind === 'recv')
        connections.received(connection, parseObject(textField(row['data'], 'data'), 'data'), ts, put);
      else refuseField('t', 'one of header, http, connect, send, recv', kind);
    },
    end(put) {
      release(Number.POSITIVE_INFINITY, put);
    },
  };
}

/** The header and the REST answers before the first message. */
async function preamble(
  path: string,
  damage: Damage | undefined,
): Promise<{ readonly header: Fields; readonly answers: RestAnswer[] }> {
  let header: Fields | undefined;
  const answers: RestAnswer[] = [];
  for await (const { lines, firstLine } of readLines(path)) {
    for (let index = 0; index < lines.length; index++) {
      const text = lines[index] as string;
      if (text.length === 0 || text === '\r') continue;
      try {
        const row = parseObject(text, 'row');
        if (header === undefined) {
          if (row['t'] !== 'header') refuseField('t', '"header" in the first row', row['t']);
          header = row;
        } else if (row['t'] === 'http') {
          const body = parseObject(textField(row['data'], 'data'), 'data');
          answers.push({ url: textField(row['url'], 'url'), body, ts: secondMillis(row['ts'], 'ts') });
        } else if (row['t'] === 'recv') return { header, answers };
      } catch (error) {
        // Without its header nobody knows what a recording is; anything after it is met again when reading.
        if (damage === 'report' && header !== undefined && error instanceof InputError) continue;
        throw located(`${path}, line ${firstLine + index}`, error);
      }
    }
  }
  if (header === undefined) throw new InputError(`${path}: no row with "t":"header"; expected one in front`);
  return { header, answers };
}
