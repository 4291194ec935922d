import { ConfigurationError } from '../../domain/errors.js';
import type { Disk, DiskFile } from './disk.js';

/** Content of a file: as everybody sees it, and what of it is on the disk for sure. */
interface Content {
  bytes: Uint8Array;
  length: number;
  durable: Uint8Array;
  /** Writes and truncations since the last sync, oldest first. */
  pending: Change[];
}

type Change =
  | { readonly kind: 'write'; readonly position: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncate'; readonly length: number };

/** How a {@link MemoryDisk} misbehaves. */
export interface MemoryDiskOptions {
  /** How messages call it. @default "memory" */
  readonly name?: string;
  /** Called before every effect, with its name: throw here to crash, or to fail as a real disk does. */
  readonly before?: (effect: string) => void;
  /** Bytes that fit; more is refused with ENOSPC, after what did fit was written. @default no limit */
  readonly capacity?: number;
}

/**
 * A disk in memory that can lose what a real one may lose.
 *
 * ```
 * write a, sync, write b, write c
 * crash(chance)    a stays; b and c each stay, vanish, or stay in part (torn), in whatever mixture
 * ```
 *
 * Names behave alike: what was created, renamed or removed since the last `syncNames` may be so or not after a crash,
 * a prefix of it at least in order, as file systems with a log have it.
 *
 * @example
 * const disk = new MemoryDisk();
 * const afterPowerCut = disk.crashed(() => 0.5);
 */
export class MemoryDisk implements Disk {
  readonly name: string;
  readonly #before: (effect: string) => void;
  readonly #capacity: number;
  readonly #names: Map<string, Content>;
  #durableNames: Map<string, Content>;
  /** Names as they were after each change since the last sync. */
  #history: Map<string, Content>[] = [];
  #locked = false;

  constructor(options: MemoryDiskOptions = {}, names: Map<string, Content> = new Map()) {
    this.name = options.name ?? 'memory';
    this.#before = options.before ?? (() => {});
    this.#capacity = options.capacity ?? Number.POSITIVE_INFINITY;
    this.#names = names;
    this.#durableNames = new Map(names);
  }

  /**
   * The disk as it is found after a crash. `chance` gives numbers from 0 to 1 that decide what of the unsynced survives;
   * without it everything does, as when only the process dies.
   */
  crashed(chance?: () => number, options: MemoryDiskOptions = {}): MemoryDisk {
    let names = this.#names;
    if (chance !== undefined) {
      const kept = Math.floor(chance() * (this.#history.length + 1));
      names = kept === 0 ? this.#durableNames : (this.#history[kept - 1] as Map<string, Content>);
    }
    const found = new Map<string, Content>();
    for (const [name, content] of names) found.set(name, settled(content, chance));
    return new MemoryDisk({ name: this.name, ...options }, found);
  }

  /** Bytes of all files. */
  get used(): number {
    let used = 0;
    for (const { length } of this.#names.values()) used += length;
    return used;
  }

  /** The bytes of a file, to be damaged by a test. */
  bytesOf(name: string): Uint8Array {
    const content = this.#content(name);
    return content.bytes.subarray(0, content.length);
  }

  list(): readonly string[] {
    return [...this.#names.keys()];
  }

  open(name: string, mode: 'create' | 'write' | 'read'): DiskFile {
    if (mode === 'create') {
      if (this.#names.has(name)) throw failure('EEXIST', `file already exists, open '${name}'`);
      this.#before(`create ${name}`);
      const created: Content = {
        bytes: new Uint8Array(256),
        length: 0,
        durable: new Uint8Array(0),
        pending: [],
      };
      this.#names.set(name, created);
      this.#renamed();
    }
    return this.#file(name, this.#content(name));
  }

  rename(from: string, to: string): void {
    const content = this.#content(from);
    this.#before(`rename ${from} ${to}`);
    this.#names.delete(from);
    this.#names.set(to, content);
    this.#renamed();
  }

  remove(name: string): void {
    this.#content(name);
    this.#before(`remove ${name}`);
    this.#names.delete(name);
    this.#renamed();
  }

  async syncNames(): Promise<void> {
    this.#before('sync names');
    this.#durableNames = new Map(this.#names);
    this.#history = [];
  }

  lock(): () => void {
    if (this.#locked) throw new ConfigurationError(`journal folder ${this.name} is in use`);
    this.#locked = true;
    return () => {
      this.#locked = false;
    };
  }

  #renamed(): void {
    this.#history.push(new Map(this.#names));
  }

  #content(name: string): Content {
    const content = this.#names.get(name);
    if (content === undefined) throw failure('ENOENT', `no such file, '${name}'`);
    return content;
  }

  #file(name: string, content: Content): DiskFile {
    return {
      size: () => content.length,
      write: (bytes, position) => {
        this.#before(`write ${name}`);
        let at = position;
        for (const part of bytes) {
          const grows = Math.max(0, at + part.length - content.length);
          const room = this.#capacity - this.used;
          const fits = grows > room ? part.subarray(0, Math.max(0, part.length - (grows - room))) : part;
          apply(content, { kind: 'write', position: at, bytes: fits.slice() });
          if (fits.length < part.length) throw failure('ENOSPC', 'no space left on device, write');
          at += part.length;
        }
      },
      sync: async () => {
        // What is written while it runs may or may not be included; here it is not.
        const included = content.pending.length;
        const durable = content.bytes.slice(0, content.length);
        this.#before(`sync ${name}`);
        await Promise.resolve();
        this.#before(`synced ${name}`);
        content.durable = durable;
        content.pending = content.pending.slice(included);
      },
      read: async (position, length) =>
        content.bytes.slice(position, Math.min(position + length, content.length)),
      truncate: (length) => {
        this.#before(`truncate ${name}`);
        apply(content, { kind: 'truncate', length });
      },
      close: () => {},
    };
  }
}

function apply(content: Content, change: Change): void {
  content.pending.push(change);
  carryOut(content, change);
}

function carryOut(content: Content, change: Change): void {
  const end = change.kind === 'write' ? change.position + change.bytes.length : change.length;
  if (end > content.bytes.length) {
    const grown = new Uint8Array(Math.max(end, content.bytes.length * 2));
    grown.set(content.bytes.subarray(0, content.length));
    content.bytes = grown;
  }
  if (change.kind === 'truncate') {
    if (change.length < content.length) content.bytes.fill(0, change.length, content.length);
    content.length = change.length;
    return;
  }
  content.bytes.set(change.bytes, change.position);
  content.length = Math.max(content.length, end);
}

/** A file as it is found after a crash. */
function settled({ bytes, length, durable, pending }: Content, chance?: () => number): Content {
  if (chance === undefined) {
    const kept = bytes.slice(0, length);
    return { bytes: kept, length, durable: kept.slice(), pending: [] };
  }
  const found: Content = { bytes: durable.slice(), length: durable.length, durable, pending: [] };
  for (const change of pending) {
    const luck = chance();
    if (luck < 0.4) carryOut(found, change);
    else if (luck < 0.7 && change.kind === 'write') {
      const torn = Math.floor(chance() * change.bytes.length);
      carryOut(found, { ...change, bytes: change.bytes.subarray(0, torn) });
    }
  }
  return { ...found, durable: found.bytes.slice(0, found.length) };
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(`${code}: ${message}`), { code });
}
