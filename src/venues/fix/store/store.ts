import { integerAtLeast, knownKeys, oneOf } from '../../../domain/check.js';
import { ConfigurationError } from '../../../domain/errors.js';
import type { Disk, DiskFile } from '../../../journal/disk/disk.js';
import { nodeDisk } from '../../../journal/disk/node-disk.js';
import type { StoredNumbers } from '../session/state.js';
import { FixStoreError } from './error.js';
import { load } from './load.js';
import { encodeRecord, float, type RecordKind, whole } from './record.js';

/** Where a session keeps its numbers and messages. */
export interface FixStoreOptions {
  /** A folder of its own. Or else `disk`. */
  readonly folder?: string;
  readonly disk?: Disk;
  /** The session that it is for, such as `FIX.4.4:DESK->BROKER`: another one's store is refused. */
  readonly key: string;
  /**
   * `written`: what is sent outlives the process. `synced`: it outlives the machine's power too, and each message waits
   * for the disk. @default "written"
   */
  readonly durability?: 'written' | 'synced';
  /** Latest messages that can be sent again; earlier ones are gap-filled. @default 10,000 */
  readonly remembered?: number;
  /** Bytes from which the file is written anew with what is still needed, while no connection is up. @default 32 MiB */
  readonly compactAt?: number;
  /** Numbers of a store that is made anew: as agreed with the counterparty. @default 1 and 1 */
  readonly begin?: { readonly outgoing: number; readonly incoming: number };
}

const NAME = /^session-(\d{8})\.fix$/;
const named = (generation: number): string => `session-${String(generation).padStart(8, '0')}.fix`;
const FRESH = 'session.new';

/**
 * The store of a FIX session: what outlives a crash.
 *
 * ```
 * sent 7      ----w---------     the number and the message, before the socket has them
 * received 9  ---------w----     once the application has message 8 on record
 * crash       -----x             the next start knows 7 as sent
 * ```
 *
 * One file of checked records. A tail that was torn by a crash is cut; any other damage is refused by a
 * {@link FixStoreError}, since a session must never begin at 1, or at any other number, by accident.
 *
 * @example
 * const store = await FixStore.open({ folder: 'fix', key: 'DESK-TT' });
 * await store.close();
 */
export class FixStore {
  readonly #disk: Disk;
  readonly #release: () => void;
  readonly #key: string;
  readonly #synced: boolean;
  readonly #remembered: number;
  readonly #compactAt: number;
  readonly #messages: Map<number, Buffer>;
  #file: DiskFile;
  #generation: number;
  #size: number;
  /** Bytes that are on the disk for sure. */
  #certain: number;
  /** Bytes that have to be before anything is sent. */
  #needed: number;
  #outgoing: number;
  #incoming: number;
  #session: number;
  #syncing: Promise<void> | undefined;
  #failed: FixStoreError | undefined;

  private constructor(disk: Disk, release: () => void, options: Checked, file: DiskFile, found: Found) {
    this.#disk = disk;
    this.#release = release;
    this.#key = options.key;
    this.#synced = options.synced;
    this.#remembered = options.remembered;
    this.#compactAt = options.compactAt;
    this.#file = file;
    this.#generation = found.generation;
    this.#size = found.size;
    this.#certain = found.size;
    this.#needed = found.size;
    this.#outgoing = found.outgoing;
    this.#incoming = found.incoming;
    this.#session = found.session;
    this.#messages = found.messages;
    this.#forget();
  }

  /**
   * Opens a store, or makes one where the folder is empty.
   *
   * @throws FixStoreError when it is corrupt
   * @throws ConfigurationError when it is in use, belongs to another session, or a setting is wrong
   */
  static async open(options: FixStoreOptions): Promise<FixStore> {
    const checked = check(options);
    const disk = options.disk ?? nodeDisk(options.folder as string);
    const release = disk.lock();
    try {
      return await FixStore.#open(disk, release, checked);
    } catch (error) {
      release();
      throw error;
    }
  }

