import { knownKeys, nonEmptyName, refuse } from '../../domain/check.js';
import { ConfigurationError } from '../../domain/errors.js';
import { askJson, type TlsOptions } from '../../services/http-json.js';
import { serviceUrl } from '../../services/service-url.js';
import { messageOf, ServiceError } from '../../services/within.js';
import type { Register } from './register.js';
import { type RegisterOptions, timeoutOf } from './register-options.js';
import { type Reading, type RegisterEngine, VersionedRegister } from './versioned-register.js';

/** Where an etcd register lies. */
export interface EtcdRegisterOptions extends RegisterOptions {
  /** Client URLs of the cluster's members; after one that does not answer the next is asked. */
  readonly endpoints: readonly string[];
  /** The key: one for each pair. */
  readonly key: string;
  readonly username?: string;
  readonly password?: string;
  readonly tls?: TlsOptions;
}

/**
 * A register in etcd 3.4 or later, by its JSON gateway: the choice for several hosts. Needs no package.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * etcdRegister({ endpoints: ['http://10.0.0.5:2379', 'http://10.0.0.6:2379', 'http://10.0.0.7:2379'], key: 'desk' })
 */
export function etcdRegister(options: EtcdRegisterOptions): Register {
  knownKeys('etcdRegister', options, ['endpoints', 'key', 'username', 'password', 'tls', 'timeout']);
  if (!Array.isArray(options.endpoints) || options.endpoints.length === 0)
    refuse('etcdRegister.endpoints', 'a list of at least one URL', options.endpoints);
  const endpoints = options.endpoints.map((each, index) =>
    serviceUrl(`etcdRegister.endpoints[${index}]`, each, ['http', 'https']),
  );
  nonEmptyName('etcdRegister.key', options.key);
  if ((options.username === undefined) !== (options.password === undefined))
    throw new ConfigurationError(
      'etcdRegister.username and etcdRegister.password go together: one of them is missing',
    );
  return new VersionedRegister(new EtcdEngine(options, endpoints), timeoutOf('etcdRegister', options));
}

class EtcdEngine implements RegisterEngine<string> {
  readonly name: string;
  readonly #options: EtcdRegisterOptions;
  readonly #endpoints: readonly URL[];
  readonly #key: string;
  #at = 0;
  #token: string | undefined;

  constructor(options: EtcdRegisterOptions, endpoints: readonly URL[]) {
    this.name = `the register "${options.key}" in etcd at ${endpoints.map(({ host }) => host).join(', ')}`;
    this.#options = options;
    this.#endpoints = endpoints;
    this.#key = base64(options.key);
  }

  async read(signal: AbortSignal): Promise<Reading<string>> {
    const { kvs } = (await this.#ask('/v3/kv/range', { key: this.#key }, signal)) as {
      readonly kvs?: readonly { readonly mod_revision: string; readonly value?: string }[];
    };
    const found = kvs?.[0];
    if (found === undefined) return { mark: '0', text: undefined };
    return { mark: found.mod_revision, text: Buffer.from(found.value ?? '', 'base64').toString() };
  }

  async write(mark: string, text: string, signal: AbortSignal): Promise<string | undefined> {
    const { succeeded, header } = (await this.#ask(
      '/v3/kv/txn',
      {
        // A key that is not there has revision 0.
        compare: [{ key: this.#key, target: 'MOD', result: 'EQUAL', mod_revision: mark }],
        success: [{ request_put: { key: this.#key, value: base64(text) } }],
      },
      signal,
    )) as { readonly succeeded?: boolean; readonly header: { readonly revision: string } };
    return succeeded === true ? header.revision : undefined;
  }

  async close(): Promise<void> {}

  async #ask(path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    const at = this.#at;
    const endpoint = this.#endpoints[at] as URL;
    // A member that hangs is left too: the next question goes to the next one.
    const leave = (): void => {
      if (this.#at === at) this.#at = (at + 1) % this.#endpoints.length;
    };
    signal.addEventListener('abort', leave);
    try {
      if (this.#options.username !== undefined) this.#token ??= await this.#login(endpoint, signal);
      return await this.#post(endpoint, path, body, signal);
    } catch (error) {
      this.#token = undefined;
      leave();
      throw error;
    } finally {
      signal.removeEventListener('abort', leave);
    }
  }

  async #login(endpoint: URL, signal: AbortSignal): Promise<string> {
    const { username: name, password } = this.#options;
    const { token } = (await this.#post(endpoint, '/v3/auth/authenticate', { name, password }, signal)) as {
      readonly token: string;
    };
    return token;
  }

  async #post(endpoint: URL, path: string, body: unknown, signal: AbortSignal): Promise<unknown> {
    const { status, body: answer } = await askJson({
      method: 'POST',
      url: new URL(path, endpoint),
      body,
      signal,
      ...(this.#token === undefined ? {} : { headers: { authorization: this.#token } }),
      ...(this.#options.tls === undefined ? {} : { tls: this.#options.tls }),
    });
    if (status === 200 && typeof answer === 'object' && answer !== null) return answer;
    const { message, error } = (answer ?? {}) as { readonly message?: unknown; readonly error?: unknown };
    throw new ServiceError(
      `${this.name}: ${endpoint.host} answered ${status}: ${messageOf(message ?? error ?? 'nothing')}; see its log`,
    );
  }
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');
