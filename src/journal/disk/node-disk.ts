import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  fsync,
  ftruncateSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  renameSync,
  unlinkSync,
  writevSync,
} from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ConfigurationError } from '../../domain/errors.js';
import type { Disk, DiskFile } from './disk.js';
import { lockFolder } from './folder-lock.js';

const dataOnDisk = promisify(fdatasync);
const allOnDisk = promisify(fsync);
const readAt = promisify(read);

const MODES = {
  create: constants.O_RDWR | constants.O_CREAT | constants.O_EXCL,
  write: constants.O_RDWR,
  read: constants.O_RDONLY,
};

/** More buffers at once no system takes. */
const MOST_BUFFERS = 1_024;

class NodeFile implements DiskFile {
  readonly #file: number;
  /** A file that is closed while it is being synced or read is closed behind that. */
  #busy = 0;
  #closing = false;

  constructor(path: string, mode: keyof typeof MODES) {
    this.#file = openSync(path, MODES[mode], 0o644);
  }

  size(): number {
    return fstatSync(this.#file).size;
  }

  write(bytes: readonly Uint8Array[], position: number): void {
    let waiting = bytes;
    let at = position;
    while (waiting.length > 0) {
      // The system may take less than it is given.
      let taken = writevSync(this.#file, waiting.slice(0, MOST_BUFFERS), at);
      at += taken;
      let whole = 0;
      while (whole < waiting.length && taken >= (waiting[whole] as Uint8Array).length) {
        taken -= (waiting[whole] as Uint8Array).length;
        whole++;
      }
      waiting = waiting.slice(whole);
      if (taken > 0) waiting = [(waiting[0] as Uint8Array).subarray(taken), ...waiting.slice(1)];
    }
  }

  sync(): Promise<void> {
    return this.#whileOpen(() => dataOnDisk(this.#file));
  }

  read(position: number, length: number): Promise<Uint8Array> {
    return this.#whileOpen(async () => {
      const buffer = Buffer.allocUnsafeSlow(length);
      let filled = 0;
      while (filled < length) {
        const { bytesRead } = await readAt(this.#file, buffer, filled, length - filled, position + filled);
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      return buffer.subarray(0, filled);
    });
  }

  truncate(length: number): void {
    ftruncateSync(this.#file, length);
  }

  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    if (this.#busy === 0) closeSync(this.#file);
  }

  async #whileOpen<T>(work: () => Promise<T>): Promise<T> {
    this.#busy++;
    try {
      return await work();
    } finally {
      this.#busy--;
      if (this.#closing && this.#busy === 0) closeSync(this.#file);
    }
  }
}

/** A folder of the machine, made when it is missing. @throws ConfigurationError when it cannot be made */
export function nodeDisk(folder: string): Disk {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new ConfigurationError(`journal folder ${folder} cannot be made: ${(error as Error).message}`);
  }
  return existingDisk(folder);
}

/** A folder of the machine that is only read, and may be missing. */
export function existingDisk(folder: string): Disk {
  const path = (name: string): string => join(folder, name);
  return {
    name: folder,
    list: () => readdirSync(folder),
    open: (name, mode) => new NodeFile(path(name), mode),
    rename: (from, to) => renameSync(path(from), path(to)),
    remove: (name) => unlinkSync(path(name)),
    async syncNames() {
      // Where folders cannot be opened (Windows), their entries need no sync of their own.
      if (process.platform === 'win32') return;
      const opened = openSync(folder, constants.O_RDONLY);
      try {
        await allOnDisk(opened);
      } finally {
        closeSync(opened);
      }
    },
    lock: () => lockFolder(folder),
  };
}