  static async #open(disk: Disk, release: () => void, options: Checked): Promise<FixStore> {
    const names = disk.list();
    if (names.includes(FRESH)) disk.remove(FRESH);
    const generations = names
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((one, other) => other - one);
    const [newest] = generations;
    if (newest === undefined) {
      const { outgoing, incoming } = options.begin ?? { outgoing: 1, incoming: 1 };
      const numbers = { outgoing, incoming, session: 0 };
      const { file, size } = await write(disk, 1, options, numbers, new Map());
      return new FixStore(disk, release, options, file, {
        ...numbers,
        generation: 1,
        size,
        messages: new Map(),
      });
    }
    if (options.begin !== undefined)
      throw new ConfigurationError(
        `fix.store.begin is for a store that is made anew, and ${disk.name} holds ${named(newest)}`,
      );
    const name = named(newest);
    const file = disk.open(name, 'write');
    const bytes = Buffer.from(await file.read(0, file.size()));
    const loaded = load(`${disk.name}/${name}`, bytes, options.key);
    if (loaded.end < bytes.length) file.truncate(loaded.end);
    // What was only written before, and is relied on from here on, is made certain.
    await file.sync();
    for (const old of generations.slice(1)) disk.remove(named(old));
    await disk.syncNames();
    return new FixStore(disk, release, options, file, { ...loaded, generation: newest, size: loaded.end });
  }

  get numbers(): StoredNumbers {
    return { outgoing: this.#outgoing, incoming: this.#incoming, session: this.#session };
  }

  /** Whether `flushed` has to be waited for before anything is sent. */
  get synced(): boolean {
    return this.#synced;
  }

  /**
   * A message is about to be sent. Without its bytes, it is one that is never sent again.
   *
   * @throws FixStoreError when the disk does not take it: it must not be sent
   */
  sent(sequence: number, bytes?: Buffer): void {
    this.#append('sent', bytes === undefined ? [whole(sequence)] : [whole(sequence), bytes]);
    this.#outgoing = sequence + 1;
    this.#messages.delete(sequence - this.#remembered);
    if (bytes !== undefined && this.#remembered > 0) this.#messages.set(sequence, bytes);
  }

  /** Everything before this number was received and is on record. @throws FixStoreError */
  received(next: number): void {
    this.#append('received', [whole(next)]);
    this.#incoming = next;
  }

  /** Both sides begin at 1. @throws FixStoreError */
  reset(session: number): void {
    this.#append('reset', [float(session)]);
    this.#outgoing = 1;
    this.#incoming = 1;
    this.#session = session;
    this.#messages.clear();
  }

  /** The message of a number, if it may be sent again. */
  message(sequence: number): Buffer | undefined {
    return this.#messages.get(sequence);
  }

  /** Resolves when all that was taken so far is on the disk. Many that wait share one sync. */
  async flushed(): Promise<void> {
    const needed = this.#needed;
    while (this.#certain < needed) {
      if (this.#failed !== undefined) throw this.#failed;
      this.#syncing ??= this.#sync();
      await this.#syncing;
    }
  }

  /** Whether it is time for {@link compact}. */
  get isLarge(): boolean {
    return this.#size >= this.#compactAt;
  }

  /** Writes the file anew with what is still needed. Nothing may be sent meanwhile. */
  async compact(): Promise<void> {
    await this.#syncing;
    const generation = this.#generation + 1;
    const { file, size } = await write(
      this.#disk,
      generation,
      { key: this.#key, synced: this.#synced },
      this.numbers,
      this.#messages,
    );
    this.#file.close();
    this.#disk.remove(named(this.#generation));
    this.#file = file;
    this.#generation = generation;
    this.#size = size;
    this.#certain = size;
    this.#needed = size;
  }

  /** Makes all of it certain, and lets go of the folder. */
  async close(): Promise<void> {
    try {
      if (this.#failed === undefined) await this.flushed();
    } finally {
      this.#file.close();
      this.#release();
    }
  }

  async #sync(): Promise<void> {
    const size = this.#size;
    const file = this.#file;
    try {
      await file.sync();
      this.#certain = size;
      // Tells damage to what was promised from the torn tail of a crash.
      if (this.#synced) this.#append('promise', []);
    } catch (error) {
      throw this.#fail(error);
    } finally {
      this.#syncing = undefined;
    }
  }

  #append(kind: RecordKind, payload: readonly Uint8Array[]): void {
    if (this.#failed !== undefined) throw this.#failed;
    const record = encodeRecord(kind, this.#synced, this.#synced ? this.#certain : this.#size, payload);
    try {
      this.#file.write([record], this.#size);
    } catch (error) {
      throw this.#fail(error);
    }
    this.#size += record.length;
    // A promise needs no sync of its own: it is only of use if it is there.
    if (kind !== 'promise') this.#needed = this.#size;
  }

  #fail(error: unknown): FixStoreError {
    this.#failed ??= new FixStoreError(`the store in ${this.#disk.name} failed: ${(error as Error).message}`);
    return this.#failed;
  }

  #forget(): void {
    for (const sequence of this.#messages.keys())
      if (sequence < this.#outgoing - this.#remembered) this.#messages.delete(sequence);
  }
}

interface Checked {
  readonly key: string;
  readonly synced: boolean;
  readonly remembered: number;
  readonly compactAt: number;
  readonly begin: { readonly outgoing: number; readonly incoming: number } | undefined;
}

interface Found extends StoredNumbers {
  readonly generation: number;
  readonly size: number;
  readonly messages: Map<number, Buffer>;
}

function check(options: FixStoreOptions): Checked {
  knownKeys('fix.store', options, [
    'folder',
    'disk',
    'key',
    'durability',
    'remembered',
    'compactAt',
    'begin',
  ]);
  const { folder, disk, key, begin } = options;
  if ((folder === undefined) === (disk === undefined))
    throw new ConfigurationError('fix.store needs a folder, or a disk, and not both');
  if (begin !== undefined) {
    integerAtLeast('fix.store.begin.outgoing', begin.outgoing, 1);
    integerAtLeast('fix.store.begin.incoming', begin.incoming, 1);
  }
  return {
    key,
    synced:
      oneOf('fix.store.durability', options.durability ?? 'written', ['written', 'synced']) === 'synced',
    remembered: integerAtLeast('fix.store.remembered', options.remembered ?? 10_000, 0),
    compactAt: integerAtLeast('fix.store.compactAt', options.compactAt ?? 1 << 25, 1),
    begin,
  };
}

/** Makes a file under another name first, so that one that bears a store's name has a beginning for sure. */
async function write(
  disk: Disk,
  generation: number,
  { key, synced }: Pick<Checked, 'key' | 'synced'>,
  { outgoing, incoming, session }: StoredNumbers,
  messages: ReadonlyMap<number, Buffer>,
): Promise<{ readonly file: DiskFile; readonly size: number }> {
  if (disk.list().includes(FRESH)) disk.remove(FRESH);
  const file = disk.open(FRESH, 'create');
  const begin = [whole(outgoing), whole(incoming), float(session), Buffer.from(key, 'utf8')];
  const records = [encodeRecord('begin', synced, 0, begin)];
  let size = records[0]?.length as number;
  const add = (kind: RecordKind, payload: readonly Uint8Array[]): void => {
    const record = encodeRecord(kind, synced, synced ? 0 : size, payload);
    records.push(record);
    size += record.length;
  };
  for (const [sequence, bytes] of messages) add('sent', [whole(sequence), bytes]);
  // The last message need not be one that is remembered.
  if (messages.size > 0) add('sent', [whole(outgoing - 1)]);
  file.write(records, 0);
  await file.sync();
  disk.rename(FRESH, named(generation));
  await disk.syncNames();
  return { file, size };
}
