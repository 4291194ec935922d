import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { integerAtLeast, knownKeys, refuse } from '../domain/check.js';
import { InputError } from '../domain/errors.js';
import { type FolderLock, takeLock } from '../services/folder-lock.js';
import { syncFolder } from '../services/shared-cell.js';
import { Turns } from '../services/turns.js';
import { messageOf, ServiceError } from '../services/within.js';
import { Bell, unlessAborted } from './bell.js';
import { checkEntry, checkPosition, closedError } from './check-entry.js';
import { RecentIds } from './recent-ids.js';
import type { SignalEntry, SignalLog } from './signal-log.js';
import { SignalSegment } from './signal-segment.js';

/** Where a signal log lies, and how much it keeps. */
export interface FileSignalLogOptions {
  /** A folder of its own on a local disk; it is made when it is not there. */
  readonly folder: string;
  /** How many of the newest ids are remembered, and with them their entries. @default 100000 */
  readonly remember?: number;
  /** From how many bytes on a new file is begun. @default 67108864 */
  readonly segmentBytes?: number;
}

interface Waiting extends SignalEntry {
  readonly resolve: (position: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * A signal log on the local disk, for one process: what is appended is on the disk before it is confirmed, many at
 * once with one sync. Needs no package and no server.
 *
 * It is opened when first used, and then belongs to this process until it is closed or the process is gone. A disk error is
 * final: every later call fails with it until the log is opened anew.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * const log = fileSignalLog({ folder: '/var/lib/desk/signals' });
 * await log.append('news-4711', payload);
 */
export function fileSignalLog(options: FileSignalLogOptions): SignalLog {
  knownKeys('fileSignalLog', options, ['folder', 'remember', 'segmentBytes']);
  if (typeof options.folder !== 'string' || options.folder === '')
    refuse('fileSignalLog.folder', 'the path of a folder', options.folder);
  return new FileSignalLog(
    resolve(options.folder),
    integerAtLeast('fileSignalLog.remember', options.remember ?? 100_000, 1),
    integerAtLeast('fileSignalLog.segmentBytes', options.segmentBytes ?? 67_108_864, 1),
  );
}

class FileSignalLog implements SignalLog {
  readonly name: string;
  readonly #folder: string;
  readonly #remember: number;
  readonly #segmentBytes: number;
  readonly #ids: RecentIds;
  readonly #bell = new Bell();
  readonly #closing = new AbortController();
  readonly #acks = new Turns();
  readonly #underWay = new Map<string, Promise<number>>();
  #opening: Promise<FolderLock> | undefined;
  #segments: SignalSegment[] = [];
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;
  /** Positions: the last on the disk, the last given away, the last acknowledged. */
  #last = 0;
  #given = 0;
  #acknowledged = 0;

  constructor(folder: string, remember: number, segmentBytes: number) {
    this.name = `the signal log in ${folder}`;
    this.#folder = folder;
    this.#remember = remember;
    this.#segmentBytes = segmentBytes;
    this.#ids = new RecentIds(remember);
  }

  async append(id: string, payload: Uint8Array): Promise<number> {
    checkEntry(this.name, id, payload);
    const copy = Uint8Array.from(payload);
    await this.#ready();
    const known = this.#ids.positionOf(id);
    if (known !== undefined) return known;
    const same = this.#underWay.get(id);
    if (same !== undefined) return await same;
    const confirmed = new Promise<number>((resolve, reject) => {
      this.#waiting.push({ position: ++this.#given, id, payload: copy, deliveries: 0, resolve, reject });
    });
    this.#underWay.set(id, confirmed);
    this.#writing ??= this.#write();
    return await confirmed;
  }

  async *readFrom(position: number, signal: AbortSignal): AsyncIterable<SignalEntry> {
    checkPosition(this.name, position);
    await this.#ready();
    const ended = AbortSignal.any([signal, this.#closing.signal]);
    let next = (position === 0 ? this.#acknowledged : position) + 1;
    while (!ended.aborted) {
      const { next: rung } = this.#bell;
      if (this.#failure !== undefined) throw this.#failure;
      if (next > this.#last) {
        await unlessAborted(rung, ended);
        continue;
      }
      next = Math.max(next, this.#segments[0]?.first ?? 1);
      const segment = this.#segments.findLast(({ first }) => first <= next) as SignalSegment;
      const entry = await segment.read(next).catch((error: unknown) => {
        // It was acknowledged and removed while somebody read what is old.
        if (this.#segments.includes(segment)) throw error;
        return undefined;
      });
      if (entry === undefined) continue;
      next++;
      if (!ended.aborted) yield entry;
    }
  }

  async ack(position: number): Promise<void> {
    checkPosition(this.name, position);
    await this.#ready();
    const upTo = Math.min(position, this.#last);
    if (upTo <= this.#acknowledged) return;
    this.#acknowledged = upTo;
    await this.#acks.take(async () => {
      // A later one may have been written with it.
      if (upTo < this.#acknowledged) return;
      await this.#writeCursor(this.#acknowledged);
      await this.#dropOld();
    });
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort();
    const lock = await this.#opening?.catch(() => undefined);
    await this.#writing?.catch(() => undefined);
    await this.#acks.take(async () => undefined);
    await Promise.all(this.#segments.map((segment) => segment.close()));
    await lock?.release();
  }

  async #ready(): Promise<void> {
    if (this.#closing.signal.aborted) throw closedError(this.name);
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    await this.#opening;
    if (this.#closing.signal.aborted) throw closedError(this.name);
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #open(): Promise<FolderLock> {
    await mkdir(this.#folder, { recursive: true });
    const lock = await takeLock(join(this.#folder, 'lock'), this.name);
    try {
      const found = await readdir(this.#folder);
      // A crash may have left them.
      for (const each of found.filter((name) => name.startsWith('acknowledged.')))
        await rm(join(this.#folder, each));
      const names = found.filter((each) => each.endsWith('.signals')).sort();
      for (const [index, each] of names.entries()) {
        const path = join(this.#folder, each);
        const segment = await SignalSegment.open(path, index === names.length - 1, (id, at) =>
          this.#ids.add(id, at),
        );
        if (segment === undefined) {
          await rm(path);
          continue;
        }
        const before = this.#segments.at(-1);
        this.#segments.push(segment);
        if (before !== undefined && segment.first !== before.last + 1)
          throw new InputError(
            `${this.name}: ${path} begins at ${segment.first} behind ${before.last}: a file is missing`,
          );
      }
      this.#last = this.#segments.at(-1)?.last ?? 0;
      this.#given = this.#last;
      this.#acknowledged = await this.#readCursor();
      return lock;
    } catch (error) {
      await Promise.all(this.#segments.splice(0).map((segment) => segment.close()));
      await lock.release();
      throw error;
    }
  }

  /** Writes what waits, all at once, until nothing waits. */
  async #write(): Promise<void> {
    // Whoever appends in the same turn comes along.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, 1_024);
      try {
        let segment = this.#segments.at(-1);
        if (segment === undefined || segment.size >= this.#segmentBytes) segment = await this.#nextSegment();
        await segment.append(batch);
      } catch (error) {
        this.#fail(error, batch);
        return;
      }
      for (const { id, position, resolve } of batch) {
        this.#ids.add(id, position);
        this.#underWay.delete(id);
        this.#last = position;
        resolve(position);
      }
      this.#bell.ring();
    }
    this.#writing = undefined;
  }

  #fail(error: unknown, batch: readonly Waiting[]): void {
    this.#failure = new ServiceError(
      `${this.name} cannot be written: ${messageOf(error)}; make room or mend the disk, then open it anew`,
      { cause: error },
    );
    for (const { reject } of [...batch, ...this.#waiting.splice(0)]) reject(this.#failure);
    this.#bell.ring();
  }

  async #nextSegment(): Promise<SignalSegment> {
    const first = this.#last + 1;
    const segment = await SignalSegment.create(
      join(this.#folder, `${String(first).padStart(16, '0')}.signals`),
      first,
    );
    await syncFolder(this.#folder);
    this.#segments.push(segment);
    return segment;
  }

  /** Whole segments that are acknowledged and whose ids nobody has to remember. */
  async #dropOld(): Promise<void> {
    while (this.#segments.length > 1) {
      const [oldest] = this.#segments as [SignalSegment];
      if (oldest.last > this.#acknowledged || oldest.last > this.#last - this.#remember) return;
      this.#segments.shift();
      await oldest.close();
      await rm(oldest.path, { force: true });
    }
  }

  async #readCursor(): Promise<number> {
    const path = join(this.#folder, 'acknowledged');
    const text = await readFile(path, 'utf8').catch((error: { code?: string }) => {
      if (error.code !== 'ENOENT') throw error;
      return '0\n';
    });
    if (!/^\d{1,16}\n$/.test(text) || Number(text) > this.#last)
      throw new InputError(
        `${path} must hold a position of at most ${this.#last}, not ${JSON.stringify(text.slice(0, 40))}; delete it to have everything handed out again`,
      );
    return Number(text);
  }

  async #writeCursor(position: number): Promise<void> {
    const temporary = join(this.#folder, `acknowledged.${randomUUID()}`);
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${position}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(temporary, join(this.#folder, 'acknowledged'));
  }
}
