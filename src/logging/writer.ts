import type { LogLevel, LogLine } from './log-fields.js';

/** Takes finished lines. It must not block; what it throws is counted and goes no further. */
export interface LogWriter {
  write(level: LogLevel, line: LogLine, message: string): void;
}
