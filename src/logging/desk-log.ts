import { type MonoTypeOperatorFunction, NEVER, Observable, type Subscription, tap } from 'rxjs';
import type { Driver } from '../core/driver.js';
import { integerAtLeast, knownKeys, nonEmptyName, positiveNumber, refuse } from '../domain/check.js';
import { type Decision, keyOf } from '../domain/decision.js';
import type { Event, FaultEvent, ReportEvent } from '../domain/event.js';
import type { Instrument } from '../domain/instrument.js';
import { InstrumentTable } from '../domain/instrument-table.js';
import type { Order, Proposal } from '../domain/order.js';
import type { Signal } from '../domain/signal.js';
import { FloodGuard } from './flood-guard.js';
import { LOG_FIELDS, type LogField, type LogLevel, type LogLine, type LogValue } from './log-fields.js';
import type { LoggedFrame } from './logged-frame.js';
import { redaction } from './redact.js';
import { Traces } from './traces.js';
import type { LogWriter } from './writer.js';

/** What is logged, and how. */
export interface DeskLogOptions {
  readonly instruments: readonly Instrument[] | InstrumentTable;
  /** Where lines go. */
  readonly writer: LogWriter;
  /** Name of the desk: `service.name`, and the beginning of every `trace.id`. */
  readonly desk: string;
  /** Which member of a pair this is: `service.node.name`. @default none */
  readonly node?: string;
  /** Values that must never be written: keys, passwords. Each of at least 4 characters. @default none */
  readonly secrets?: readonly string[];
  /** Lines of one kind in a {@link window}, of those kinds that may flood; those beyond are summed. @default 20 */
  readonly most?: number;
  /** Milliseconds of the log's time. @default 1000 */
  readonly window?: number;
}

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

const FAULT_LEVELS: Readonly<Record<FaultEvent['severity'], LogLevel>> = {
  notice: 'warn',
  quarantine: 'error',
  halt: 'fatal',
};

/** Words of a venue that nobody hopes for. */
const UNWELCOME: ReadonlySet<string> = new Set([
  'rejected',
  'unknown',
  'cancelRejected',
  'replaceRejected',
  'notFound',
  'bust',
]);

