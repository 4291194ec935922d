import { ConfigurationError } from '../domain/errors.js';
import { optionalPackage } from './optional-package.js';

/** How to reach a Redis. */
export interface RedisOptions {
  /** Such as `redis://127.0.0.1:6379/0`, or `rediss://` for TLS. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** PEM of the authority that signed the server's certificate, where the system does not know it. */
  readonly ca?: string;
}

/** One connection to a Redis: a command is answered by it or never. */
interface RedisConnection {
  command(args: readonly (string | Buffer)[]): Promise<unknown>;
  destroy(): void;
}

/**
 * Opens a connection that never opens itself again: a command that was not answered must not be sent twice behind our back.
 * Replies are buffers.
 */
async function connectRedis(user: string, options: RedisOptions, timeout: number): Promise<RedisConnection> {
  const { createClient, RESP_TYPES } = await optionalPackage('redis', user, () => import('redis'));
  const { url, username, password, ca } = options;
  const client = createClient({
    url,
    RESP: 2,
    disableOfflineQueue: true,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    socket: {
      connectTimeout: timeout,
      reconnectStrategy: false,
      ...(ca === undefined ? {} : { tls: true as const, ca }),
    },
  });
  // Commands under way are told too; without a listener it would end the process.
  client.on('error', () => undefined);
  await client.connect();
  const mapped = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  return {
    command: (args) => mapped.sendCommand([...args]),
    destroy: () => {
      if (client.isOpen) client.destroy();
    },
  };
}

/** The settings of {@link RedisOptions}, for who refuses unknown ones. */
export const REDIS_KEYS: readonly string[] = ['url', 'username', 'password', 'ca'];

/** How a {@link RedisLink} is opened. */
export interface RedisLinkSettings {
  /** The function that needs the package. */
  readonly user: string;
  /** What it is used for and where, for messages. */
  readonly name: string;
  readonly timeout: number;
  /** `checked` refuses a server that does not sync each write. */
  readonly durability: 'checked' | 'trusted';
}

/** A connection that is opened when it is needed, and anew after a failure; what was not answered is never sent again. */
export class RedisLink {
  readonly #options: RedisOptions;
  readonly #settings: RedisLinkSettings;
  #connection: Promise<RedisConnection> | undefined;

  constructor(options: RedisOptions, settings: RedisLinkSettings) {
    this.#options = options;
    this.#settings = settings;
  }

  async command(args: readonly (string | Buffer)[], signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    this.#connection ??= this.#connect();
    const opening = this.#connection;
    const give = (): void => this.#drop(opening);
    signal.addEventListener('abort', give);
    try {
      return await (await opening).command(args);
    } catch (error) {
      this.#drop(opening);
      throw error;
    } finally {
      signal.removeEventListener('abort', give);
    }
  }

  async close(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    (await connection?.catch(() => undefined))?.destroy();
  }

  #drop(opening: Promise<RedisConnection>): void {
    if (this.#connection === opening) this.#connection = undefined;
    opening.then(
      (connection) => connection.destroy(),
      () => undefined,
    );
  }

  async #connect(): Promise<RedisConnection> {
    const { user, name, timeout, durability } = this.#settings;
    const connection = await connectRedis(user, this.#options, timeout);
    if (durability === 'trusted') return connection;
    try {
      await checkDurability(name, connection);
      return connection;
    } catch (error) {
      connection.destroy();
      throw error;
    }
  }
}

/** Refuses a Redis that would forget what it has confirmed. */
async function checkDurability(name: string, connection: RedisConnection): Promise<void> {
  const settings = new Map<string, string>();
  for (const setting of ['appendonly', 'appendfsync']) {
    const answer = (await connection.command(['CONFIG', 'GET', setting])) as readonly Buffer[];
    settings.set(setting, String(answer[1]));
  }
  if (settings.get('appendonly') === 'yes' && settings.get('appendfsync') === 'always') return;
  throw new ConfigurationError(
    `${name} would forget confirmed writes in a crash: appendonly is "${settings.get('appendonly')}" and appendfsync ` +
      `"${settings.get('appendfsync')}", they must be "yes" and "always"; set them, or durability: 'trusted' if that is meant`,
  );
}
