import { integerAtLeast, knownKeys } from '../domain/check.js';
import { ConfigurationError, InputError } from '../domain/errors.js';
import type { Disk } from '../journal/disk/disk.js';
import { nodeDisk } from '../journal/disk/node-disk.js';
import { type ArrowCodec, type ArrowWriter, type Columns, loadArrow } from './arrow.js';
import { called, type FeatureView } from './feature-view.js';
import { checkRow } from './online-features.js';
import {
  namesOf,
  OpenSegment,
  readSealed,
  segmentBytes,
  segmentsOf,
  wholeBatches,
  writeSealed,
} from './segment-files.js';
import { type Label, type TrainingSet, trainingSet } from './training-set.js';

/** What is kept on disk for training: the view, its folder, and how many rows are written and sealed together. */
export interface OfflineFeaturesOptions<N extends string> {
  readonly view: FeatureView<N>;
  /** The folder of the segments, for this view alone; it is made when it is missing. */
  readonly folder: string;
  /** Rows that are written together; at most so many are lost by kill -9. @default 1024 */
  readonly batchRows?: number;
  /** Rows after which a segment is sealed. @default 262144 */
  readonly segmentRows?: number;
}

/** The features of a view on disk, for training: Arrow streams while they grow, Feather v2 once sealed. */
export interface OfflineFeatures<N extends string = string> {
  readonly view: FeatureView<N>;
  /** Takes a row; it is on its way to the disk with the batch that it fills. @throws InputError for what is no row */
  write(instrument: string, eventTime: number, knownTime: number, values: ArrayLike<number>): void;
  /** Resolves when everything written so far is on the disk. @throws the error of a segment that could not be sealed */
  flush(): Promise<void>;
  /** Seals the segment that is being written; the next row begins another. */
  seal(): Promise<void>;
  /** What was known of each label's instrument at its time: see `trainingSet`. */
  trainingSet(labels: readonly Label[]): Promise<TrainingSet<N>>;
  /** Every batch on the disk, oldest segment first. @throws InputError for a segment that is damaged or of another view */
  batches(): AsyncIterable<Columns>;
  /** Writes what is buffered, and lets the folder go. */
  close(): Promise<void>;
}

/**
 * Opens a folder of feature segments. What a crash left of the last segment is kept as far as its batches are whole.
 *
 * Needs the package `apache-arrow`.
 *
 * @throws ConfigurationError naming the setting that is wrong, or who else has the folder
 * @throws InputError for a segment that is damaged or of another view
 * @example
 * const offline = await offlineFeatures({ view, folder: 'features/quotes' });
 * offline.write('BTC-USDT.SPOT@binance', event.venueTime, frame.ts, frame.features.values);
 */
export async function offlineFeatures<N extends string>(
  options: OfflineFeaturesOptions<N>,
): Promise<OfflineFeatures<N>> {
  knownKeys('offlineFeatures', options, ['view', 'folder', 'batchRows', 'segmentRows']);
  if (typeof options.folder !== 'string' || options.folder === '')
    throw new ConfigurationError('offlineFeatures.folder must be a path');
  const batchRows = integerAtLeast('offlineFeatures.batchRows', options.batchRows ?? 1_024, 1);
  const segmentRows = integerAtLeast('offlineFeatures.segmentRows', options.segmentRows ?? 262_144, 1);
  const arrow = await loadArrow('offlineFeatures');
  const disk = nodeDisk(options.folder);
  const unlock = disk.lock();
  try {
    const offline = new Offline(options.view, arrow, disk, batchRows, segmentRows, unlock);
    await offline.recover();
    return offline;
  } catch (error) {
    unlock();
    throw error;
  }
}

class Offline<N extends string> implements OfflineFeatures<N> {
  readonly view: FeatureView<N>;
  readonly #arrow: ArrowCodec;
  readonly #disk: Disk;
  readonly #batchRows: number;
  readonly #segmentRows: number;
  readonly #unlock: () => void;
  readonly #instruments: string[] = [];
  readonly #eventTimes: Float64Array;
  readonly #knownTimes: Float64Array;
  readonly #features: readonly Float64Array[];
  #open: { readonly segment: OpenSegment; readonly writer: ArrowWriter } | undefined;
  #next = 1;
  #sealing: Promise<void> = Promise.resolve();
  #failure: unknown;
  #closed = false;

  constructor(
    view: FeatureView<N>,
    arrow: ArrowCodec,
    disk: Disk,
    batchRows: number,
    segmentRows: number,
    unlock: () => void,
  ) {
    this.view = view;
    this.#arrow = arrow;
    this.#disk = disk;
    this.#batchRows = batchRows;
    this.#segmentRows = segmentRows;
    this.#unlock = unlock;
    this.#eventTimes = new Float64Array(batchRows);
    this.#knownTimes = new Float64Array(batchRows);
    this.#features = view.columns.map(() => new Float64Array(batchRows));
  }

