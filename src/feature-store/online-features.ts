import { integerAtLeast, knownKeys, refuse } from '../domain/check.js';
import { InputError, show } from '../domain/errors.js';
import type { Plain } from '../domain/plain.js';
import { seal, unseal } from './checked-bytes.js';
import { called, type FeatureView } from './feature-view.js';
import { KnownRows } from './known-rows.js';

/** How much of the newest rows is kept in memory. */
export interface OnlineFeaturesOptions {
  /** Rows that are kept of each instrument. @default 4096 */
  readonly rows?: number;
  /** Instruments at most; one more is refused, so that memory is bounded. @default 256 */
  readonly instruments?: number;
}

/** A row of features: when it was true, when it was known, its values in the order of the view's columns. */
export interface FeatureVector {
  readonly eventTime: number;
  readonly knownTime: number;
  readonly values: Float64Array;
}

/** What became of a read: `evicted` means that rows of that time are no longer kept. */
export type ReadStatus = 'fresh' | 'expired' | 'missing' | 'evicted';

/** The features of a view in memory, as they were known at any time that is still kept. */
export interface OnlineFeatures<N extends string = string> {
  readonly view: FeatureView<N>;
  /**
   * Takes a row; false for one that repeats the best row so far.
   *
   * @throws InputError for a time that is none, a wrong number of values, an instrument too many, or a row that became
   * known before the one before it
   */
  write(instrument: string, eventTime: number, knownTime: number, values: ArrayLike<number>): boolean;
  /** The row that a reader at `time` would have had: known by then, of the greatest event time, and not expired. */
  asOf(instrument: string, time: number): FeatureVector | undefined;
  /** The same without making anything: fills `into`, which is untouched unless the status is `fresh`. */
  read(instrument: string, time: number, into: Float64Array): ReadStatus;
  /** How reads ended so far. */
  readonly reads: Readonly<Record<ReadStatus, number>>;
  /** Rows kept now, of all instruments. */
  readonly size: number;
  /** Everything, with a checksum. */
  save(): Uint8Array;
}

/**
 * Keeps the features of a view in typed arrays, a ring an instrument.
 *
 * ```
 * write    a(1)---b(3)--c(2)--     event times in brackets; c is late
 * asOf        a      b     b       never anything that was not known by then
 * ```
 *
 * @throws ConfigurationError for options that cannot be, InputError for a `saved` that is damaged or of another view
 * @example
 * const online = onlineFeatures(view, { rows: 10_000 });
 * online.write('BTC-USDT.SPOT@binance', event.venueTime, frame.ts, frame.features.values);
 * online.asOf('BTC-USDT.SPOT@binance', frame.ts);
 */
export function onlineFeatures<N extends string>(
  view: FeatureView<N>,
  options: OnlineFeaturesOptions = {},
  saved?: Uint8Array,
): OnlineFeatures<N> {
  knownKeys('onlineFeatures', options, ['rows', 'instruments']);
  const rows = integerAtLeast('onlineFeatures.rows', options.rows ?? 4_096, 1);
  // A typed array holds no more than 2 ** 32 numbers.
  const longest = Math.floor(2 ** 31 / view.columns.length);
  if (rows > longest)
    refuse('onlineFeatures.rows', `at most ${longest} rows of ${view.columns.length} columns`, rows);
  const most = integerAtLeast('onlineFeatures.instruments', options.instruments ?? 256, 1);
  const online = new Online(view, rows, most);
  if (saved !== undefined) online.load(saved);
  return online;
}

class Online<N extends string> implements OnlineFeatures<N> {
  readonly view: FeatureView<N>;
  readonly reads: Record<ReadStatus, number> = { fresh: 0, expired: 0, missing: 0, evicted: 0 };
  readonly #rows: number;
  readonly #most: number;
  readonly #byInstrument = new Map<string, KnownRows>();

  constructor(view: FeatureView<N>, rows: number, most: number) {
    this.view = view;
    this.#rows = rows;
    this.#most = most;
  }

