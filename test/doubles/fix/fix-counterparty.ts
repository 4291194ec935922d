import { createServer, type Server, type Socket } from 'node:net';
import {
  encode,
  type Field,
  type FixMessage,
  Framer,
  formatTimestamp,
  parse,
  TAG,
} from '../../../src/venues/fix/index.js';

/** One session as the counterparty has it: numbers and what it sent outlive connections. */
export interface Peer {
  readonly compID: string;
  outgoing: number;
  incoming: number;
  /** What was sent, by number; `undefined` of administrative messages. */
  readonly sent: Map<number, Buffer>;
  connection: Connection | undefined;
  /** Everything that was taken, in order, gaps filled: `D 3`. */
  readonly taken: string[];
  /** What was wrong with it. */
  readonly faults: string[];
  heartbeat: number;
}

/** One connection, before and after its logon. */
export class Connection {
  readonly socket: Socket;
  readonly framer: Framer = new Framer(1 << 24);
  peer: Peer | undefined;
  /** Messages beyond a gap. */
  waiting: FixMessage[] = [];
  /** Bytes that leave together. */
  held: Buffer[] | undefined;
  timer: NodeJS.Timeout | undefined;

  constructor(socket: Socket) {
    this.socket = socket;
  }

  write(bytes: Buffer): void {
    if (this.held === undefined) this.socket.write(bytes);
    else this.held.push(bytes);
  }
}

export interface CounterpartyOptions {
  readonly version: 'FIX.4.2' | 'FIX.4.4';
  readonly compID: string;
  /** Numbers go back to 1 with every logon. @default false */
  readonly resetOnLogon?: boolean;
  /** Whether a logon is let in. @default every one */
  readonly accepts?: (logon: FixMessage) => string | undefined;
  readonly port?: number;
}

/**
 * The other side of FIX sessions: an acceptor with a session for each CompID that logs on. It keeps the rules of the
 * standard by a few lines of its own, so that it does not share the faults of what it tests, and notes whatever is wrong.
 */
export class FixCounterparty {
  readonly #options: CounterpartyOptions;
  readonly #server: Server;
  readonly #connections = new Set<Connection>();
  readonly peers: Map<string, Peer> = new Map();
  /** An application message, in order and once. */
  received: (peer: Peer, message: FixMessage) => void = () => {};
  /** Someone has logged on. */
  loggedOn: (peer: Peer) => void = () => {};
  /** Takes nothing in and says nothing. */
  frozen = false;

  constructor(options: CounterpartyOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#connected(socket));
  }

