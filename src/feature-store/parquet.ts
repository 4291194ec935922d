import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { optionalPackage } from '../services/optional-package.js';
import type { Columns } from './arrow.js';
import type { OfflineFeatures } from './offline-features.js';

/** Rows of one Parquet file: as many are in memory at once. */
const ROWS = 262_144;

/**
 * Writes all rows of an offline store as Parquet files with Snappy compression, `000001.parquet` and so on, for tools that
 * do not read Arrow or where space counts. Returns the paths.
 *
 * Needs the package `hyparquet-writer`.
 *
 * @throws ConfigurationError when the package is not installed
 * @example
 * await exportParquet(offline, 'features/parquet');
 */
export async function exportParquet(offline: OfflineFeatures, folder: string): Promise<readonly string[]> {
  const { parquetWriteFile } = await optionalPackage(
    'hyparquet-writer',
    'exportParquet',
    () => import('hyparquet-writer'),
  );
  mkdirSync(folder, { recursive: true });
  const { view } = offline;
  const paths: string[] = [];
  let held: Columns[] = [];
  let count = 0;
  const write = (): void => {
    if (count === 0) return;
    const path = join(folder, `${String(paths.length + 1).padStart(6, '0')}.parquet`);
    const joined = (pick: (batch: Columns) => Float64Array): Float64Array => {
      const all = new Float64Array(count);
      let at = 0;
      for (const batch of held) {
        all.set(pick(batch), at);
        at += batch.count;
      }
      return all;
    };
    parquetWriteFile({
      filename: path,
      columnData: [
        { name: 'instrument', data: held.flatMap(({ instruments }) => instruments), type: 'STRING' },
        { name: 'event_time', data: joined(({ eventTimes }) => eventTimes), type: 'DOUBLE' },
        { name: 'known_time', data: joined(({ knownTimes }) => knownTimes), type: 'DOUBLE' },
        ...view.columns.map((name, at) => ({
          name,
          data: joined(({ features }) => features[at] as Float64Array),
          type: 'DOUBLE' as const,
        })),
      ],
      kvMetadata: [
        { key: 'view', value: view.name },
        { key: 'version', value: String(view.version) },
        { key: 'fingerprint', value: view.fingerprint },
      ],
    });
    paths.push(path);
    held = [];
    count = 0;
  };
  for await (const batch of offline.batches()) {
    held.push(batch);
    count += batch.count;
    if (count >= ROWS) write();
  }
  write();
  return paths;
}
