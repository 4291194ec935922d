import type { Clock } from '../../core/clock.js';
import type { LoggedEvent } from '../../core/driver.js';
import type { Redaction } from '../driver/index.js';
import {
  type AlertCode,
  type Field,
  type FixMessage,
  FixSession,
  FixStore,
  type Phase,
  SECRETS,
} from '../fix/index.js';
import type { CheckedSession } from './options.js';
import { Recorder } from './recorder.js';

/** What a session of the gateway is given. */
export interface GatewaySessionPort {
  readonly clock: Clock;
  readonly rank: number;
  readonly seed: number;
  /** Hears what a logon says in secret, and keeps it out of what is told. */
  readonly redaction: Redaction;
  readonly waitsForDisk: boolean;
  readonly mayResend: (message: FixMessage, now: number) => boolean;
  up(): void;
  down(reason: string): void;
  /** Says what a message says; its reports are told by `recorder`. */
  message(message: FixMessage): void;
  alert(code: AlertCode | 'message', text: string, halt: boolean): void;
}

/** What an operator may look at and do to a session while the desk runs. */
export interface SessionOperation {
  readonly phase: Phase;
  /** The number of our next message, and the one that is expected of the broker. */
  readonly outgoing: number;
  readonly incoming: number;
  /** Both sides begin at 1 with a new logon. */
  reset(): void;
  /**
   * Our next message has this number: told at once by a sequence reset, or by the next logon, also after one that was
   * refused.
   *
   * @throws ConfigurationError when the number is not beyond the latest
   */
  resetTo(outgoing: number): void;
}

/** Tags from here on are the broker's own: a password may be among them. */
const USER_DEFINED = 5_000;

/** One FIX session of the venue with its store: opened, run and closed as one. */
export class GatewaySession {
  readonly #checked: CheckedSession;
  readonly #port: GatewaySessionPort;
  readonly #recorder: Recorder;
  #store: FixStore | undefined;
  #session: FixSession | undefined;
  #opening: Promise<void> | undefined;
  #closed = false;
  /** Messages are being handled: what is told now is told by them. */
  #handling = false;

  constructor(checked: CheckedSession, port: GatewaySessionPort) {
    this.#checked = checked;
    this.#port = port;
    this.#recorder = new Recorder((sequence) => this.#session?.recorded(sequence), port.waitsForDisk);
  }

  /** What comes of a message goes into the pipeline: the message counts as received once the log has it. */
  get recorder(): Recorder | undefined {
    return this.#handling ? this.#recorder : undefined;
  }

  logged(logged: LoggedEvent): void {
    this.#recorder.logged(logged);
  }

  durable(seq: number): void {
    this.#recorder.durable(seq);
  }

  open(): void {
    this.#opening ??= this.#open();
  }

  /** `undefined`: its store is not open, or not any more. */
  get operation(): SessionOperation | undefined {
    const session = this.#session;
    if (session === undefined || this.#closed) return undefined;
    const { phase, outgoing, incoming } = session.state;
    return {
      phase,
      outgoing,
      incoming,
      reset: () => session.reset(),
      resetTo: (next) => session.resetTo(next),
    };
  }

  /** The number under which a message was sent; `undefined`: it was not, and never will be. */
  send(fields: readonly Field[]): number | undefined {
    return this.#session?.send(fields);
  }

  /** Logs out, and lets go of the store. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#opening;
    await this.#session?.stop();
    this.#session?.abandon();
    await this.#store?.close().catch(() => {});
  }

  async #open(): Promise<void> {
    const { settings, session, logonFields } = this.#checked;
    const { senderCompID, targetCompID, dialect } = settings;
    const key = `${dialect.version}:${senderCompID}->${targetCompID}`;
    try {
      this.#store = await FixStore.open({ ...session.store, key });
    } catch (error) {
      const { name, message } = error as Error;
      this.#port.alert('store', `${this.#checked.name}: ${name}: ${message}`, true);
      return;
    }
    if (this.#closed) return;
    const { clock, rank, seed, mayResend } = this.#port;
    this.#session = new FixSession({
      settings,
      store: this.#store,
      transport: session.transport,
      clock,
      rank,
      seed,
      mayResend,
      logon: () => [...this.#secretly(session.logon?.() ?? []), ...logonFields],
      application: {
        caughtUp: () => this.#port.up(),
        down: (reason) => this.#port.down(reason),
        message: (message) => this.#take(message),
        lost: (from, to) => {
          this.#port.down(`messages ${from} to ${to} will never come`);
          this.#port.up();
        },
        alert: (code, text) => this.#port.alert(code, `${this.#checked.name}: ${text}`, code === 'store'),
      },
    });
    this.#session.start();
  }

  #secretly(fields: readonly Field[]): readonly Field[] {
    for (const [tag, value] of fields)
      if (SECRETS.has(tag) || tag >= USER_DEFINED)
        this.#port.redaction.hide(
          typeof value === 'object' ? Buffer.from(value).toString('latin1') : String(value),
        );
    return fields;
  }

  #take(message: FixMessage): void {
    this.#handling = true;
    try {
      this.#port.message(message);
    } catch (error) {
      const what = `message ${message.sequence} of type ${message.type} cannot be read`;
      this.#port.alert('message', `${this.#checked.name}: ${what}: ${(error as Error).message}`, false);
    } finally {
      this.#handling = false;
    }
    this.#recorder.handled(message.sequence);
  }
}
