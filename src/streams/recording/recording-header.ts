import { ConfigurationError, InputError, show } from '../../domain/errors.js';
import { type Instrument, instrument } from '../../domain/instrument.js';
import { checkEvent, WIRE_VERSION } from '../../domain/wire.js';
import type { RecordingSource } from './source.js';

/** The first record of a recording of our own: what the rest is and how to read it. */
export interface RecordingHeader {
  readonly format: 'millrace';
  readonly kind: RecordingSource['kind'];
  /** Version of the wire schema that its events follow. */
  readonly schema: number;
  readonly instruments: readonly Instrument[];
  /** Whatever the writer wanted to say of when and how it was made. */
  readonly created: string;
}

export function recordingHeader(
  kind: RecordingSource['kind'],
  instruments: readonly Instrument[],
  created: string,
): RecordingHeader {
  return { format: 'millrace', kind, schema: WIRE_VERSION, instruments, created };
}

/** Whether a decoded first record says that it begins a recording of ours, of whatever version. */
export function isRecordingHeader(value: unknown): value is { readonly format: 'millrace' } {
  return typeof value === 'object' && value !== null && (value as { format?: unknown }).format === 'millrace';
}

/** @throws InputError when it is no header, of another version of the schema, or damaged */
export function checkHeader(value: unknown): RecordingHeader {
  if (!isRecordingHeader(value))
    throw new InputError(`header must be that of a millrace recording, not ${show(value)}`);
  const { kind, schema, instruments, created } = value as Partial<Record<keyof RecordingHeader, unknown>>;
  if (schema !== WIRE_VERSION)
    throw new InputError(
      `header.schema must be ${WIRE_VERSION}, the wire schema of this version of millrace, not ${show(schema)}`,
    );
  if (kind !== 'market' && kind !== 'journal')
    throw new InputError(`header.kind must be market or journal, not ${show(kind)}`);
  if (typeof created !== 'string')
    throw new InputError(`header.created must be a text, not ${show(created)}`);
  if (!Array.isArray(instruments))
    throw new InputError(`header.instruments must be an array, not ${show(instruments)}`);
  return recordingHeader(kind, instruments.map(checkInstrument), created);
}

function checkInstrument(definition: unknown): Instrument {
  const event = checkEvent({ kind: 'instrument', venueTime: 0, definition });
  try {
    return event.kind === 'instrument' ? instrument(event.definition) : (definition as never);
  } catch (error) {
    if (error instanceof ConfigurationError) throw new InputError(`header.instruments: ${error.message}`);
    throw error;
  }
}
