import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../domain/errors.js';
import type { RecordingSource } from '../recording/source.js';
import { openBinanceRaw } from './binance-raw.js';
import { openCmeOrderByOrder } from './cme-order-by-order.js';
import { openCmeTopOfBook } from './cme-top-of-book.js';
import { openCoinbasePro } from './coinbase-pro.js';
import { openCryptofeed } from './cryptofeed.js';
import { openDatabentoBinary } from './databento-binary.js';
import { detectFormat, type RecordingFormat } from './detect-format.js';
import { openMarketTable } from './market-table.js';
import { openOwnRecording } from './own-format.js';
import type { ReaderOptions } from './reader-options.js';

/** What {@link openRecording} found. */
export interface OpenedRecording {
  /** One source a file, sorted by name. `mergeSources` makes one of several. */
  readonly sources: readonly RecordingSource[];
  /** Names of files of the folder that are no recordings, or empty. */
  readonly skipped: readonly string[];
}

const OPENERS: Readonly<
  Record<RecordingFormat, (path: string, options: ReaderOptions) => Promise<RecordingSource>>
> = {
  own: openOwnRecording,
  'binance-raw': openBinanceRaw,
  'coinbase-pro': openCoinbasePro,
  cryptofeed: openCryptofeed,
  'cme-order-by-order': openCmeOrderByOrder,
  'cme-top-of-book': openCmeTopOfBook,
  'databento-binary': openDatabentoBinary,
  'market-table': openMarketTable,
};

/**
 * Opens a file of any format that can be read, or every such file of a folder (not of its sub-folders).
 *
 * The format is told by the content, not by the name. In a folder, other files are listed in `skipped`; a recording
 * that is damaged, or of an instrument that nobody defines, is an error there too.
 *
 * @throws InputError naming the file and what would be right
 * @example
 * const { sources } = await openRecording('recordings/2024-08-08');
 * replayEvents(mergeSources(sources)).subscribe(...);
 */
export async function openRecording(path: string, options: ReaderOptions = {}): Promise<OpenedRecording> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new InputError(`${path}: there is no such file or folder; name a recording`);
  if (!found.isDirectory()) {
    const source = await openFile(path, options);
    if (source === undefined)
      throw new InputError(
        `${path}: not a recording that can be read: expected one of millrace, raw Binance lines, Coinbase Pro lines, ` +
          'cryptofeed rows, CME order-by-order or top-of-book CSV, Databento binary, or a table of bars, quotes or trades',
      );
    return { sources: [source], skipped: [] };
  }
  const sources: RecordingSource[] = [];
  const skipped: string[] = [];
  for (const name of await filesOf(path)) {
    const source = await openFile(join(path, name), options, true);
    if (source === undefined) skipped.push(name);
    else sources.push(source);
  }
  if (sources.length === 0)
    throw new InputError(
      `${path}: the folder holds no recording; skipped ${skipped.join(', ') || 'nothing'}${await foldersIn(path)}`,
    );
  return { sources, skipped };
}

async function openFile(
  path: string,
  options: ReaderOptions,
  mayBeEmpty = false,
): Promise<RecordingSource | undefined> {
  if (mayBeEmpty && (await stat(path)).size === 0) return undefined;
  const format = await detectFormat(path);
  return format && OPENERS[format](path, options);
}

/** What to do about the folders in a folder: words for behind an error. */
async function foldersIn(folder: string): Promise<string> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  if (names.length === 0) return '';
  return `; folders in it are not looked into, name one of ${names.sort().join(', ')}`;
}

async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
}