  listen(): Promise<number> {
    return new Promise((resolve) =>
      this.#server.listen(this.#options.port ?? 0, '127.0.0.1', () =>
        resolve((this.#server.address() as { readonly port: number }).port),
      ),
    );
  }

  peer(compID: string): Peer {
    let peer = this.peers.get(compID);
    if (peer === undefined) {
      peer = {
        compID,
        outgoing: 1,
        incoming: 1,
        sent: new Map(),
        connection: undefined,
        taken: [],
        faults: [],
        heartbeat: 30,
      };
      this.peers.set(compID, peer);
    }
    return peer;
  }

  /** Numbers a message and sends it; without a connection it is there to be asked for. */
  send(peer: Peer, fields: readonly Field[], application: boolean = true): void {
    const sequence = peer.outgoing++;
    const bytes = this.spell(peer, sequence, fields);
    if (application) peer.sent.set(sequence, bytes);
    if (!this.frozen) peer.connection?.write(bytes);
  }

  /** A message of a number of one's own choice, which changes nothing here. */
  spell(
    peer: Peer,
    sequence: number,
    [type, ...body]: readonly Field[],
    marks: readonly Field[] = [],
  ): Buffer {
    return encode(this.#options.version, [
      type as Field,
      [TAG.SenderCompID, this.#options.compID],
      [TAG.TargetCompID, peer.compID],
      [TAG.MsgSeqNum, sequence],
      ...marks,
      [TAG.SendingTime, formatTimestamp(Date.now())],
      ...body,
    ]);
  }

  /** Type and body of the latest application message that was sent to a peer. */
  latest(peer: Peer): readonly Field[] {
    const message = parse([...peer.sent.values()].at(-1) as Buffer) as FixMessage;
    return message.fields().filter(([tag]) => ![8, 9, 10, 34, 49, 52, 56].includes(tag));
  }

  /** What is sent meanwhile to a peer leaves in one piece. */
  together(peer: Peer, action: () => void): void {
    const { connection } = peer;
    if (connection === undefined || connection.held !== undefined) {
      action();
      return;
    }
    connection.held = [];
    action();
    const bytes = Buffer.concat(connection.held);
    connection.held = undefined;
    if (bytes.length > 0 && !this.frozen) connection.socket.write(bytes);
  }

  /** Breaks connections, of one peer or of all. */
  disconnect(peer?: Peer): void {
    for (const connection of this.#connections)
      if (peer === undefined || connection.peer === peer) connection.socket.destroy();
    for (const each of this.peers.values())
      if (peer === undefined || each === peer) each.connection = undefined;
  }

  async stop(): Promise<void> {
    this.disconnect();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #connected(socket: Socket): void {
    const connection = new Connection(socket);
    this.#connections.add(connection);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      if (!this.frozen) connection.framer.take(chunk, (message) => this.#take(connection, message));
    });
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#connections.delete(connection);
      clearInterval(connection.timer);
      if (connection.peer?.connection === connection) connection.peer.connection = undefined;
    });
  }

  #take(connection: Connection, message: FixMessage): void {
    if (connection.socket.destroyed) return;
    const { peer } = connection;
    if (peer === undefined) {
      this.#logon(connection, message);
      return;
    }
    if (peer.connection !== connection) return;
    if (message.type === '4' && !message.flag(TAG.GapFillFlag)) {
      peer.incoming = Math.max(peer.incoming, message.integer(TAG.NewSeqNo));
      return;
    }
    if (message.sequence < peer.incoming) {
      if (!message.flag(TAG.PossDupFlag)) this.#tooLow(peer, message.sequence);
      return;
    }
    if (message.sequence > peer.incoming) {
      if (message.type === '2') this.#resend(peer, message);
      if (connection.waiting.length === 0)
        this.send(
          peer,
          [
            [TAG.MsgType, '2'],
            [TAG.BeginSeqNo, peer.incoming],
            [TAG.EndSeqNo, 0],
          ],
          false,
        );
      connection.waiting.push(message);
      return;
    }
    this.#consume(peer, message, false);
    for (
      let next = this.#waiting(connection, peer);
      next !== undefined;
      next = this.#waiting(connection, peer)
    )
      this.#consume(peer, next, true);
  }

  #waiting(connection: Connection, peer: Peer): FixMessage | undefined {
    connection.waiting = connection.waiting.filter(({ sequence }) => sequence >= peer.incoming);
    const index = connection.waiting.findIndex(({ sequence }) => sequence === peer.incoming);
    return index < 0 ? undefined : connection.waiting.splice(index, 1)[0];
  }

  #tooLow(peer: Peer, sequence: number): void {
    const text = `MsgSeqNum too low, expecting ${peer.incoming} but received ${sequence}`;
    peer.faults.push(text);
    this.send(
      peer,
      [
        [TAG.MsgType, '5'],
        [TAG.Text, text],
      ],
      false,
    );
    peer.connection?.socket.end();
  }

  #logon(connection: Connection, message: FixMessage): void {
    const peer = this.peer(message.get(TAG.SenderCompID) ?? '');
    const refusal = message.type === 'A' ? this.#options.accepts?.(message) : 'not a logon';
    if (refusal !== undefined) {
      connection.socket.end(
        this.spell(peer, peer.outgoing, [
          [TAG.MsgType, '5'],
          [TAG.Text, refusal],
        ]),
      );
      return;
    }
    peer.connection?.socket.destroy();
    connection.peer = peer;
    peer.connection = connection;
    const reset = this.#options.resetOnLogon === true || message.flag(TAG.ResetSeqNumFlag);
    if (reset) {
      peer.outgoing = 1;
      peer.incoming = 1;
      peer.sent.clear();
    }
    if (message.sequence < peer.incoming) {
      this.#tooLow(peer, message.sequence);
      return;
    }
    peer.heartbeat = message.integer(TAG.HeartBtInt);
    connection.timer = setInterval(() => {
      if (!this.frozen && peer.connection === connection) this.send(peer, [[TAG.MsgType, '0']], false);
    }, peer.heartbeat * 900);
    this.send(
      peer,
      [
        [TAG.MsgType, 'A'],
        [98, 0],
        [TAG.HeartBtInt, peer.heartbeat],
        ...(reset ? [[TAG.ResetSeqNumFlag, 'Y'] as const] : []),
      ],
      false,
    );
    if (message.sequence > peer.incoming) {
      connection.waiting.push(message);
      this.send(
        peer,
        [
          [TAG.MsgType, '2'],
          [TAG.BeginSeqNo, peer.incoming],
          [TAG.EndSeqNo, 0],
        ],
        false,
      );
    } else peer.incoming++;
    this.loggedOn(peer);
  }

  #consume(peer: Peer, message: FixMessage, waited: boolean): void {
    const { type, sequence } = message;
    peer.incoming = sequence + 1;
    peer.taken.push(`${type} ${sequence}`);
    if (message.fault !== undefined) peer.faults.push(message.fault.text);
    switch (type) {
      case '0':
      case 'A':
        return;
      case '1':
        this.send(
          peer,
          [
            [TAG.MsgType, '0'],
            [TAG.TestReqID, message.get(TAG.TestReqID) ?? ''],
          ],
          false,
        );
        return;
      case '2':
        if (!waited) this.#resend(peer, message);
        return;
      case '4':
        peer.incoming = message.integer(TAG.NewSeqNo);
        return;
      case '5':
        this.send(peer, [[TAG.MsgType, '5']], false);
        peer.connection?.socket.end();
        peer.connection = undefined;
        return;
      default:
        this.received(peer, message);
    }
  }

  #resend(peer: Peer, message: FixMessage): void {
    const from = message.integer(TAG.BeginSeqNo);
    const end = message.integer(TAG.EndSeqNo);
    const to = end === 0 ? peer.outgoing - 1 : Math.min(end, peer.outgoing - 1);
    let gap = 0;
    const marks: Field[] = [
      [TAG.PossDupFlag, 'Y'],
      [TAG.OrigSendingTime, formatTimestamp(Date.now())],
    ];
    const fill = (next: number): void => {
      if (gap === 0) return;
      const fields: Field[] = [
        [TAG.MsgType, '4'],
        [TAG.GapFillFlag, 'Y'],
        [TAG.NewSeqNo, next],
      ];
      peer.connection?.write(this.spell(peer, gap, fields, marks));
      gap = 0;
    };
    for (let sequence = from; sequence <= to; sequence++) {
      const sent = peer.sent.get(sequence);
      if (sent === undefined) {
        gap ||= sequence;
        continue;
      }
      fill(sequence);
      const body = (parse(sent) as FixMessage)
        .fields()
        .filter(([tag]) => ![8, 9, 10, 34, 49, 52, 56].includes(tag)) as Field[];
      peer.connection?.write(this.spell(peer, sequence, body, marks));
    }
    fill(to + 1);
  }
}
