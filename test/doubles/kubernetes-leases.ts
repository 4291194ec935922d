import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const PREFIX = /^\/apis\/coordination\.k8s\.io\/v1\/namespaces\/([^/]+)\/leases(?:\/([^/]+))?$/;

interface LeaseBody {
  apiVersion?: string;
  kind?: string;
  metadata: {
    name: string;
    resourceVersion?: string;
    annotations?: Record<string, string>;
    [field: string]: unknown;
  };
}

/**
 * A double of the part of the Kubernetes API that holds leases, on the loopback: create, get and update with optimistic
 * concurrency by `resourceVersion`, statuses and messages as the real one gives them.
 */
export class KubernetesLeases {
  readonly leases: Map<string, LeaseBody> = new Map();
  token: string = 'of-the-account';
  /** Answers are held back: the API server hangs. */
  hangs: boolean = false;
  /** Updates are done, and their answers lost. */
  dropsAnswers: boolean = false;
  requests: number = 0;
  #version = 100;
  #server: Server | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => {
      this.#handle(request, response).catch(() => response.destroy());
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    server?.closeAllConnections();
    await new Promise((resolve) => server?.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    let text = '';
    for await (const piece of request) text += String(piece);
    if (this.hangs) return;
    const [status, body] = this.#answer(request, text);
    if (this.dropsAnswers && request.method !== 'GET') {
      response.destroy();
      return;
    }
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  #answer({ method, url, headers }: IncomingMessage, text: string): readonly [number, unknown] {
    if (headers.authorization !== `Bearer ${this.token}`) return failure(401, 'Unauthorized', 'Unauthorized');
    const [, namespace, name] = PREFIX.exec(url ?? '') ?? [];
    if (namespace === undefined)
      return failure(404, 'NotFound', 'the server could not find the requested resource');
    const found = name === undefined ? undefined : this.leases.get(`${namespace}/${name}`);
    if (method === 'GET') return found === undefined ? notFound(name) : [200, found];
    const lease = JSON.parse(text) as LeaseBody;
    if (lease.kind !== 'Lease' || lease.apiVersion !== 'coordination.k8s.io/v1')
      return failure(
        400,
        'BadRequest',
        `${lease.kind} in version "${lease.apiVersion}" cannot be handled as a Lease`,
      );
    const key = `${namespace}/${lease.metadata.name}`;
    if (method === 'POST') {
      if (lease.metadata.resourceVersion !== undefined)
        return failure(500, 'InternalError', 'resourceVersion should not be set on objects to be created');
      if (this.leases.has(key))
        return failure(
          409,
          'AlreadyExists',
          `leases.coordination.k8s.io "${lease.metadata.name}" already exists`,
        );
      return [201, this.#store(key, lease)];
    }
    if (method !== 'PUT') return failure(405, 'MethodNotAllowed', 'the server does not allow this method');
    if (found === undefined) return notFound(name);
    if (lease.metadata.name !== name)
      return failure(400, 'BadRequest', 'the name of the object does not match the name on the URL');
    if (lease.metadata.resourceVersion !== found.metadata.resourceVersion)
      return failure(
        409,
        'Conflict',
        `Operation cannot be fulfilled on leases.coordination.k8s.io "${name}": the object has been modified; please apply your changes to the latest version and try again`,
      );
    return [200, this.#store(key, lease)];
  }

  #store(key: string, lease: LeaseBody): LeaseBody {
    const stored = { ...lease, metadata: { ...lease.metadata, resourceVersion: String(++this.#version) } };
    this.leases.set(key, stored);
    return stored;
  }
}

const notFound = (name: string | undefined): readonly [number, unknown] =>
  failure(404, 'NotFound', `leases.coordination.k8s.io "${name}" not found`);

const failure = (code: number, reason: string, message: string): readonly [number, unknown] => [
  code,
  { kind: 'Status', apiVersion: 'v1', status: 'Failure', message, reason, code },
];
