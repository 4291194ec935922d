import { InputError, show } from '../../domain/errors.js';
import { refuseField } from './fields.js';

/** Which instrument a numeric id means, on the days `[start, end)` given as YYYYMMDD. */
export interface DatabentoMapping {
  readonly id: string;
  readonly symbol: string;
  readonly start: number;
  readonly end: number;
}

/** What stands in front of the records of a Databento file. */
export interface DatabentoMetadata {
  readonly version: 1 | 2 | 3;
  readonly dataset: string;
  /** Such as `mbo`; what every record is, but for messages of the gateway. */
  readonly schema: string;
  /** Begin of the requested time, Unix milliseconds. */
  readonly start: number;
  readonly mappings: readonly DatabentoMapping[];
}

const SCHEMAS: readonly string[] =
  'mbo mbp-1 mbp-10 tbbo trades ohlcv-1s ohlcv-1m ohlcv-1h ohlcv-1d definition statistics status imbalance ohlcv-eod cmbp-1 cbbo-1s cbbo-1m tcbbo bbo-1s bbo-1m'.split(
    ' ',
  );
const READ_SCHEMAS: readonly string[] =
  'mbo mbp-1 tbbo trades ohlcv-1s ohlcv-1m ohlcv-1h ohlcv-1d definition status bbo-1s bbo-1m'.split(' ');

/** Bytes of the magic, the version and the length of what follows. */
export const DATABENTO_HEAD_BYTES = 8;
const LONGEST_METADATA_BYTES = 64 * 1024 * 1024;
const FIXED_BYTES = 100;
const IDS_IN = 0;

/** Whether a file begins as one of Databento does. */
export function isDatabento(bytes: Buffer): boolean {
  return bytes.length >= DATABENTO_HEAD_BYTES && bytes.toString('latin1', 0, 3) === 'DBN';
}

/**
 * The length of the metadata with its head, from the head.
 *
 * @throws InputError when the version is none that can be read, or the length is none that can be true
 */
export function databentoMetadataLength(head: Buffer): number {
  if (!isDatabento(head))
    throw new InputError(
      `a file of Databento must begin with "DBN", not ${show(head.toString('latin1', 0, 3))}`,
    );
  const version = head[3];
  if (version !== 1 && version !== 2 && version !== 3) refuseField('version', '1, 2 or 3', version);
  const length = head.readUInt32LE(4);
  if (length < FIXED_BYTES + 20 || length > LONGEST_METADATA_BYTES)
    refuseField('metadata length', `from ${FIXED_BYTES + 20} to ${LONGEST_METADATA_BYTES} bytes`, length);
  return DATABENTO_HEAD_BYTES + length;
}

/**
 * Reads the metadata of a Databento file, versions 1 to 3.
 *
 * @throws InputError naming the field when it is damaged, or of a schema that is not read
 */
export function databentoMetadata(bytes: Buffer): DatabentoMetadata {
  const version = bytes[3] as 1 | 2 | 3;
  const fixed = bytes.subarray(DATABENTO_HEAD_BYTES, DATABENTO_HEAD_BYTES + FIXED_BYTES);
  const code = fixed.readUInt16LE(16);
  const schema = SCHEMAS[code] ?? (code === 0xffff ? 'several' : String(code));
  if (!READ_SCHEMAS.includes(schema)) refuseField('schema', `one of ${READ_SCHEMAS.join(', ')}`, schema);
  // Version 1 has a count of records here, which 2 and 3 have not; from 2 on symbols have a stated length.
  const inType = fixed[version === 1 ? 50 : 42];
  const symbolBytes = version === 1 ? 22 : fixed.readUInt16LE(45);
  if (symbolBytes === 0) refuseField('symbol length', 'at least 1', symbolBytes);
  const rest = new Cursor(bytes.subarray(DATABENTO_HEAD_BYTES + FIXED_BYTES), symbolBytes);
  rest.skip(rest.count('schema definition'));
  for (const name of ['symbols', 'partial symbols', 'unknown symbols'])
    rest.skip(rest.count(name) * symbolBytes);
  const mappings: DatabentoMapping[] = [];
  for (let symbols = rest.count('mappings'); symbols > 0; symbols--) {
    const asked = rest.symbol();
    for (let intervals = rest.count('intervals'); intervals > 0; intervals--) {
      const start = rest.count('start date');
      const end = rest.count('end date');
      const answer = rest.symbol();
      // Ids are what was asked for or what was answered, whichever way the request went.
      const [id, symbol] = inType === IDS_IN ? [asked, answer] : [answer, asked];
      mappings.push({ id, symbol, start, end });
    }
  }
  const start = Number(fixed.readBigUInt64LE(18)) / 1e6;
  return { version, dataset: text(fixed, 0, 16), schema, start: start < 1e14 ? start : 0, mappings };
}

/** The text in a field that is filled up with zeros. */
export function text(bytes: Buffer, at: number, length: number): string {
  const end = bytes.indexOf(0, at);
  return bytes.toString('utf8', at, end < 0 ? at + length : Math.min(end, at + length));
}

class Cursor {
  readonly #bytes: Buffer;
  readonly #symbolBytes: number;
  #at = 0;

  constructor(bytes: Buffer, symbolBytes: number) {
    this.#bytes = bytes;
    this.#symbolBytes = symbolBytes;
  }

  count(name: string): number {
    if (this.#at + 4 > this.#bytes.length) throw new InputError(`the metadata end before their ${name}`);
    const value = this.#bytes.readUInt32LE(this.#at);
    this.#at += 4;
    return value;
  }

  skip(length: number): void {
    if (this.#at + length > this.#bytes.length)
      throw new InputError(
        `the metadata claim ${length} bytes where ${this.#bytes.length - this.#at} are left`,
      );
    this.#at += length;
  }

  symbol(): string {
    const at = this.#at;
    this.skip(this.#symbolBytes);
    return text(this.#bytes, at, this.#symbolBytes);
  }
}