  get size(): number {
    let size = 0;
    for (const rows of this.#byInstrument.values()) size += rows.size;
    return size;
  }

  write(instrument: string, eventTime: number, knownTime: number, values: ArrayLike<number>): boolean {
    checkRow(this.view, instrument, eventTime, knownTime, values);
    let rows = this.#byInstrument.get(instrument);
    if (rows === undefined) {
      if (this.#byInstrument.size >= this.#most)
        throw new InputError(
          `${called(this.view)}: ${instrument} is one instrument more than the ${this.#most} it may keep`,
        );
      rows = new KnownRows(this.#rows, this.view.columns.length);
      this.#byInstrument.set(instrument, rows);
    }
    return rows.write(eventTime, knownTime, values);
  }

  asOf(instrument: string, time: number): FeatureVector | undefined {
    const rows = this.#byInstrument.get(instrument);
    const place = this.#find(rows, time);
    if (rows === undefined || place < 0) return undefined;
    return {
      eventTime: rows.eventTimeAt(place),
      knownTime: rows.knownTimeAt(place),
      values: rows.valuesAt(place).slice(),
    };
  }

  read(instrument: string, time: number, into: Float64Array): ReadStatus {
    const rows = this.#byInstrument.get(instrument);
    const place = this.#find(rows, time);
    if (rows === undefined || place < 0) return STATUS[-place] as ReadStatus;
    into.set(rows.valuesAt(place));
    return 'fresh';
  }

  save(): Uint8Array {
    return seal({
      fingerprint: this.view.fingerprint,
      rows: this.#rows,
      instruments: [...this.#byInstrument].map(([name, rows]) => [name, rows.save()]),
    });
  }

  load(bytes: Uint8Array): void {
    const name = `the snapshot of ${called(this.view)}`;
    const { fingerprint, rows, instruments } = unseal(name, bytes) as {
      readonly fingerprint: string;
      readonly rows: number;
      readonly instruments: readonly (readonly [string, Plain])[];
    };
    if (fingerprint !== this.view.fingerprint)
      throw new InputError(
        `${name} is of other features: their fingerprint begins with ${fingerprint.slice(0, 12)}`,
      );
    if (rows !== this.#rows)
      throw new InputError(
        `${name} keeps ${rows} rows an instrument, not ${this.#rows}: make it with as many`,
      );
    for (const [instrument, saved] of instruments) {
      const kept = new KnownRows(rows, this.view.columns.length);
      kept.load(saved);
      this.#byInstrument.set(instrument, kept);
    }
  }

  /** The place of the row, or a status below zero. */
  #find(rows: KnownRows | undefined, time: number): number {
    const found = Number.isNaN(time) ? 'missing' : (rows?.find(time) ?? 'missing');
    if (typeof found !== 'number') {
      this.reads[found] += 1;
      return found === 'missing' ? -2 : -3;
    }
    if (rows !== undefined && expired(this.view, rows.eventTimeAt(found), time)) {
      this.reads.expired += 1;
      return -1;
    }
    this.reads.fresh += 1;
    return found;
  }
}

const STATUS: readonly ReadStatus[] = ['fresh', 'expired', 'missing', 'evicted'];

/** Whether a row of an event time is no answer any more. */
export const expired = ({ ttl }: FeatureView, eventTime: number, time: number): boolean =>
  time - eventTime > ttl;

/** Refuses what is no row of a view. @throws InputError naming what is wrong */
export function checkRow(
  view: FeatureView,
  instrument: string,
  eventTime: number,
  knownTime: number,
  values: ArrayLike<number>,
): void {
  if (typeof instrument !== 'string' || instrument.length === 0)
    throw new InputError(`${called(view)}: an instrument must be a name, not ${show(instrument)}`);
  if (!Number.isFinite(eventTime) || !Number.isFinite(knownTime))
    throw new InputError(
      `${called(view)}: times of a row must be Unix milliseconds, not ${show(eventTime)} and ${show(knownTime)}`,
    );
  if (values.length !== view.columns.length)
    throw new InputError(`${called(view)} has ${view.columns.length} columns, not ${values.length} values`);
}
