/**
 * Log lines in the form of the Elastic Common Schema: one for each thing that matters at a desk, without secrets.
 *
 * @packageDocumentation
 */

export { DeskLog, deskLog } from './desk-log.js';
export type { DeskLogOptions } from './desk-log-options.js';
export {
  LOG_FIELDS,
  type LogField,
  type LogFieldType,
  type LogLevel,
  type LogLine,
  type LogValue,
} from './log-fields.js';
export type { LoggedFrame } from './logged-frame.js';
export { type PinoWriter, type PinoWriterOptions, pinoWriter } from './pino-writer.js';
export { redaction } from './redact.js';
export type { LogWriter } from './writer.js';
