import type { Disk, DiskFile } from '../disk/disk.js';

/** What a group commit asks of its journal. */
export interface SyncPort {
  /** The last event that was written. */
  last(): number;
  /** The file that is written to, which stays open. */
  current(): DiskFile | undefined;
  /** Nothing may be promised any more. */
  failed(what: string, error: unknown): void;
}

interface Waiter {
  readonly seq: number;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

/** So much may be in the system's memory only, even if nobody waits for the disk. */
const MOST_UNSYNCED_BYTES = 8 * 1024 * 1024;

/** Takes to the disk what was written, for all who wait for it at once. */
export class GroupSync {
  readonly #disk: Disk;
  readonly #port: SyncPort;
  /** Files that hold what is not on the disk yet, oldest first. */
  #unsynced: DiskFile[] = [];
  #unsyncedBytes = 0;
  #unsyncedNames = false;
  #synced: number;
  #waiters: Waiter[] = [];
  #syncing: Promise<void> | undefined;
  #stopped = false;

  /** @param synced the last event that is on the disk already */
  constructor(disk: Disk, synced: number, port: SyncPort) {
    this.#disk = disk;
    this.#synced = synced;
    this.#port = port;
  }

  /** The last event that is known to be on the disk. */
  get synced(): number {
    return this.#synced;
  }

  /** So much was written into a file. */
  wrote(file: DiskFile, bytes: number): void {
    if (this.#unsynced.at(-1) !== file) this.#unsynced.push(file);
    this.#unsyncedBytes += bytes;
    if (this.#unsyncedBytes > MOST_UNSYNCED_BYTES) this.#sync();
  }

  /** A file was made, whose name is not on the disk yet. */
  named(): void {
    this.#unsyncedNames = true;
  }

  /** Whether some of a file is yet to be synced. */
  holds(file: DiskFile): boolean {
    return this.#unsynced.includes(file);
  }

  /** Resolves when the events up to `seq` are on the disk. */
  reached(seq: number): Promise<void> {
    if (seq <= this.#synced) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiters.push({ seq, resolve, reject });
      this.#sync();
    });
  }

  /** Resolves when everything that was written is on the disk. */
  async all(): Promise<void> {
    while (this.#synced < this.#port.last()) await this.reached(this.#port.last());
    await this.#syncing;
  }

  /** The files were put aside: the log ends at `seq`, all of which is on the disk. */
  cutTo(seq: number): void {
    this.#synced = seq;
  }

  /** What was written before does not matter any more: the files are being replaced. */
  forget(): void {
    this.#unsynced = [];
  }

  /** Nobody waits in vain. */
  stop(failure: Error): void {
    this.#stopped = true;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const { reject } of waiters) reject(failure);
  }

  #sync(): void {
    this.#syncing ??= this.#syncWhileNeeded();
  }

  async #syncWhileNeeded(): Promise<void> {
    // Whatever else is appended in this turn goes with it.
    await Promise.resolve();
    while (!this.#stopped && (this.#waiters.length > 0 || this.#unsyncedBytes > MOST_UNSYNCED_BYTES)) {
      const upTo = this.#port.last();
      const files = this.#unsynced;
      this.#unsynced = [];
      this.#unsyncedBytes = 0;
      const names = this.#unsyncedNames;
      this.#unsyncedNames = false;
      try {
        for (const file of files) await file.sync();
        if (names) await this.#disk.syncNames();
      } catch (error) {
        this.#port.failed(`sync events up to ${upTo}`, error);
        break;
      }
      for (const file of files)
        if (file !== this.#port.current() && !this.#unsynced.includes(file)) file.close();
      this.#synced = Math.max(this.#synced, Math.min(upTo, this.#port.last()));
      const held = this.#waiters.filter(({ seq }) => seq <= upTo);
      this.#waiters = this.#waiters.filter(({ seq }) => seq > upTo);
      for (const { resolve } of held) resolve();
    }
    // In the same breath as the last look at who waits: whoever comes after finds nobody at work.
    this.#syncing = undefined;
  }
}
