import type { KV } from '@nats-io/kv';
import { knownKeys, refuse } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import {
  connectNats,
  jetStreamOf,
  NATS_KEYS,
  type NatsConnection,
  type NatsOptions,
  natsCode,
  WRONG_LAST_SEQUENCE,
} from '../services/nats-client.js';
import { optionalPackage } from '../services/optional-package.js';
import { checkServers } from '../services/service-url.js';
import { within } from '../services/within.js';
import type { BudgetBoard, TableReading } from './budget-board.js';
import type { BudgetTable, Standing } from './budget-table.js';
import { parseStanding, parseTable } from './check-words.js';

/** Where a budget board lies in NATS. */
export interface NatsBudgetBoardOptions extends NatsOptions {
  /** The key-value bucket, one for each limit that is shared; it is made when it is not there. @default "millrace-budgets" */
  readonly bucket?: string;
  /** How long a question may take. @default "2s" */
  readonly timeout?: Duration;
}

const TABLE = 'table';
const STANDING = 'standing.';

/**
 * A budget board in a key-value bucket of NATS, its table changed by revision: two coordinators at once cannot lend the
 * same twice.
 *
 * Needs the packages `@nats-io/transport-node`, `@nats-io/jetstream` and `@nats-io/kv`. Set `sync_interval: always` on the
 * server, or a power cut takes back what was confirmed.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * natsBudgetBoard({ servers: ['nats://10.0.0.5:4222'], bucket: 'gross-exposure' })
 */
export function natsBudgetBoard(options: NatsBudgetBoardOptions): BudgetBoard {
  knownKeys('natsBudgetBoard', options, [...NATS_KEYS, 'bucket', 'timeout']);
  checkServers('natsBudgetBoard.servers', options.servers, ['nats', 'tls']);
  const { bucket = 'millrace-budgets' } = options;
  if (!/^[\w-]{1,100}$/.test(bucket))
    refuse('natsBudgetBoard.bucket', 'a name of letters, digits, _ and -', bucket);
  return new NatsBoard(
    { ...options, bucket },
    milliseconds('natsBudgetBoard.timeout', options.timeout ?? '2s'),
  );
}

interface Bucket {
  readonly connection: NatsConnection;
  readonly kv: KV;
}

class NatsBoard implements BudgetBoard {
  readonly name: string;
  readonly #options: NatsOptions & { readonly bucket: string };
  readonly #timeout: number;
  #bucket: Promise<Bucket> | undefined;

  constructor(options: NatsOptions & { readonly bucket: string }, timeout: number) {
    const hosts = options.servers.map((each) => new URL(each).host).join(', ');
    this.name = `the budget board "${options.bucket}" in NATS at ${hosts}`;
    this.#options = options;
    this.#timeout = timeout;
  }

  read(): Promise<TableReading> {
    return this.#use('read', async (kv) => {
      const entry = await kv.get(TABLE);
      if (entry === null) return { mark: 0, table: {} };
      return { mark: entry.revision, table: parseTable(this.name, Buffer.from(entry.value).toString()) };
    });
  }

  write(mark: number, table: BudgetTable): Promise<boolean> {
    return this.#use('write', async (kv) => {
      try {
        await kv.put(TABLE, JSON.stringify(table), { previousSeq: mark });
        return true;
      } catch (error) {
        if (natsCode(error) === WRONG_LAST_SEQUENCE) return false;
        throw error;
      }
    });
  }

  say(standing: Standing): Promise<void> {
    return this.#use('say', async (kv) => {
      await kv.put(`${STANDING}${encodeURIComponent(standing.shard)}`, JSON.stringify(standing));
    });
  }

  standings(): Promise<readonly Standing[]> {
    return this.#use('standings', async (kv) => {
      const found: Standing[] = [];
      for await (const key of await kv.keys(`${STANDING}>`)) {
        const entry = await kv.get(key);
        if (entry !== null) found.push(parseStanding(this.name, Buffer.from(entry.value).toString()));
      }
      return found;
    });
  }

  async close(): Promise<void> {
    const bucket = this.#bucket;
    this.#bucket = undefined;
    await (await bucket?.catch(() => undefined))?.connection.close();
  }

  async #use<T>(what: string, action: (kv: KV) => Promise<T>): Promise<T> {
    this.#bucket ??= this.#open();
    const opening = this.#bucket;
    try {
      return await within(
        this.#timeout,
        `${this.name}: ${what}`,
        opening.then(({ kv }) => action(kv)),
      );
    } catch (error) {
      // What was not answered in time is not sent by a later connection.
      if (this.#bucket === opening) this.#bucket = undefined;
      opening.then(({ connection }) => connection.close()).catch(() => undefined);
      throw error;
    }
  }

  async #open(): Promise<Bucket> {
    const connection = await connectNats('natsBudgetBoard', this.#options, this.#timeout, false);
    try {
      const { Kvm } = await optionalPackage('@nats-io/kv', 'natsBudgetBoard', () => import('@nats-io/kv'));
      const { client } = await jetStreamOf('natsBudgetBoard', connection, this.#timeout);
      // Any replica may answer a direct reading, with what it has: the table would not be the newest.
      const kv = await new Kvm(client).create(this.#options.bucket, { history: 1, allow_direct: false });
      return { connection, kv };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }
}
