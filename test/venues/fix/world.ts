import { MemoryDisk } from '../../../src/journal/index.js';
import {
  encode,
  type Field,
  type FixMessage,
  FixSession,
  FixStore,
  Framer,
  formatTimestamp,
  type Link,
  type LinkListener,
  parse,
  type SessionDialect,
  sessionSettings,
  standard,
  TAG,
  type Transport,
} from '../../../src/venues/fix/index.js';
import { ManualClock } from '../manual-clock.js';

const KEY = 'FIX.4.4:DESK->BROKER';
const LATENCY = 5;

/** The broker's side, as the standard has it: an acceptor whose numbers outlive everything. */
class Broker {
  readonly #clock: ManualClock;
  readonly sent = new Map<number, Buffer | undefined>();
  /** Orders that it took, in order; each once unless something is wrong. */
  readonly orders: string[] = [];
  readonly faults: string[] = [];
  outgoing = 1;
  incoming = 1;
  #wire: ((bytes: Buffer) => void) | undefined;
  #framer = new Framer();
  #loggedOn = false;
  #asked = false;
  /** The next message is changed on its way. */
  garbles = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  connected(wire: (bytes: Buffer) => void): void {
    this.#wire = wire;
    this.#framer = new Framer();
    this.#loggedOn = false;
    this.#asked = false;
  }

  cut(): void {
    this.#wire = undefined;
    this.#loggedOn = false;
  }

  take(bytes: Buffer): void {
    this.#framer.take(bytes, (message) => this.#take(message));
  }

  send(fields: readonly Field[], application: boolean): void {
    const sequence = this.outgoing++;
    const bytes = this.#spell(sequence, fields, []);
    this.sent.set(sequence, application ? bytes : undefined);
    if (this.#loggedOn) this.#write(bytes);
  }

  #write(bytes: Buffer): void {
    if (this.garbles > 0) {
      this.garbles--;
      const changed = Buffer.from(bytes);
      changed[bytes.length - 12] = (bytes[bytes.length - 12] as number) ^ 3;
      this.#wire?.(changed);
    } else this.#wire?.(bytes);
  }

  #spell(sequence: number, [type, ...body]: readonly Field[], marks: readonly Field[]): Buffer {
    return encode('FIX.4.4', [
      type as Field,
      [TAG.SenderCompID, 'BROKER'],
      [TAG.TargetCompID, 'DESK'],
      [TAG.MsgSeqNum, sequence],
      ...marks,
      [TAG.SendingTime, formatTimestamp(this.#clock.now())],
      ...body,
    ]);
  }

  #take(message: FixMessage): void {
    const { type, sequence } = message;
    if (!this.#loggedOn) {
      if (type !== 'A') return;
      if (sequence < this.incoming) {
        this.faults.push(`logon ${sequence} below ${this.incoming}`);
        return;
      }
      this.#loggedOn = true;
      this.send(
        [
          [TAG.MsgType, 'A'],
          [98, 0],
          [TAG.HeartBtInt, 10],
        ],
        false,
      );
    } else if (sequence < this.incoming) {
      if (!message.flag(TAG.PossDupFlag)) this.faults.push(`${type} ${sequence} below ${this.incoming}`);
      return;
    }
    if (sequence > this.incoming) {
      if (type === '2') this.#resend(message);
      if (!this.#asked)
        this.send(
          [
            [TAG.MsgType, '2'],
            [TAG.BeginSeqNo, this.incoming],
            [TAG.EndSeqNo, 0],
          ],
          false,
        );
      this.#asked = true;
      return;
    }
    this.incoming++;
    if (type === '4') this.incoming = message.integer(TAG.NewSeqNo);
    else if (type === '2') this.#resend(message);
    else if (type === '1')
      this.send(
        [
          [TAG.MsgType, '0'],
          [TAG.TestReqID, message.get(TAG.TestReqID) as string],
        ],
        false,
      );
    else if (type === '3') this.faults.push(`rejected: ${message.get(TAG.Text)}`);
    else if (type === 'D') this.orders.push(message.get(TAG.ClOrdID) as string);
    // It waits for nothing beyond a gap: the resend brings all there is.
    this.#asked = false;
  }

  #resend(message: FixMessage): void {
    const end = message.integer(TAG.EndSeqNo);
    const to = end === 0 ? this.outgoing - 1 : Math.min(end, this.outgoing - 1);
    for (let sequence = message.integer(TAG.BeginSeqNo); sequence <= to; sequence++) {
      const bytes = this.sent.get(sequence);
      const marks: Field[] = [
        [TAG.PossDupFlag, 'Y'],
        [TAG.OrigSendingTime, formatTimestamp(this.#clock.now())],
      ];
      const body: Field[] =
        bytes === undefined
          ? [
              [TAG.MsgType, '4'],
              [TAG.GapFillFlag, 'Y'],
              [TAG.NewSeqNo, sequence + 1],
            ]
          : [
              [TAG.MsgType, '8'],
              [TAG.ExecID, (parse(bytes) as FixMessage).get(TAG.ExecID) as string],
            ];
      this.#write(this.#spell(sequence, body, marks));
    }
  }
}

/**
 * A desk and a broker in virtual time: connections that break, messages that are damaged, a desk that dies and comes back
 * with its disk.
 */
export class World {
  readonly clock: ManualClock = new ManualClock(Date.UTC(2026, 0, 5));
  readonly #broker = new Broker(this.clock);
  readonly #dialect: SessionDialect;
  #disk = new MemoryDisk();
  #session: FixSession | undefined;
  #store: FixStore | undefined;
  #link: { readonly listener: LinkListener; open: boolean } | undefined;
  #unrecorded: { readonly sequence: number; readonly id: string }[] = [];
  /** Executions that the desk has on record, in order, each as often as it was delivered. */
  readonly log: string[] = [];
  readonly alerts: string[] = [];
  /** Orders that the session said it had sent. */
  readonly sentOrders: string[] = [];
  readonly executions: string[] = [];
  /** Whether the application records at once, or later. */
  prompt = true;
  deaths = 0;

  constructor(resendChunk: number) {
    this.#dialect = standard('FIX.4.4', { resendChunk });
  }

  get broker(): {
    readonly orders: readonly string[];
    readonly faults: readonly string[];
    readonly incoming: number;
  } {
    return this.#broker;
  }

  get session(): FixSession {
    return this.#session as FixSession;
  }

  async start(): Promise<void> {
    this.#store = await FixStore.open({ disk: this.#disk, key: KEY });
    this.#session = new FixSession({
      settings: sessionSettings({
        dialect: this.#dialect,
        senderCompID: 'DESK',
        targetCompID: 'BROKER',
        heartbeat: 10,
        reconnect: { first: 100, longest: 1_000 },
        resendPatience: 2_000,
      }),
      store: this.#store,
      transport: this.#transport(),
      clock: this.clock,
      application: {
        caughtUp: () => {},
        down: () => {},
        message: (message) => {
          this.#unrecorded.push({ sequence: message.sequence, id: message.get(TAG.ExecID) as string });
          if (this.prompt) this.record();
        },
        lost: () => {},
        alert: (code, text) => this.alerts.push(`${code}: ${text}`),
      },
    });
    this.#session.start();
  }

