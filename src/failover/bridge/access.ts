import type { Context, Reply, ZeroMQ } from '../../services/zeromq.js';
import { keyBytes } from './keys.js';

/** Who may connect, by the domain of the socket: the bridge, or telemetry. */
export type Access = ReadonlyMap<string, ReadonlySet<string>>;

/** Where ZeroMQ asks within a context; the name is fixed by RFC 27. */
const HANDLER = 'inproc://zeromq.zap.01';

/**
 * Answers ZeroMQ's question whether a client's key is known. Without it CURVE takes any key at all.
 *
 * One for a context, bound before any other socket of it.
 */
export class AccessControl {
  readonly #socket: Reply;
  readonly #allowed: ReadonlyMap<string, ReadonlySet<string>>;

  private constructor(socket: Reply, access: Access) {
    this.#socket = socket;
    this.#allowed = new Map(
      [...access].map(([domain, keys]) => [
        domain,
        new Set([...keys].map((key) => Buffer.from(keyBytes('key', key)).toString('hex'))),
      ]),
    );
  }

  static async open({ Reply }: ZeroMQ, context: Context, access: Access): Promise<AccessControl> {
    const socket = new Reply({ context, linger: 0 });
    const control = new AccessControl(socket, access);
    await socket.bind(HANDLER);
    void control.#answer();
    return control;
  }

  close(): void {
    this.#socket.close();
  }

  async #answer(): Promise<void> {
    try {
      for await (const question of this.#socket) await this.#socket.send(this.#judge(question));
    } catch {
      // Closed while it waited. From then on nobody can connect: the domain is enforced.
    }
  }

  /** version, request, domain, address, identity, mechanism, key */
  #judge([version, request = Buffer.alloc(0), domain, , , mechanism, key]: readonly Buffer[]): (
    | string
    | Buffer
  )[] {
    const known =
      version?.toString() === '1.0' &&
      mechanism?.toString() === 'CURVE' &&
      key !== undefined &&
      this.#allowed.get(domain?.toString() ?? '')?.has(key.toString('hex')) === true;
    return ['1.0', request, known ? '200' : '400', known ? 'OK' : 'unknown key', '', ''];
  }
}
