import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isAuthorized } from './authorization.js';
import { checkEndpointOptions, type EndpointOptions } from './options.js';

/** The endpoints of a process, listening. */
export interface Endpoints {
  /** Where they listen: the port that was taken when 0 was asked for. */
  readonly port: number;
  close(): Promise<void>;
}

/** Probes and scrapes send next to nothing, and at once. */
const LIMITS = {
  maxHeaderSize: 8_192,
  requestTimeout: 5_000,
  headersTimeout: 5_000,
  keepAliveTimeout: 5_000,
};

interface Answer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const json = (status: number, value: unknown): Answer => ({
  status,
  contentType: 'application/json; charset=utf-8',
  body: `${JSON.stringify(value)}\n`,
});

/**
 * Serves `/healthz` (alive), `/readyz` (role, sync, lag, venues) and `/metrics` over plain HTTP, on loopback unless told
 * otherwise.
 *
 * 200: yes; 503: no, with the reason; 401: no token, or a wrong one; 404 and 405 for everything else. A function that
 * throws is answered by 500 with its message, and counts as no.
 *
 * @example
 * const endpoints = await serveEndpoints({
 *   port: 9_464,
 *   health: () => ({ alive: true }),
 *   readiness: () => ({ ready: run.halted === undefined, details: run.inbox }),
 * });
 * @throws ConfigurationError for options that cannot be; rejects when the port is taken
 */
export async function serveEndpoints(options: EndpointOptions): Promise<Endpoints> {
  checkEndpointOptions(options);
  const server = createServer(LIMITS, (request, response) => {
    answer(request, options).then(
      (given) => send(request, response, given),
      (error: unknown) => send(request, response, json(500, { error: messageOf(error) })),
    );
  });
  await listen(server, options);
  // A broken connection is its own matter.
  server.on('clientError', (_error, socket) => socket.destroy());
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(request: IncomingMessage, options: EndpointOptions): Promise<Answer> {
  const path = (request.url ?? '').split('?', 1)[0];
  const probe = path === '/healthz' || path === '/readyz';
  const { token, openProbes = false, metrics } = options;
  if (token !== undefined && !(probe && openProbes) && !isAuthorized(request.headers.authorization, token))
    return json(401, { error: 'send the token, as "Authorization: Bearer TOKEN"' });
  if (request.method !== 'GET' && request.method !== 'HEAD') return json(405, { error: 'only GET and HEAD' });
  if (path === '/healthz') {
    const health = options.health();
    return json(health.alive ? 200 : 503, health);
  }
  if (path === '/readyz') {
    const readiness = options.readiness();
    return json(readiness.ready ? 200 : 503, readiness);
  }
  if (path === '/metrics' && metrics !== undefined) {
    const { contentType, body } = await metrics();
    return { status: 200, contentType, body };
  }
  return json(404, { error: `there are /healthz, /readyz${metrics === undefined ? '' : ' and /metrics'}` });
}

function send(
  { method }: IncomingMessage,
  response: ServerResponse,
  { status, contentType, body }: Answer,
): void {
  response.writeHead(status, {
    'content-type': contentType,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  });
  response.end(method === 'HEAD' ? undefined : body);
}

function listen(server: Server, { port, host = '127.0.0.1' }: EndpointOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `the endpoints cannot listen on ${host}:${port}: the port is taken; choose another, or 0`,
            )
          : new Error(`the endpoints cannot listen on ${host}:${port}: ${error.message}`),
      ),
    );
    server.listen(port, host, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
