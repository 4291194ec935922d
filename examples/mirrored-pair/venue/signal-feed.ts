import { createServer, type Server, type Socket } from 'node:net';
import type { FeedAnswer, FeedRequest } from './feed-messages.js';
import { readLines, writeLine } from './lines.js';

/** The queue from which the pair gets its signals: it keeps what is not acknowledged, and lives on when members die. */
export class SignalFeed {
  readonly #entries: { readonly position: number; readonly id: string; readonly payload: string }[] = [];
  readonly #readers = new Map<Socket, number>();
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  #acked = 0;

  constructor() {
    this.#server = createServer((socket) => {
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      this.#sockets.add(socket);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        this.#readers.delete(socket);
      });
      readLines(socket, (value) => this.#hear(socket, value as FeedRequest));
    });
  }

  /** How many were put in, and up to where they are done with. */
  get counts(): { readonly signals: number; readonly acknowledged: number } {
    return { signals: this.#entries.length, acknowledged: this.#acked };
  }

  /** Resolves with the port; rejects when it is taken. */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', () => {
        const address = this.#server.address();
        resolve(typeof address === 'object' && address !== null ? address.port : port);
      });
    });
  }

  put(id: string, payload: string): void {
    const entry = { position: this.#entries.length + 1, id, payload };
    this.#entries.push(entry);
    for (const socket of this.#readers.keys()) this.#tell(socket, { kind: 'entry', ...entry });
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #hear(socket: Socket, request: FeedRequest): void {
    if (request.op === 'ack') {
      if (request.position > this.#acked) this.#acked = request.position;
      this.#tell(socket, { kind: 'acked', call: request.call });
      return;
    }
    const from = request.after === 0 ? this.#acked : request.after;
    this.#readers.set(socket, from);
    for (const entry of this.#entries.slice(from)) this.#tell(socket, { kind: 'entry', ...entry });
  }

  #tell(socket: Socket, answer: FeedAnswer): void {
    writeLine(socket, answer);
  }
}
