import { InputError, show } from '../../domain/errors.js';
import { type LineDecoder, lineSource } from '../recording/line-source.js';
import { sizeOfFile } from '../recording/read-chunks.js';
import type { RecordingSource } from '../recording/source.js';
import { BinanceDecoder } from './binance-decoder.js';
import { type Fields, parseObject } from './fields.js';
import { InstrumentFinder } from './find-instruments.js';
import { binanceLeavesBooks } from './harmless-lines.js';
import type { ReaderOptions } from './reader-options.js';
import { lookThrough, surveyLines } from './survey-lines.js';
import { clockMillis } from './times.js';

/**
 * Opens raw messages of Binance, one `<received> <json>` a line, gzip or plain.
 *
 * `received` is the recorder's clock in ns, us or ms (by its digits); it becomes `ts`. It is not the venue's clock:
 * a recorder may run seconds ahead of it or behind, which is why latencies are not taken from the difference.
 * A clock that goes back keeps the last `ts`. The JSON is a message of a combined stream, or a REST depth snapshot
 * where it arrived. What becomes of each message: `BinanceDecoder`. The instruments are those that the first
 * megabyte mentions.
 *
 * @throws InputError when the file is missing, empty, of another format, or of a symbol that nobody defines
 *
 * @example
 * const recording = await openBinanceRaw('btcusdt.gz');
 */
export async function openBinanceRaw(path: string, options: ReaderOptions = {}): Promise<RecordingSource> {
  const bytesTotal = await sizeOfFile(path);
  const { damage } = options;
  const finder = new InstrumentFinder('binance', options.instruments, 0);
  const surveyed = new BinanceDecoder(finder);
  lookThrough(await surveyLines(path), [`${path}, line`, 1], damage, (line) =>
    surveyed.survey(read(line).message),
  );
  if (finder.instruments.length === 0)
    throw new InputError(
      `${path}: no market data in its first megabyte; expected Binance depth, quotes or trades`,
    );
  finder.close();
  const decoder = (): LineDecoder => {
    const binance = new BinanceDecoder(finder, surveyed);
    return {
      line(text, put) {
        const { received: ts, message } = read(text);
        binance.decode(message, ts, put);
      },
    };
  };
  return lineSource({
    path,
    bytesTotal,
    instruments: finder.instruments,
    damage,
    leavesBooks: binanceLeavesBooks,
    decoder,
  });
}

function read(line: string): { readonly received: number; readonly message: Fields } {
  const space = line.indexOf(' ');
  if (space < 1 || space > 20) throw new InputError(`a line must be "<received> <json>", not ${show(line)}`);
  return {
    received: clockMillis(line.slice(0, space), 'received'),
    message: parseObject(line.slice(space + 1), 'message'),
  };
}
