import { integerAtLeast, knownKeys, refuse } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import { type NatsBucket, type NatsBucketOptions, openNatsBucket } from '../services/nats-bucket.js';
import { NATS_KEYS, type NatsOptions, natsCode, WRONG_LAST_SEQUENCE } from '../services/nats-client.js';
import { checkServers } from '../services/service-url.js';
import { within } from '../services/within.js';
import type { BudgetBoard, TableReading } from './budget-board.js';
import type { BudgetTable, Standing } from './budget-table.js';
import { parseStanding, parseTable } from './check-words.js';

/** Where a budget board lies in NATS. */
export interface NatsBudgetBoardOptions extends NatsOptions {
  /** The key-value bucket, one for each limit that is shared; it is made when it is not there. @default "millrace-budgets" */
  readonly bucket?: string;
  /** On how many servers of the cluster a new bucket lies: 1, 3 or 5. @default 1 */
  readonly replicas?: number;
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
  knownKeys('natsBudgetBoard', options, [...NATS_KEYS, 'bucket', 'replicas', 'timeout']);
  checkServers('natsBudgetBoard.servers', options.servers, ['nats', 'tls']);
  const { bucket = 'millrace-budgets' } = options;
  const replicas = integerAtLeast('natsBudgetBoard.replicas', options.replicas ?? 1, 1);
  if (!/^[\w-]{1,100}$/.test(bucket))
    refuse('natsBudgetBoard.bucket', 'a name of letters, digits, _ and -', bucket);
  return new NatsBoard(
    { ...options, bucket, replicas },
    milliseconds('natsBudgetBoard.timeout', options.timeout ?? '2s'),
  );
}

class NatsBoard implements BudgetBoard {
  readonly name: string;
  readonly #options: NatsBucketOptions;
  readonly #timeout: number;
  #bucket: Promise<NatsBucket> | undefined;

  constructor(options: NatsBucketOptions, timeout: number) {
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
      await kv.put(
        `${STANDING}${Buffer.from(standing.shard).toString('base64url')}`,
        JSON.stringify(standing),
      );
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
    await (await bucket?.catch(() => undefined))?.close();
  }

  async #use<T>(what: string, action: (kv: NatsBucket['kv']) => Promise<T>): Promise<T> {
    this.#bucket ??= openNatsBucket('natsBudgetBoard', this.name, this.#options, this.#timeout);
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
      opening.then((bucket) => bucket.close()).catch(() => undefined);
      throw error;
    }
  }
}
