import type { RecordBatch, Schema } from 'apache-arrow';
import { InputError } from '../domain/errors.js';
import { optionalPackage } from '../services/optional-package.js';

/** Rows as columns; the features' values one column after the other. */
export interface Columns {
  readonly count: number;
  readonly instruments: readonly string[];
  readonly eventTimes: Float64Array;
  readonly knownTimes: Float64Array;
  readonly features: readonly Float64Array[];
}

/** Writes batches of a schema as Arrow IPC, one at a time. */
export interface ArrowWriter {
  /** What the file begins with. */
  readonly head: Uint8Array;
  batch(columns: Columns): Uint8Array;
  /** What it ends with. */
  end(): Uint8Array;
}

/** What the stores need of Arrow: its package is loaded when the first store is opened. */
export interface ArrowCodec {
  writer(
    format: 'stream' | 'file',
    names: readonly string[],
    metadata: ReadonlyMap<string, string>,
  ): ArrowWriter;
  /** The metadata of the schema, and the batches. @throws InputError when it is no such file */
  read(
    name: string,
    bytes: Uint8Array,
    wanted?: 'times',
  ): { readonly metadata: ReadonlyMap<string, string>; readonly batches: Iterable<Columns> };
}

/** Loads `apache-arrow`. @throws ConfigurationError when it is not installed */
export async function loadArrow(user: string): Promise<ArrowCodec> {
  const arrow = await optionalPackage('apache-arrow', user, () => import('apache-arrow'));
  const number = new arrow.Float64();
  const text = new arrow.Utf8();

  /** Takes the bytes as they are written, instead of queueing them for a stream. */
  class Sink extends arrow.AsyncByteQueue {
    #bytes: Uint8Array[] = [];

    override write(chunk: Uint8Array): void {
      this.#bytes.push(Uint8Array.from(chunk));
    }

    take(): Uint8Array {
      const bytes = Buffer.concat(this.#bytes);
      this.#bytes = [];
      return bytes;
    }
  }

  const schemaOf = (names: readonly string[], metadata: ReadonlyMap<string, string>): Schema =>
    new arrow.Schema(
      [
        new arrow.Field('instrument', text, false),
        ...['event_time', 'known_time', ...names].map((name) => new arrow.Field(name, number, false)),
      ],
      new Map(metadata),
    );

  const column = (data: Float64Array) =>
    arrow.makeData({ type: number, length: data.length, nullCount: 0, data });

  function batchOf(
    schema: Schema,
    { count, instruments, eventTimes, knownTimes, features }: Columns,
  ): RecordBatch {
    const offsets = new Int32Array(count + 1);
    const names = instruments.map((name) => Buffer.from(name));
    names.forEach((name, row) => {
      offsets[row + 1] = (offsets[row] as number) + name.length;
    });
    const instrument = arrow.makeData({
      type: text,
      length: count,
      nullCount: 0,
      valueOffsets: offsets,
      data: Buffer.concat(names),
    });
    return new arrow.RecordBatch(
      schema,
      arrow.makeData({
        type: new arrow.Struct(schema.fields),
        length: count,
        nullCount: 0,
        children: [instrument, column(eventTimes), column(knownTimes), ...features.map(column)],
      }),
    );
  }

  function columnsOf(batch: RecordBatch, timesOnly: boolean): Columns {
    const numbers = (at: number): Float64Array => {
      const values = batch.getChildAt(at)?.data[0]?.values as Float64Array;
      return values.subarray(0, batch.numRows);
    };
    const strings = batch.getChildAt(0)?.data[0] as {
      readonly valueOffsets: Int32Array;
      readonly values: Uint8Array;
    };
    const bytes = Buffer.from(strings.values.buffer, strings.values.byteOffset, strings.values.byteLength);
    const instruments: string[] = [];
    for (let row = 0; row < batch.numRows; row++)
      instruments.push(bytes.toString('utf8', strings.valueOffsets[row], strings.valueOffsets[row + 1]));
    return {
      count: batch.numRows,
      instruments,
      eventTimes: numbers(1),
      knownTimes: numbers(2),
      features: timesOnly ? [] : Array.from({ length: batch.numCols - 3 }, (_, index) => numbers(index + 3)),
    };
  }

  return {
    writer(format, names, metadata) {
      const schema = schemaOf(names, metadata);
      const sink = new Sink();
      const writer =
        format === 'file' ? new arrow.RecordBatchFileWriter() : new arrow.RecordBatchStreamWriter();
      writer.reset(sink, schema);
      const head = sink.take();
      return {
        head,
        batch: (columns) => {
          writer.write(batchOf(schema, columns));
          return sink.take();
        },
        end: () => {
          writer.finish();
          return sink.take();
        },
      };
    },
    read(name, bytes, wanted) {
      try {
        const reader = arrow.RecordBatchReader.from(bytes).open();
        const { schema } = reader;
        const batches = function* (): Iterable<Columns> {
          for (const batch of reader) yield columnsOf(batch, wanted === 'times');
        };
        return { metadata: schema.metadata, batches: batches() };
      } catch (error) {
        throw new InputError(`${name} is no Arrow file: ${(error as Error).message}`, { cause: error });
      }
    },
  };
}
