import { connect, createServer, type Server, type Socket } from 'node:net';

interface Link {
  readonly caller: Socket;
  readonly target: Socket;
  /** Bytes that wait for the cut to heal. */
  readonly toTarget: Buffer[];
  readonly toCaller: Buffer[];
}

/** Which way nothing gets through: what the caller says, what it hears, or both. */
export type Cut = 'toTarget' | 'toCaller' | 'both';

/** A TCP proxy that can be cut: bytes wait, no connection breaks, and nobody is told. */
export class CuttableProxy {
  readonly #links = new Set<Link>();
  readonly #server: Server;
  #cut: Cut | undefined;

  private constructor(target: number) {
    this.#server = createServer((caller) => this.#connect(caller, target));
  }

  static listening(port: number, target: number): Promise<CuttableProxy> {
    const proxy = new CuttableProxy(target);
    return new Promise((resolve, reject) => {
      proxy.#server.on('error', reject);
      proxy.#server.listen(port, '127.0.0.1', () => resolve(proxy));
    });
  }

  cut(cut: Cut): void {
    this.#cut = cut;
  }

  heal(): void {
    this.#cut = undefined;
    for (const { caller, target, toTarget, toCaller } of this.#links) {
      for (const bytes of toTarget.splice(0)) target.write(bytes);
      for (const bytes of toCaller.splice(0)) caller.write(bytes);
    }
  }

  close(): void {
    this.#server.close();
    for (const { caller, target } of this.#links) {
      caller.destroy();
      target.destroy();
    }
  }

  #connect(caller: Socket, port: number): void {
    const target = connect(port, '127.0.0.1');
    const link: Link = { caller, target, toTarget: [], toCaller: [] };
    this.#links.add(link);
    caller.setNoDelay(true);
    target.setNoDelay(true);
    const pass = (from: Socket, to: Socket, waiting: Buffer[], way: Cut): void => {
      from.on('data', (bytes: Buffer) => {
        if (this.#cut === 'both' || this.#cut === way) waiting.push(bytes);
        else to.write(bytes);
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        this.#links.delete(link);
        to.destroy();
      });
    };
    pass(caller, target, link.toTarget, 'toTarget');
    pass(target, caller, link.toCaller, 'toCaller');
  }
}
