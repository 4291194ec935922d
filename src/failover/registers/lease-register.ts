import { readFile } from 'node:fs/promises';
import { knownKeys, refuse } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import { askJson, type JsonAnswer } from '../../services/http-json.js';
import { serviceUrl } from '../../services/service-url.js';
import { ServiceError } from '../../services/within.js';
import type { Register } from './register.js';
import { type RegisterOptions, timeoutOf } from './register-options.js';
import { type Reading, type RegisterEngine, VersionedRegister } from './versioned-register.js';

const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';
const ANNOTATION = 'millrace-register';

/** Where a Kubernetes register lies. Within a pod only `name` is needed. */
export interface LeaseRegisterOptions extends RegisterOptions {
  /** Of the Lease object: one for each pair; it is made when it is not there. */
  readonly name: string;
  /** @default the pod's own */
  readonly namespace?: string;
  /** The API server. @default that of the pod's cluster */
  readonly server?: string;
  /** File with the account's token; read again for each question, since Kubernetes renews it. @default the pod's own */
  readonly tokenFile?: string;
  /** File with the certificate of the cluster's authority. @default the pod's own */
  readonly caFile?: string;
}

/**
 * A register in an annotation of a Kubernetes Lease, changed by `resourceVersion`. Only the object is used, not its times:
 * nothing here expires. The account needs get, create and update on leases of its namespace. Needs no package.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * leaseRegister({ name: 'desk' })
 */
export function leaseRegister(options: LeaseRegisterOptions): Register {
  knownKeys('leaseRegister', options, ['name', 'namespace', 'server', 'tokenFile', 'caFile', 'timeout']);
  for (const [setting, value] of [
    ['name', options.name],
    ['namespace', options.namespace ?? 'default'],
  ] as const) {
    if (typeof value !== 'string' || !/^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(value))
      refuse(`leaseRegister.${setting}`, 'a name of lower-case letters, digits, - and .', value);
  }
  return new VersionedRegister(
    new LeaseEngine(
      options,
      serviceUrl('leaseRegister.server', options.server ?? podsServer(), ['https', 'http']),
    ),
    timeoutOf('leaseRegister', options),
  );
}

function podsServer(): string {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = process.env;
  if (host === undefined)
    throw new ConfigurationError(
      'leaseRegister.server is needed outside a pod: KUBERNETES_SERVICE_HOST is not set, so nothing says where the API server is',
    );
  return `https://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

interface Lease {
  readonly metadata: {
    readonly resourceVersion: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** `undefined`: the object is not there. */
type Mark = Lease | undefined;

class LeaseEngine implements RegisterEngine<Mark> {
  readonly name: string;
  readonly #options: LeaseRegisterOptions;
  readonly #server: URL;

  constructor(options: LeaseRegisterOptions, server: URL) {
    this.name = `the register in the Lease "${options.name}" of Kubernetes at ${server.host}`;
    this.#options = options;
    this.#server = server;
  }

  async read(signal: AbortSignal): Promise<Reading<Mark>> {
    const answer = await this.#ask('GET', this.#options.name, undefined, signal);
    if (answer.status === 404) return { mark: undefined, text: undefined };
    const lease = this.#lease(answer);
    return { mark: lease, text: lease.metadata.annotations?.[ANNOTATION] };
  }

  async write(mark: Mark, text: string, signal: AbortSignal): Promise<Mark> {
    const answer =
      mark === undefined
        ? await this.#ask('POST', '', this.#fresh(text), signal)
        : await this.#ask('PUT', this.#options.name, annotated(mark, text), signal);
    // Somebody wrote or made it before; or it was deleted, and is not there to be updated.
    if (answer.status === 409 || (mark !== undefined && answer.status === 404)) return undefined;
    return this.#lease(answer);
  }

  async close(): Promise<void> {}

  #fresh(text: string): unknown {
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: this.#options.name, annotations: { [ANNOTATION]: text } },
    };
  }

  #lease({ status, body }: JsonAnswer): Lease {
    if (status === 200 || status === 201) return body as Lease;
    const { message } = (body ?? {}) as { readonly message?: unknown };
    const advice =
      status === 401 || status === 403
        ? 'let the service account get, create and update leases of coordination.k8s.io'
        : 'see the API server';
    throw new ServiceError(`${this.name} answered ${status}: ${String(message ?? 'nothing')}; ${advice}`);
  }

  async #ask(
    method: 'GET' | 'POST' | 'PUT',
    name: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<JsonAnswer> {
    const { tokenFile = `${ACCOUNT}/token`, caFile = `${ACCOUNT}/ca.crt` } = this.#options;
    const [token, ca] = await Promise.all([
      this.#read('tokenFile', tokenFile),
      this.#server.protocol === 'https:' ? this.#read('caFile', caFile) : undefined,
    ]);
    const namespace = this.#options.namespace ?? (await this.#read('namespace', `${ACCOUNT}/namespace`));
    const path = `/apis/coordination.k8s.io/v1/namespaces/${namespace}/leases${name && `/${name}`}`;
    return await askJson({
      method,
      url: new URL(path, this.#server),
      headers: { authorization: `Bearer ${token}` },
      body,
      signal,
      ...(ca === undefined ? {} : { tls: { ca } }),
    });
  }

  async #read(setting: string, path: string): Promise<string> {
    try {
      return (await readFile(path, 'utf8')).trim();
    } catch {
      throw new ConfigurationError(
        `leaseRegister.${setting}: ${path} cannot be read; run in a pod with a service account, or name another`,
      );
    }
  }
}

/** The same object with another value: its own `resourceVersion` is the condition. */
const annotated = (lease: Lease, text: string): Lease => ({
  ...lease,
  metadata: { ...lease.metadata, annotations: { ...lease.metadata.annotations, [ANNOTATION]: text } },
});