  /** Seals what an earlier run left open, and takes away what it left half done. */
  async recover(): Promise<void> {
    for (const name of this.#disk.list()) if (name.endsWith('.tmp')) this.#disk.remove(name);
    for (const { number, sealed } of segmentsOf(this.#disk)) {
      this.#next = number + 1;
      if (!sealed) await this.#seal(number);
      else {
        const names = namesOf(number);
        for (const left of [names.stream, names.sums])
          if (this.#disk.list().includes(left)) this.#disk.remove(left);
        this.#batchesOf(number, await readSealed(this.#disk, number));
      }
    }
  }

  write(instrument: string, eventTime: number, knownTime: number, values: ArrayLike<number>): void {
    if (this.#closed) throw new InputError(`${this.#disk.name} is closed`);
    checkRow(this.view, instrument, eventTime, knownTime, values);
    const row = this.#instruments.length;
    this.#instruments.push(instrument);
    this.#eventTimes[row] = eventTime;
    this.#knownTimes[row] = knownTime;
    for (let column = 0; column < this.#features.length; column++)
      (this.#features[column] as Float64Array)[row] = values[column] as number;
    if (row + 1 === this.#batchRows) this.#writeBatch();
  }

  async flush(): Promise<void> {
    this.#writeBatch();
    await this.#open?.segment.sync();
    await this.#disk.syncNames();
    await this.#settled();
  }

  async seal(): Promise<void> {
    this.#writeBatch();
    this.#turn();
    await this.#settled();
  }

  async trainingSet(labels: readonly Label[]): Promise<TrainingSet<N>> {
    await this.flush();
    return await trainingSet(this.view, labels, (wanted) => this.#read(wanted));
  }

  async *batches(): AsyncIterable<Columns> {
    await this.flush();
    yield* this.#read();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    try {
      await this.flush();
    } finally {
      this.#open?.segment.close();
      this.#unlock();
    }
  }

  async *#read(wanted?: 'times'): AsyncIterable<Columns> {
    for (const { number } of segmentsOf(this.#disk)) {
      // It may have been sealed since the list was made.
      const bytes = await segmentBytes(this.#disk, number);
      if (bytes.length > 0) yield* this.#batchesOf(number, bytes, wanted);
    }
  }

  /** The batches of a segment, if it is of this view. */
  #batchesOf(number: number, bytes: Uint8Array, wanted?: 'times'): Iterable<Columns> {
    const name = `${this.#disk.name}/${namesOf(number).sealed}`;
    const { metadata, batches } = this.#arrow.read(name, bytes, wanted);
    const fingerprint = metadata.get('fingerprint');
    if (fingerprint !== this.view.fingerprint)
      throw new InputError(
        `${name} is of other features than ${called(this.view)}: view ${metadata.get('view')} version ` +
          `${metadata.get('version')} (${fingerprint?.slice(0, 12)})`,
      );
    return batches;
  }

  #writeBatch(): void {
    const count = this.#instruments.length;
    if (count === 0) return;
    if (this.#open === undefined) {
      const writer = this.#writer('stream');
      this.#open = { writer, segment: new OpenSegment(this.#disk, this.#next, writer.head) };
      this.#next += 1;
    }
    const { segment, writer } = this.#open;
    const bytes = writer.batch({
      count,
      instruments: this.#instruments,
      eventTimes: this.#eventTimes.subarray(0, count),
      knownTimes: this.#knownTimes.subarray(0, count),
      features: this.#features.map((column) => column.subarray(0, count)),
    });
    segment.append(bytes, count);
    this.#instruments.length = 0;
    if (segment.rows >= this.#segmentRows) this.#turn();
  }

  /** Begins another segment with the next batch; the present one is sealed meanwhile. */
  #turn(): void {
    if (this.#open === undefined) return;
    const { segment } = this.#open;
    this.#open = undefined;
    // At once: those that wait to be sealed hold no files open.
    segment.close();
    this.#sealing = this.#sealing
      .then(() => this.#seal(segment.number))
      .catch((error: unknown) => {
        this.#failure ??= error;
      });
  }

  async #settled(): Promise<void> {
    await this.#sealing;
    const failure = this.#failure;
    this.#failure = undefined;
    if (failure !== undefined) throw failure;
  }

  async #seal(number: number): Promise<void> {
    const bytes = await wholeBatches(this.#disk, number);
    if (bytes.length === 0) {
      const names = namesOf(number);
      for (const name of [names.stream, names.sums])
        if (this.#disk.list().includes(name)) this.#disk.remove(name);
      return;
    }
    const writer = this.#writer('file');
    const parts = [writer.head];
    for (const batch of this.#batchesOf(number, bytes)) parts.push(writer.batch(batch));
    parts.push(writer.end());
    await writeSealed(this.#disk, number, Buffer.concat(parts));
  }

  #writer(format: 'stream' | 'file'): ArrowWriter {
    const { name, version, fingerprint, columns } = this.view;
    const metadata = new Map([
      ['view', name],
      ['version', String(version)],
      ['fingerprint', fingerprint],
    ]);
    return this.#arrow.writer(format, columns, metadata);
  }
}
