import { FloodGuard } from '../flood-guard.js';
import {
  LOG_FIELDS,
  type LogField,
  type LogFields,
  type LogLevel,
  type LogLine,
  type LogValue,
} from '../log-fields.js';
import { redaction } from '../redact.js';
import type { LogWriter } from '../writer.js';

/** Kinds of lines that a market, a venue or a broken part may bring in any number. Orders and operators' words are never held back. */
const MAY_FLOOD: ReadonlySet<string> = new Set([
  'decided',
  'denied',
  'fault',
  'gap',
  'synced',
  'link',
  'reconciled',
  'order-lookedUp',
]);

/** What every line has, and how many of a kind may be written. */
export interface LineSinkSettings {
  readonly writer: LogWriter;
  readonly base: LogLine;
  readonly secrets: readonly string[];
  readonly most: number;
  readonly window: number;
}

/** The way of a line to its writer: floods are held back, secrets taken out, unknown fields left out, and nothing is thrown. */
export class LineSink {
  /** Lines that were handed to the writer. */
  written = 0;
  /** Lines that were summed instead, since too many of their kind came. */
  suppressed = 0;
  /** Lines that the writer refused by throwing, or that could not be made. */
  failed = 0;
  /** While true, lines are made by nobody: they were written before. */
  silent = false;
  /** Whether this member leads; `undefined` until it is known. */
  leading: boolean | undefined = undefined;
  readonly #writer: LogWriter;
  readonly #base: LogLine;
  readonly #clean: (text: string) => string;
  readonly #floods: FloodGuard;
  #now = 0;

  constructor({ writer, base, secrets, most, window }: LineSinkSettings) {
    this.#writer = writer;
    this.#base = base;
    this.#clean = redaction(secrets);
    this.#floods = new FloodGuard(most, window);
  }

  /** Time goes on: tells what was held back in a window that is over. Unix milliseconds of the log. */
  at(ts: number): void {
    this.#now = ts;
    const held = this.#floods.turn(ts);
    if (held === undefined) return;
    for (const [action, count] of held)
      this.line(
        'warn',
        'suppressed',
        { 'event.reason': action, 'millrace.count': count },
        `${count} more lines of ${action}`,
      );
  }

  line(level: LogLevel, action: string, fields: LogLine, message: string): void {
    if (this.silent) return;
    if (MAY_FLOOD.has(action) && !this.#floods.passes(action)) {
      this.suppressed++;
      return;
    }
    try {
      const line: LogFields = { '@timestamp': new Date(this.#now).toISOString() };
      const all: LogLine = {
        ...this.#base,
        'event.action': action,
        ...(this.leading === undefined ? {} : { 'millrace.leading': this.leading }),
        ...fields,
      };
      for (const [name, value] of Object.entries(all)) {
        if (!isLogField(name)) continue;
        const clean = this.#cleaned(value);
        if (clean !== undefined) line[name] = clean;
      }
      this.#writer.write(level, line, this.#clean(message));
      this.written++;
    } catch {
      this.failed++;
    }
  }

  #cleaned(value: LogValue | undefined): LogValue | undefined {
    if (typeof value === 'string') return this.#clean(value);
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    if (value === undefined || typeof value === 'boolean') return value;
    if (value.length === 0) return undefined;
    // Whatever is no number is text, also where a caller without types put something else.
    return isNumbers(value) ? value : value.map((each) => this.#clean(String(each)));
  }
}

const isLogField = (name: string): name is LogField => Object.hasOwn(LOG_FIELDS, name);

const isNumbers = (value: readonly string[] | readonly number[]): value is readonly number[] =>
  value.every((each) => typeof each === 'number');