  /** What was delivered goes on record. */
  record(): void {
    for (const { sequence, id } of this.#unrecorded.splice(0)) {
      this.log.push(id);
      this.session.recorded(sequence);
    }
  }

  execute(): void {
    const id = `x${this.executions.length}`;
    this.executions.push(id);
    this.#broker.send(
      [
        [TAG.MsgType, '8'],
        [TAG.ExecID, id],
      ],
      true,
    );
  }

  order(): void {
    const id = `o${this.sentOrders.length}`;
    if (
      this.session.send([
        [TAG.MsgType, 'D'],
        [TAG.ClOrdID, id],
      ]) !== undefined
    )
      this.sentOrders.push(id);
  }

  garble(): void {
    this.#broker.garbles++;
  }

  cut(): void {
    const link = this.#link;
    if (link === undefined) return;
    this.#link = undefined;
    link.open = false;
    this.#broker.cut();
    link.listener.closed('cut');
  }

  /** The process dies and comes back: what is on the disk is all that it knows. */
  async die(): Promise<void> {
    this.deaths++;
    this.session.abandon();
    if (this.#link !== undefined) this.#link.open = false;
    this.#link = undefined;
    this.#broker.cut();
    this.#unrecorded = [];
    this.#disk = this.#disk.crashed();
    await this.start();
  }

  pass(milliseconds: number): void {
    this.clock.goTo(this.clock.now() + milliseconds);
  }

  #transport(): Transport {
    return {
      name: 'virtual',
      open: (listener): Link => {
        const link = { listener, open: true };
        this.#link = link;
        const later = (action: () => void): void => {
          this.clock.schedule(this.clock.now() + LATENCY, 0, () => {
            if (link.open) action();
          });
        };
        later(() => {
          this.#broker.connected((bytes) => later(() => listener.data(bytes)));
          listener.connected();
        });
        return {
          // What has left arrives, whatever becomes of the sender.
          write: (bytes) => {
            if (link.open)
              this.clock.schedule(
                this.clock.now() + LATENCY,
                0,
                () => this.#link === link && this.#broker.take(bytes),
              );
          },
          close: () => {
            link.open = false;
            if (this.#link === link) this.#broker.cut();
          },
        };
      },
    };
  }
}
