import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterEach, describe, expect, test } from 'vitest';
import { type Link, tcp } from '../../../src/venues/fix/index.js';

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as { readonly port: number }).port;
}

/** Opens a link and gathers what it tells until something is so. */
class Heard {
  readonly words: string[] = [];
  readonly link: Link;
  readonly #waiting: { readonly isSo: () => boolean; readonly resolve: () => void }[] = [];

  constructor(transport: ReturnType<typeof tcp>) {
    this.link = transport.open({
      connected: () => this.#hear('connected'),
      data: (chunk) => this.#hear(`data ${chunk.toString('latin1')}`),
      closed: (reason) => this.#hear(`closed: ${reason}`),
    });
  }

  until(text: string): Promise<void> {
    const isSo = (): boolean => this.words.some((word) => word.startsWith(text));
    return isSo() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push({ isSo, resolve }));
  }

  #hear(word: string): void {
    this.words.push(word);
    for (const { isSo, resolve } of this.#waiting) if (isSo()) resolve();
  }
}

const echo = (socket: Socket): void => {
  socket.on('error', () => {});
  socket.pipe(socket);
};

describe('a transport', () => {
  test('carries bytes both ways, and sends what it was given before it closes', async () => {
    let taken = '';
    let end = (): void => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const port = await listen(
      createServer((socket) => {
        echo(socket);
        socket.on('data', (chunk) => {
          taken += chunk.toString('latin1');
        });
        socket.on('end', end);
      }),
    );
    const heard = new Heard(tcp({ host: '127.0.0.1', port }));
    expect(heard.words).toEqual([]);
    await heard.until('connected');
    heard.link.write(Buffer.from('8=FIX'));
    await heard.until('data');
    heard.link.write(Buffer.from(' and the end'));
    heard.link.close();
    heard.link.close();
    heard.link.write(Buffer.from(' never'));
    await ended;
    expect(taken).toBe('8=FIX and the end');
    expect(heard.words).toEqual(['connected', 'data 8=FIX']);
  });

  test('tells why there is no connection', async () => {
    const server = createServer();
    const port = await listen(server);
    await new Promise((resolve) => servers.pop()?.close(resolve));
    const heard = new Heard(tcp({ host: '127.0.0.1', port }));
    await heard.until('closed: connect ECONNREFUSED');
    expect(heard.words).toHaveLength(1);
  });

  test('gives up on a peer that does not read', async () => {
    const sockets: Socket[] = [];
    const port = await listen(
      createServer((socket) => {
        sockets.push(socket);
        socket.on('error', () => {});
        socket.pause();
      }),
    );
    const heard = new Heard(tcp({ host: '127.0.0.1', port, mostWaiting: 100_000 }));
    await heard.until('connected');
    const block = Buffer.alloc(1 << 20);
    for (let count = 0; count < 64 && heard.words.length === 1; count++) {
      heard.link.write(block);
      await new Promise((resolve) => setImmediate(resolve));
    }
    await heard.until('closed: the peer leaves');
    for (const socket of sockets) socket.destroy();
  });

  const KEY = Buffer.from('a key of both sides, long enough');
  const psk: TlsOptions = { pskCallback: () => KEY, ciphers: 'PSK', maxVersion: 'TLSv1.2' };
  const byKey = (key: Buffer) => ({
    pskCallback: () => ({ psk: key, identity: 'desk' }),
    ciphers: 'PSK',
    maxVersion: 'TLSv1.2' as const,
    checkServerIdentity: () => undefined,
  });

  test('carries bytes over TLS', async () => {
    const port = await listen(createTlsServer(psk, echo));
    const transport = tcp({ host: '127.0.0.1', port, tls: byKey(KEY) });
    expect(transport.name).toBe(`tls 127.0.0.1:${port}`);
    const heard = new Heard(transport);
    await heard.until('connected');
    heard.link.write(Buffer.from('secret'));
    await heard.until('data secret');
    heard.link.close();
  });

  test('is not connected to a peer with another key, nor to one without TLS', async () => {
    const other = createTlsServer(psk, echo);
    other.on('tlsClientError', () => {});
    const wrong = new Heard(
      tcp({ host: '127.0.0.1', port: await listen(other), tls: byKey(Buffer.from('another')) }),
    );
    await wrong.until('closed: ');
    const plain = new Heard(tcp({ host: '127.0.0.1', port: await listen(createServer(echo)), tls: true }));
    await plain.until('closed: ');
    expect([...wrong.words, ...plain.words].filter((word) => word === 'connected')).toEqual([]);
  });

  test('waits for TLS only so long', async () => {
    const port = await listen(createServer((socket) => socket.on('error', () => {}).resume()));
    const heard = new Heard(tcp({ host: '127.0.0.1', port, tls: true, patience: 50 }));
    await heard.until('closed: no connection in 50 ms');
  });

  test.each([
    [{ host: '' }, /fix.tcp.host/],
    [{ port: 0 }, /fix.tcp.port/],
    [{ port: 70_000 }, /fix.tcp.port/],
    [{ patience: 0 }, /fix.tcp.patience/],
    [{ mostWaiting: -1 }, /fix.tcp.mostWaiting/],
    [{ ssl: true }, /unknown setting "ssl"/],
  ])('refuses %j', (more, message) => {
    expect(() => tcp({ host: 'localhost', port: 1, ...more } as never)).toThrow(message);
  });
});