/** Opinions that are remembered for the line of a decision; of more, the oldest are forgotten. */
const MOST_OPINIONS = 10_000;

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
  /** Lines that were handed to the writer. */
  written = 0;
  /** Lines that were summed instead, since too many of their kind came. */
  suppressed = 0;
  /** Lines that the writer refused by throwing, or that could not be made. */
  failed = 0;
  readonly #writer: LogWriter;
  readonly #table: InstrumentTable;
  readonly #desk: string;
  readonly #base: LogLine;
  readonly #clean: (text: string) => string;
  readonly #floods: FloodGuard;
  readonly #traces = new Traces();
  readonly #signals = new Map<string, { readonly seq: number; readonly signal: Signal }>();
  readonly #votes = new Map<string, { readonly seq: number; readonly decision: Decision }>();
  #leading: boolean | undefined;
  #status: string | undefined;
  #now = 0;

  constructor(options: DeskLogOptions) {
    knownKeys('deskLog', options, ['instruments', 'writer', 'desk', 'node', 'secrets', 'most', 'window']);
    const { instruments, writer, node, secrets = [] } = options;
    if (typeof writer?.write !== 'function')
      refuse('deskLog.writer', 'something with a method write', writer);
    if (!Array.isArray(secrets) || secrets.some((secret) => typeof secret !== 'string' || secret.length < 4))
      refuse('deskLog.secrets', 'texts of at least 4 characters', `${secrets.length} of them, one too short`);
    this.#writer = writer;
    this.#table = instruments instanceof InstrumentTable ? instruments : new InstrumentTable(instruments);
    this.#desk = nonEmptyName('deskLog.desk', options.desk);
    this.#clean = redaction(secrets);
    this.#floods = new FloodGuard(
      integerAtLeast('deskLog.most', options.most ?? 20, 1),
      positiveNumber('deskLog.window', options.window ?? 1_000),
    );
    this.#base = {
      'ecs.version': '8.11.0',
      'log.logger': 'millrace',
      'service.name': this.#desk,
      ...(node === undefined ? {} : { 'service.node.name': nonEmptyName('deskLog.node', node) }),
      'event.kind': 'event',
      'event.dataset': 'millrace.desk',
    };
    this.driver = {
      name: 'log',
      connect: ({ leading$ }) =>
        new Observable((output) => {
          const listening = leading$.subscribe((leading) => {
            if (leading === this.#leading) return;
            const first = this.#leading === undefined;
            this.#leading = leading;
            if (!first || !leading)
              this.#line(
                'info',
                'role',
                { 'millrace.role': leading ? 'leader' : 'follower' },
                'role changed',
              );
          });
          listening.add(NEVER.subscribe(output));
          return listening;
        }),
    };
  }

  /** Takes each frame that goes by. */
  tap<F extends LoggedFrame>(): MonoTypeOperatorFunction<F> {
    return tap((frame) => this.observe(frame));
  }

  /** Takes a frame; whatever goes wrong with it is counted and goes no further. */
  observe(frame: LoggedFrame): void {
    this.#now = frame.ts;
    try {
      this.#observe(frame);
    } catch {
      this.failed++;
    }
  }

  /** Writes a line for every new role of a member of a pair: `leader`, `paired`, `solo` … */
  roles(roles$: Observable<string>): Subscription {
    return roles$.subscribe((role) => this.#line('warn', 'role', { 'millrace.role': role }, `role: ${role}`));
  }

  /** Writes a line of somebody else's, such as of a start or a stop, at the time of the last frame. Fields are those of {@link LOG_FIELDS}. */
  note(level: LogLevel, action: string, message: string, fields: LogLine = {}): void {
    this.#line(level, action, fields, message);
  }

  #observe(frame: LoggedFrame): void {
    const { event, seq, ts, signals, decisions, verdicts, tradingStatus } = frame;
    const held = this.#floods.turn(ts);
    if (held !== undefined) this.#tellHeld(held);
    if (signals !== undefined && signals.length > 0)
      for (const signal of signals)
        keep(this.#signals, `${signal.name} ${signal.instrument}`, { seq, signal });
    if (decisions !== undefined && decisions.length > 0)
      for (const decision of decisions)
        keep(this.#votes, `${decision.agent} ${keyOf(decision.of)}`, { seq, decision });
    if (verdicts !== undefined && verdicts.length > 0) this.#decided(frame);
    this.#told(frame, event);
    if (tradingStatus === undefined || tradingStatus === this.#status) return;
    const first = this.#status === undefined;
    this.#status = tradingStatus;
    if (first && tradingStatus === 'active') return;
    const level = tradingStatus === 'halted' ? 'error' : tradingStatus === 'reducing' ? 'warn' : 'info';
    this.#line(
      level,
      'trading-state',
      { ...this.#at(frame), 'millrace.state': tradingStatus },
      `the desk is ${tradingStatus}`,
    );
  }

  /** What the event itself says. */
  #told(frame: LoggedFrame, event: Event): void {
    switch (event.kind) {
      case 'submitted': {
        const { order } = event;
        this.#traces.remember(order.clientOrderId, { trace: this.#traceOf(frame.seq), at: frame.ts });
        this.#line(
          'info',
          'order-submitted',
          { ...this.#at(frame), ...this.#order(order) },
          `${order.side} ${order.instrument}: order ${order.clientOrderId} submitted`,
        );
        return;
      }
      case 'denied':
        this.#line(
          'warn',
          'denied',
          {
            ...this.#at(frame),
            ...this.#proposal(event.proposal),
            'event.outcome': 'failure',
            'event.reason': event.reason,
            'millrace.rule': event.rule,
          },
          `denied by ${event.rule}: ${event.reason}`,
        );
        return;
      case 'report':
        this.#reported(frame, event);
        return;
      case 'cancelRequested':
      case 'lookedUp': {
        const action = event.kind === 'lookedUp' ? 'order-lookedUp' : 'order-cancelRequested';
        this.#line(
          event.kind === 'lookedUp' ? 'warn' : 'info',
          action,
          {
            ...this.#at(frame, event.clientOrderId),
            'millrace.instrument': event.instrument,
            'event.reason': event.reason,
            ...(event.kind === 'lookedUp' ? { 'millrace.state': event.outcome } : {}),
          },
          `order ${event.clientOrderId}: ${event.kind === 'lookedUp' ? event.outcome : 'cancel requested'}: ${event.reason}`,
        );
        return;
      }
      case 'control':
        this.#line(
          event.action === 'kill' ? 'error' : 'warn',
          `control-${event.action}`,
          {
            ...this.#at(frame),
            'millrace.scope': event.scope,
            'millrace.by': event.by,
            'event.reason': event.reason,
            ...(event.action === 'limit' ? { 'millrace.value': event.value } : {}),
          },
          `${event.action} ${event.scope} by ${event.by}: ${event.reason}`,
        );
        return;
      case 'fault':
        this.#line(
          FAULT_LEVELS[event.severity],
          event.severity === 'notice' ? 'fault' : event.severity,
          {
            ...this.#at(frame),
            'event.outcome': 'failure',
            'error.code': event.code,
            'error.type': event.component,
            'error.message': event.message,
            'millrace.component': event.component,
            'millrace.severity': event.severity,
          },
          `${event.component} ${event.code}: ${event.message}`,
        );
        return;
      case 'link':
        this.#line(
          event.state === 'up' ? 'info' : 'warn',
          'link',
          {
            ...this.#at(frame),
            'millrace.venue': event.venue,
            'millrace.channel': event.channel,
            'millrace.state': event.state,
            'event.reason': event.reason,
          },
          `${event.venue} ${event.channel} is ${event.state}: ${event.reason}`,
        );
        return;
      case 'sync':
        this.#line(
          event.state === 'synced' ? 'info' : 'warn',
          event.state === 'synced' ? 'synced' : 'gap',
          { ...this.#at(frame), 'millrace.instrument': event.instrument, 'millrace.state': event.state },
          `the book of ${event.instrument} is ${event.state}`,
        );
        return;
      case 'truth':
        this.#line(
          'info',
          'reconciled',
          { ...this.#at(frame), 'millrace.venue': event.venue },
          `${event.venue} told its truth`,
        );
        return;
      case 'epoch':
        this.#line(
          'warn',
          'takeover',
          { ...this.#at(frame), 'millrace.epoch': event.epoch, 'millrace.leader': event.leader },
          `${event.leader} leads in epoch ${event.epoch}`,
        );
        return;
      default:
    }
  }

  #reported(frame: LoggedFrame, report: ReportEvent): void {
    const { type, clientOrderId, venue, instrument } = report;
    const fields: Record<string, LogValue | undefined> = {
      ...this.#at(frame, clientOrderId),
      'millrace.venue': venue,
      'millrace.instrument': instrument,
      'event.outcome': UNWELCOME.has(type) ? 'failure' : 'success',
    };
    let said = 'reason' in report ? report.reason : '';
    if (type === 'fill' || type === 'correction') {
      const listed = this.#table.find(instrument);
      const price = listed?.prices.toNumber(report.price);
      const quantity = listed?.quantities.toNumber(report.quantity);
      Object.assign(fields, {
        'millrace.order.side': report.side,
        'millrace.fill.id': report.executionId,
        'millrace.fill.price': price,
        'millrace.fill.quantity': quantity,
        'millrace.fill.liquidity': report.liquidity,
        'millrace.fill.fee': report.fee,
        'millrace.fill.fee_currency': report.feeCurrency,
      });
      said = `${report.side} ${quantity ?? '?'} at ${price ?? '?'}${said === '' ? '' : `: ${said}`}`;
    } else if (type === 'bust') fields['millrace.fill.id'] = report.executionId;
    if (said !== '') fields['event.reason'] = said;
    this.#line(
      UNWELCOME.has(type) ? 'warn' : 'info',
      `order-${type}`,
      fields,
      `order ${clientOrderId} ${type}${said === '' ? '' : `: ${said}`}`,
    );
  }

  /** A frame on which risk spoke: the tick, and all that stood behind what it said. */
  #decided(frame: LoggedFrame): void {
    const { verdicts = [], event, targets = [] } = frame;
    const about = new Set<string>();
    for (const verdict of verdicts) {
      const { instrument } = proposalOf(verdict);
      about.add(instrument);
      const base = this.#table.find(instrument)?.definition.base;
      if (base !== undefined) about.add(`asset ${base}`);
    }
    const votes = [...this.#votes.values()].filter(
      ({ decision }) => about.has(keyOf(decision.of)) && decision.validUntil > frame.ts,
    );
    const signals = [...this.#signals.values()].filter(({ signal }) => {
      if (signal.validUntil <= frame.ts) return false;
      return (
        about.has(signal.instrument) ||
        about.has(`asset ${this.#table.find(signal.instrument)?.definition.base}`)
      );
    });
    this.#line(
      'info',
      'decided',
      {
        ...this.#at(frame),
        'millrace.cause': event.kind,
        'millrace.market.bid': frame.bid,
        'millrace.market.ask': frame.ask,
        'millrace.market.mid': frame.mid,
        'millrace.signals': signals.map(
          ({ seq, signal }) =>
            `${signal.name} ${signal.instrument} ${signal.direction * signal.strength} (${signal.confidence}) @${seq}`,
        ),
        'millrace.votes': votes.map(
          ({ seq, decision }) =>
            `${decision.agent} ${keyOf(decision.of)} ${decision.exposure} (${decision.confidence}) @${seq}`,
        ),
        'millrace.based_on': [...new Set(votes.map(({ decision }) => decision.basedOn))],
        'millrace.targets': targets.map(({ of, exposure }) => `${keyOf(of)} ${exposure}`),
        'millrace.verdicts': verdicts.map((verdict) => {
          const { side, instrument, quantity } = proposalOf(verdict);
          const units = this.#table.find(instrument)?.quantities.toNumber(quantity) ?? quantity;
          const said = verdict.kind === 'denied' ? `denied by ${verdict.rule}` : 'approved';
          return `${side} ${units} ${instrument}: ${said}`;
        }),
      },
      `${verdicts.length} proposals judged on a ${event.kind}`,
    );
  }

  #tellHeld(held: ReadonlyMap<string, number>): void {
    for (const [action, count] of held)
      this.#line(
        'warn',
        'suppressed',
        { 'event.reason': action, 'millrace.count': count },
        `${count} more lines of ${action}`,
      );
  }

  #traceOf(seq: number): string {
    return `${this.#desk}-${seq}`;
  }

  /** Where in the log it is; of an order: which trace it belongs to, and how long after its decision it is. */
  #at({ seq, sub, ts }: LoggedFrame, id?: Order['clientOrderId']): LogLine {
    const origin = id === undefined ? undefined : this.#traces.of(id);
    return {
      'trace.id': origin?.trace ?? this.#traceOf(seq),
      'event.sequence': seq,
      'millrace.sub': sub,
      ...(id === undefined ? {} : { 'millrace.order.id': id }),
      // Nanoseconds, as ECS wants them.
      ...(origin === undefined ? {} : { 'event.duration': Math.round((ts - origin.at) * 1e6) }),
    };
  }

  #proposal(proposal: Proposal): LogLine {
    const listed = this.#table.find(proposal.instrument);
    return {
      'millrace.instrument': proposal.instrument,
      'millrace.venue': listed?.definition.venue,
      'millrace.order.side': proposal.side,
      'millrace.order.type': proposal.type,
      'millrace.order.time_in_force': proposal.timeInForce,
      'millrace.order.price': proposal.price === 0 ? undefined : listed?.prices.toNumber(proposal.price),
      'millrace.order.quantity': listed?.quantities.toNumber(proposal.quantity),
      'millrace.order.agents': proposal.attribution.map(({ agent }) => agent),
      'millrace.order.replaces': proposal.replaces,
    };
  }

  #order(order: Order): LogLine {
    return {
      ...this.#proposal(order),
      'millrace.order.id': order.clientOrderId,
      'millrace.venue': order.venue,
    };
  }

  #line(level: LogLevel, action: string, fields: LogLine, message: string): void {
    if (MAY_FLOOD.has(action) && !this.#floods.passes(action)) {
      this.suppressed++;
      return;
    }
    try {
      const line: Record<string, LogValue> = { '@timestamp': new Date(this.#now).toISOString() };
      const all: LogLine = {
        ...this.#base,
        'event.action': action,
        ...(this.#leading === undefined ? {} : { 'millrace.leading': this.#leading }),
        ...fields,
      };
      for (const [name, value] of Object.entries(all)) {
        const clean = this.#cleaned(name, value);
        if (clean !== undefined) line[name] = clean;
      }
      this.#writer.write(level, line as LogLine, this.#clean(message));
      this.written++;
    } catch {
      this.failed++;
    }
  }

  #cleaned(name: string, value: LogValue | undefined): LogValue | undefined {
    const type = LOG_FIELDS[name as LogField] as string | undefined;
    if (value === undefined || type === undefined) return undefined;
    if (typeof value === 'string') return this.#clean(value);
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    if (!Array.isArray(value)) return value as boolean;
    if (value.length === 0) return undefined;
    return value.map((each) => (typeof each === 'string' ? this.#clean(each) : each)) as LogValue;
  }
}

const proposalOf = ({ proposal }: NonNullable<LoggedFrame['verdicts']>[number]): Proposal => proposal;

function keep<V>(map: Map<string, V>, key: string, value: V): void {
  if (map.size >= MOST_OPINIONS && !map.has(key)) {
    const [oldest] = map.keys();
    map.delete(oldest as string);
  }
  map.set(key, value);
}

/**
 * Makes a {@link DeskLog}. @throws ConfigurationError naming the setting and what would be right; never a secret
 *
 * @example
 * const log = deskLog({ instruments, writer, desk: 'desk-a' });
 * desk.pipe(log.tap()).subscribe();
 */
export const deskLog = (options: DeskLogOptions): DeskLog => new DeskLog(options);
