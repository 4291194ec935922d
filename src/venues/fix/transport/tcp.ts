import { connect as connectTcp, type Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import { integerAtLeast, knownKeys, nonEmptyName, numberAtLeast } from '../../../domain/check.js';
import type { Link, LinkListener, Transport } from './transport.js';

/** Where a counterparty listens. */
export interface TcpOptions {
  readonly host: string;
  readonly port: number;
  /** TLS, with what `node:tls` takes: a CA, a client's certificate, a server name. @default plain TCP */
  readonly tls?: boolean | Omit<ConnectionOptions, 'host' | 'port' | 'socket' | 'path'>;
  /** Milliseconds within which the connection, and TLS, must stand. @default 10,000 */
  readonly patience?: number;
  /** Bytes that may wait because the peer does not read; with more, the connection is given up. @default 16 MiB */
  readonly mostWaiting?: number;
}

/** What is not sent so soon after a close is dropped. */
const LINGER = 500;

/**
 * A transport over TCP or TLS. The certificate of the peer is verified, unless the options of TLS say otherwise.
 *
 * @throws ConfigurationError naming the setting, the value and what would be right
 *
 * @example
 * const transport = tcp({ host: 'fix.broker.test', port: 11_501, tls: true });
 */
export function tcp(options: TcpOptions): Transport {
  knownKeys('fix.tcp', options, ['host', 'port', 'tls', 'patience', 'mostWaiting']);
  const host = nonEmptyName('fix.tcp.host', options.host);
  const port = integerAtLeast('fix.tcp.port', options.port, 1);
  numberAtLeast('fix.tcp.port', port, 1, 65_535);
  const patience = numberAtLeast('fix.tcp.patience', options.patience ?? 10_000, 1);
  const mostWaiting = integerAtLeast('fix.tcp.mostWaiting', options.mostWaiting ?? 1 << 24, 1);
  const { tls = false } = options;
  return {
    name: `${tls === false ? 'tcp' : 'tls'} ${host}:${port}`,
    open(listener) {
      if (tls === false) return link(connectTcp({ host, port }), 'connect', listener, patience, mostWaiting);
      const more = tls === true ? {} : tls;
      const socket = connectTls({ servername: /[a-z]/i.test(host) ? host : '', ...more, host, port });
      return link(socket, 'secureConnect', listener, patience, mostWaiting);
    },
  };
}

function link(
  socket: Socket,
  ready: 'connect' | 'secureConnect',
  listener: LinkListener,
  patience: number,
  mostWaiting: number,
): Link {
  let open = true;
  let reason = 'the connection was closed';
  // Orders are small and urgent: nothing waits to be sent together with more.
  socket.setNoDelay(true);
  const timer = setTimeout(() => socket.destroy(new Error(`no connection in ${patience} ms`)), patience);
  socket.on(ready, () => {
    clearTimeout(timer);
    if (open) listener.connected();
  });
  socket.on('data', (chunk: Buffer) => {
    if (open) listener.data(chunk);
  });
  socket.on('error', (error) => {
    reason = error.message;
  });
  socket.on('end', () => socket.end());
  socket.on('close', () => {
    clearTimeout(timer);
    if (!open) return;
    open = false;
    listener.closed(reason);
  });
  return {
    write(bytes) {
      if (!open) return;
      socket.write(bytes);
      if (socket.writableLength > mostWaiting)
        socket.destroy(new Error(`the peer leaves ${socket.writableLength} bytes unread`));
    },
    close() {
      if (!open) return;
      open = false;
      clearTimeout(timer);
      if (socket.connecting) socket.destroy();
      else {
        socket.end();
        setTimeout(() => socket.destroy(), LINGER).unref();
      }
    },
  };
}
