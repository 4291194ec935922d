import { mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Writable } from 'node:stream';
import { integerAtLeast, knownKeys, nonEmptyName, oneOf, refuse } from '../domain/check.js';
import { ConfigurationError } from '../domain/errors.js';
import { optionalPackage } from '../services/optional-package.js';
import { BoundedStream, type LineStream } from './bounded-stream.js';
import type { LogLevel, LogLine } from './log-fields.js';
import type { LogWriter } from './writer.js';

/** Where lines go: a file, or a stream of one's own; without either the standard output. */
export interface PinoWriterOptions {
  /** A file that is appended to; its folder is made. @default the standard output */
  readonly path?: string;
  /** A stream instead. It is not closed with the writer. */
  readonly stream?: Writable;
  /** Lines below it are not written. @default "info" */
  readonly level?: LogLevel;
  /** Characters that may wait to be written; lines beyond are dropped and counted. @default 8388608 */
  readonly room?: number;
  /** Milliseconds that {@link PinoWriter.close} waits for what is left. @default 2000 */
  readonly patience?: number;
}

/** A writer of lines of JSON. */
export interface PinoWriter extends LogWriter {
  /** Lines that were dropped since too much waited, or the stream was gone. */
  readonly dropped: number;
  /** Errors of the file or the stream. */
  readonly errors: number;
  /** Writes what is left, as long as there is patience; lines after it are dropped. */
  close(): Promise<void>;
}

const LEVELS = ['debug', 'info', 'warn', 'error', 'fatal'] as const;

/**
 * Writes lines as JSON with `pino`, which is loaded here and nowhere else: `log.level` first, as the Elastic Common Schema has it, one
 * line each, never waiting for the disk.
 *
 * @throws ConfigurationError naming the setting and what would be right, or the package to install
 * @example
 * const writer = await pinoWriter({ path: '/var/log/millrace/desk.ndjson' });
 */
export async function pinoWriter(options: PinoWriterOptions = {}): Promise<PinoWriter> {
  knownKeys('pinoWriter', options, ['path', 'stream', 'level', 'room', 'patience']);
  const { path, stream } = options;
  if (path !== undefined) nonEmptyName('pinoWriter.path', path);
  if (path !== undefined && stream !== undefined)
    refuse('pinoWriter', 'a path or a stream, not both', 'both');
  const level = oneOf('pinoWriter.level', options.level ?? 'info', LEVELS);
  const room = integerAtLeast('pinoWriter.room', options.room ?? 8_388_608, 1);
  const patience = integerAtLeast('pinoWriter.patience', options.patience ?? 2_000, 0);
  const { pino } = await optionalPackage('pino', 'pinoWriter', () => import('pino'));
  let dropped = 0;
  let errors = 0;
  let closed = false;
  const drop = (): void => {
    dropped++;
  };
  const fail = (): void => {
    errors++;
  };
  const own =
    stream === undefined
      ? pino.destination({ dest: path === undefined ? 1 : appended(path), sync: false, maxLength: room })
      : undefined;
  own?.on('drop', drop);
  own?.on('error', fail);
  stream?.on('error', fail);
  const to: LineStream = own ?? new BoundedStream(stream as Writable, room, drop);
  const logger = pino(
    {
      level,
      base: null,
      timestamp: false,
      messageKey: 'message',
      formatters: { level: (label) => ({ 'log.level': label }) },
    },
    to as never,
  );
  return {
    get dropped() {
      return dropped;
    },
    get errors() {
      return errors;
    },
    write: (at: LogLevel, line: LogLine, message: string): void => {
      if (closed) drop();
      else logger[at](line, message);
    },
    close: async () => {
      if (closed) return;
      closed = true;
      if (own === undefined) {
        stream?.off('error', fail);
        stream?.on('error', () => undefined);
        return;
      }
      const destination = own;
      await new Promise<void>((done) => {
        const waiting = setTimeout(done, patience);
        const end = (): void => {
          clearTimeout(waiting);
          done();
        };
        destination.on('close', end);
        try {
          // The standard output is not closed by it.
          destination.end();
        } catch {
          end();
        }
      });
    },
  };
}

/**
 * Opens the file here, not in pino: a destination of pino's whose file could not be opened throws once more when the process ends.
 */
function appended(path: string): number {
  try {
    mkdirSync(dirname(path), { recursive: true });
    return openSync(path, 'a');
  } catch (error) {
    throw new ConfigurationError(
      `pinoWriter.path must be a file that can be written, not ${path}: ${(error as Error).message}`,
    );
  }
}
