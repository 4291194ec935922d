import { Decoder } from '@msgpack/msgpack';
import { readBeginning } from '../recording/read-chunks.js';
import { FRAME_HEAD_BYTES } from '../recording/record-frames.js';
import { isRecordingHeader } from '../recording/recording-header.js';
import { ORDER_BY_ORDER_COLUMNS } from './cme-order-by-order.js';
import { TOP_OF_BOOK_COLUMNS } from './cme-top-of-book.js';
import { COINBASE_PRO_TYPES } from './coinbase-pro.js';
import { isDatabento } from './databento-metadata.js';
import { tableLayout } from './table-layouts.js';

/** The formats of recordings that can be read. */
export type RecordingFormat =
  | 'own'
  | 'binance-raw'
  | 'coinbase-pro'
  | 'cryptofeed'
  | 'cme-order-by-order'
  | 'cme-top-of-book'
  | 'databento-binary'
  | 'market-table';

const LOOK_BYTES = 1024 * 1024;

/**
 * Tells the format of a file by its content, or `undefined` when it is none that can be read.
 *
 * @throws InputError when the file is missing, empty, or its packed data are damaged
 */
export async function detectFormat(path: string): Promise<RecordingFormat | undefined> {
  const beginning = await readBeginning(path, LOOK_BYTES);
  if (isDatabento(beginning)) return 'databento-binary';
  if (isOwn(beginning)) return 'own';
  const [line = ''] = beginning.toString().split('\n', 1);
  if (/^\d{13,19} \{/.test(line)) return 'binance-raw';
  if (line.startsWith('{')) return formatOfObject(line);
  const columns = line.trimEnd().split(',');
  if (ORDER_BY_ORDER_COLUMNS.every((column) => columns.includes(column))) return 'cme-order-by-order';
  if (TOP_OF_BOOK_COLUMNS.every((column) => columns.includes(column))) return 'cme-top-of-book';
  if (tableLayout(line) !== undefined) return 'market-table';
  return undefined;
}

/** A first line may be longer than what is looked at: its beginning tells enough. */
function formatOfObject(line: string): RecordingFormat | undefined {
  const beginning = line.slice(0, 2000);
  if (/^\{\s*"t"\s*:\s*"header"/.test(beginning)) return 'cryptofeed';
  const type = /"type"\s*:\s*"(\w+)"/.exec(beginning)?.[1];
  return type !== undefined && COINBASE_PRO_TYPES.includes(type) ? 'coinbase-pro' : undefined;
}

function isOwn(bytes: Buffer): boolean {
  if (bytes.length < FRAME_HEAD_BYTES) return false;
  const length = bytes.readUInt32BE(0);
  try {
    return isRecordingHeader(
      new Decoder().decode(bytes.subarray(FRAME_HEAD_BYTES, FRAME_HEAD_BYTES + length)),
    );
  } catch {
    return false;
  }
}
