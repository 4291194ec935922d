import { Framer } from '../codec/framer.js';
import type { FixMessage } from '../codec/message.js';
import type { Outbox } from './outbox.js';
import type { Link, Transport } from './transport.js';

/** What a connection tells; after its end, or another's beginning, nothing more. */
export interface ConnectionListener {
  connected(): void;
  message(message: FixMessage): void;
  closed(reason: string): void;
}

/** One connection after the other, as messages. */
export class Connection {
  readonly #framer: Framer;
  readonly #outbox: Outbox;
  #link: Link | undefined;
  #garbled = 0;

  constructor(largestMessage: number, outbox: Outbox) {
    this.#framer = new Framer(largestMessage);
    this.#outbox = outbox;
  }

  /** Bytes that were no message, or a damaged one, counted over all connections. */
  get garbled(): number {
    return this.#garbled;
  }

  open(transport: Transport, listener: ConnectionListener): void {
    this.#framer.clear();
    const link = transport.open({
      connected: () => {
        if (this.#link === link) listener.connected();
      },
      data: (chunk) => {
        if (this.#link === link) this.#take(link, chunk, listener);
      },
      closed: (reason) => {
        if (this.#link !== link) return;
        this.#link = undefined;
        listener.closed(reason);
      },
    });
    this.#link = link;
  }

  /** Without a connection nothing is written. */
  write(bytes: Buffer): void {
    if (this.#link !== undefined) this.#outbox.write(this.#link, bytes);
  }

  /** Ends it behind what was written. */
  close(): void {
    const link = this.#link;
    this.#link = undefined;
    if (link !== undefined) this.#outbox.close(link);
  }

  /** Ends it at once. */
  abandon(): void {
    this.#link?.close();
    this.#link = undefined;
  }

  #take(link: Link, chunk: Buffer, listener: ConnectionListener): void {
    const before = this.#framer.garbled;
    this.#framer.take(chunk, (message) => {
      if (this.#link === link) listener.message(message);
    });
    this.#garbled += this.#framer.garbled - before;
  }
}
