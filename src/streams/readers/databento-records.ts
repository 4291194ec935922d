import { InputError } from '../../domain/errors.js';
import { located } from '../recording/event-collector.js';
import { readChunks } from '../recording/read-chunks.js';
import {
  DATABENTO_HEAD_BYTES,
  type DatabentoMetadata,
  databentoMetadata,
  databentoMetadataLength,
} from './databento-metadata.js';

/** Some whole records of a Databento file. */
export interface DatabentoBlock {
  readonly metadata: DatabentoMetadata;
  readonly records: readonly Buffer[];
  /** Number of the first of them; the file's first record is 1. */
  readonly firstRecord: number;
  readonly bytesRead: number;
}

const LENGTH_UNIT = 4;
const LEAST_RECORD_BYTES = 16;

/**
 * Reads a Databento file (plain, zstd or gzip) as blocks of records, whatever its size.
 *
 * @throws InputError when the file cannot be read, its metadata are damaged, or its last record is cut off
 */
export async function* readDatabento(path: string): AsyncGenerator<DatabentoBlock, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  let metadata: DatabentoMetadata | undefined;
  let needed = DATABENTO_HEAD_BYTES;
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let firstRecord = 1;
  for await (const { bytes, bytesRead } of readChunks(path)) {
    waiting.push(bytes);
    waitingBytes += bytes.length;
    // Joining only when it can help keeps long metadata linear.
    if (waitingBytes < needed) continue;
    rest = waiting.length === 1 ? bytes : Buffer.concat(waiting);
    try {
      if (metadata === undefined) {
        needed = databentoMetadataLength(rest);
        if (rest.length < needed) {
          waiting = [rest];
          continue;
        }
        metadata = databentoMetadata(rest.subarray(0, needed));
        rest = rest.subarray(needed);
        needed = 1;
      }
    } catch (error) {
      throw located(path, error);
    }
    const records: Buffer[] = [];
    let failure: InputError | undefined;
    while (rest.length > 0) {
      const length = (rest[0] as number) * LENGTH_UNIT;
      if (length < LEAST_RECORD_BYTES) {
        failure = new InputError(
          `${path}, record ${firstRecord + records.length}: its length must be at least ${LEAST_RECORD_BYTES} bytes, not ${length}`,
        );
        break;
      }
      if (rest.length < length) break;
      records.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    yield { metadata, records, firstRecord, bytesRead };
    if (failure !== undefined) throw failure;
    firstRecord += records.length;
    waiting = rest.length > 0 ? [rest] : [];
    waitingBytes = rest.length;
  }
  if (metadata === undefined) throw new InputError(`${path}: the metadata in front are cut off`);
  if (waitingBytes > 0)
    throw new InputError(
      `${path}, record ${firstRecord}: cut off after ${waitingBytes} bytes: the file ends early`,
    );
}
