import { type MonoTypeOperatorFunction, NEVER, Observable, type Subscription, tap } from 'rxjs';
import type { Driver } from '../core/driver.js';
import type { InstrumentTable } from '../domain/instrument-table.js';
import { type DeskLogOptions, deskLogSettings } from './desk-log-options.js';
import { eventLine } from './lines/event-line.js';
import { LineSink } from './lines/line-sink.js';
import { Opinions } from './lines/opinions.js';
import { Places } from './lines/places.js';
import type { LogLevel, LogLine } from './log-fields.js';
import type { LoggedFrame } from './logged-frame.js';

/**
 * Writes a line for each thing that matters at a desk, and none for a tick: decisions with all that led to them, orders and what became
 * of them, operators' words, faults, links, gaps, who leads.
 *
 * ```
 * frames  --q--q--q--------r----     q: quotes, the third makes an order; r: its fill
 *         deskLog.tap()
 * frames  --q--q--q--------r----     the same
 * lines   --------ds-------f----     decided, order-submitted, order-fill: one trace.id
 * ```
 *
 * A frame is written once: those at or before the last one (a member of a pair that began anew gives them again) and those up to
 * `after` (a desk that re-enacts its journal at a restart) are read for what later lines refer to, and have no lines.
 *
 * It observes, as `monitor` does: nothing of it enters the log of the core. It never throws into the desk, and what a writer throws is
 * counted. All that is written has gone through {@link redaction}.
 *
 * @example
 * const writer = await pinoWriter({ path: '/var/log/millrace/desk.ndjson' });
 * const log = deskLog({ instruments, writer, desk: 'desk-a', secrets: [process.env.API_SECRET ?? 'none'] });
 * const desk = run(core, { clock: liveClock(), drivers: [venue, log.driver] });
 * desk.pipe(log.tap()).subscribe();
 */
export class DeskLog {
  /** Learns whether this member leads; puts nothing into the pipeline. */
  readonly driver: Driver;
  readonly #sink: LineSink;
  readonly #table: InstrumentTable;
  readonly #places: Places;
  readonly #opinions: Opinions;
  #status: string | undefined;
  /** Place of the last frame that had its lines. */
  #seq: number;
  #sub = Number.POSITIVE_INFINITY;

  constructor(options: DeskLogOptions) {
    const { table, desk, node, after, ...settings } = deskLogSettings(options);
    this.#table = table;
    this.#places = new Places(desk);
    this.#opinions = new Opinions(table);
    this.#seq = after;
    this.#sink = new LineSink({
      ...settings,
      base: {
        'ecs.version': '8.11.0',
        'log.logger': 'millrace',
        'service.name': desk,
        ...(node === undefined ? {} : { 'service.node.name': node }),
        'event.kind': 'event',
        'event.dataset': 'millrace.desk',
      },
    });
    this.driver = this.#driver();
  }

  /** Lines that were handed to the writer. */
  get written(): number {
    return this.#sink.written;
  }

  /** Lines that were summed instead, since too many of their kind came. */
  get suppressed(): number {
    return this.#sink.suppressed;
  }

  /** Lines that the writer refused by throwing, or that could not be made. */
  get failed(): number {
    return this.#sink.failed;
  }

  /** Takes each frame that goes by. */
  tap<F extends LoggedFrame>(): MonoTypeOperatorFunction<F> {
    return tap((frame) => this.observe(frame));
  }

  /** Takes a frame; whatever goes wrong with it is counted and goes no further. */
  observe(frame: LoggedFrame): void {
    const { seq, sub } = frame;
    const again = seq < this.#seq || (seq === this.#seq && sub <= this.#sub);
    if (!again) {
      this.#seq = seq;
      this.#sub = sub;
    }
    this.#sink.silent = again;
    try {
      this.#observe(frame);
    } catch {
      this.#sink.failed++;
    } finally {
      this.#sink.silent = false;
    }
  }

  /** Writes a line for every new role of a member of a pair: `leader`, `paired`, `solo` … */
  roles(roles$: Observable<string>): Subscription {
    return roles$.subscribe((role) =>
      this.#sink.line('warn', 'role', { 'millrace.role': role }, `role: ${role}`),
    );
  }

  /** Writes a line of somebody else's, such as of a start or a stop, at the time of the last frame. Fields are those of {@link LOG_FIELDS}. */
  note(level: LogLevel, action: string, message: string, fields: LogLine = {}): void {
    this.#sink.line(level, action, fields, message);
  }

  #observe(frame: LoggedFrame): void {
    const { verdicts, tradingStatus, ts } = frame;
    this.#sink.at(ts);
    this.#opinions.take(frame);
    if (verdicts !== undefined && verdicts.length > 0)
      this.#opinions.decided(this.#sink, this.#places, frame);
    eventLine(this.#sink, this.#places, this.#table, frame);
    if (tradingStatus === undefined || tradingStatus === this.#status) return;
    const first = this.#status === undefined;
    this.#status = tradingStatus;
    if (first && tradingStatus === 'active') return;
    const level = tradingStatus === 'halted' ? 'error' : tradingStatus === 'reducing' ? 'warn' : 'info';
    this.#sink.line(
      level,
      'trading-state',
      { ...this.#places.at(frame), 'millrace.state': tradingStatus },
      `the desk is ${tradingStatus}`,
    );
  }

  #driver(): Driver {
    const sink = this.#sink;
    return {
      name: 'log',
      connect: ({ leading$ }) =>
        new Observable((output) => {
          const listening = leading$.subscribe((leading) => {
            if (leading === sink.leading) return;
            const first = sink.leading === undefined;
            sink.leading = leading;
            if (!first || !leading)
              sink.line('info', 'role', { 'millrace.role': leading ? 'leader' : 'follower' }, 'role changed');
          });
          listening.add(NEVER.subscribe(output));
          return listening;
        }),
    };
  }
}

/**
 * Makes a {@link DeskLog}. @throws ConfigurationError naming the setting and what would be right; never a secret
 *
 * @example
 * const log = deskLog({ instruments, writer, desk: 'desk-a' });
 * desk.pipe(log.tap()).subscribe();
 */
export const deskLog = (options: DeskLogOptions): DeskLog => new DeskLog(options);
