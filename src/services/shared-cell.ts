import { randomUUID } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { InputError } from '../domain/errors.js';
import { Turns } from './turns.js';
import { ServiceError } from './within.js';

const HEADER = 'millrace cell 1\n';
const PIECE = 65_536;

/** What a {@link SharedCell} holds, and how often it was changed. */
export interface CellState {
  readonly version: number;
  /** `undefined` until something was written. */
  readonly text: string | undefined;
}

/**
 * A text that processes of one host share through a file on a local disk, changed by compare-and-set: linearizable,
 * crash safe, and without a lock that could go stale.
 *
 * The file is a list of attempts. Each is appended as a whole (`O_APPEND`) with the version that it is based on, and the
 * first one based on a version is the change that counted; all others of that version lost. A reader folds the
 * list and syncs the disk before it believes what is new.
 *
 * ```
 * file   (0,a)(0,b)(1,c)      b lost: a was the first one based on 0
 * value  a---------c----
 * ```
 */
export class SharedCell {
  readonly path: string;
  readonly #turns = new Turns();
  #file: Promise<FileHandle> | undefined;
  #offset = HEADER.length;
  #rest = '';
  #version = 0;
  #text: string | undefined;
  #damage: InputError | undefined;

  constructor(path: string) {
    this.path = path;
  }

  read(): Promise<CellState> {
    return this.#turns.take(async () => {
      await this.#fold(await this.#open(), 0);
      return { version: this.#version, text: this.#text };
    });
  }

  /** Writes `text` if nothing was written since `version`; false when something was. */
  write(version: number, text: string): Promise<boolean> {
    return this.#turns.take(() => this.#attempt(version, text));
  }

  async #attempt(version: number, text: string): Promise<boolean> {
    const file = await this.#open();
    const tag = randomUUID();
    const body = JSON.stringify([version, tag, text]).replace(/[^\x20-\x7e]/g, escaped);
    // The first line break ends what a crash may have left of the attempt before it.
    const line = Buffer.from(`\n${body.length} ${crc32(body)} ${body}\n`);
    // One call, so that attempts of several processes never mix.
    const { bytesWritten } = await file.write(line);
    if (bytesWritten !== line.length)
      throw new ServiceError(`${this.path}: the disk took only a part of a change`);
    let won = false;
    // Whatever stands in front of the attempt was written before it, so one sync of now covers all up to it.
    await this.#fold(file, line.length, (based, by) => {
      if (based === version && by === tag) won = true;
    });
    return won;
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await (await file?.catch(() => undefined))?.close();
  }

  /**
   * Takes in what was appended since the last time, after it is on the disk.
   *
   * @param own bytes that were just appended here: read and synced at once, since whoever takes over waits
   * for it, and synced once more when others appended too
   */
  async #fold(file: FileHandle, own: number, counted?: (based: number, tag: string) => void): Promise<void> {
    if (this.#damage !== undefined) throw this.#damage;
    const [{ size }, [read, length]] = await Promise.all([
      file.stat(),
      readBehind(file, this.#offset, own),
      own > 0 ? file.datasync() : undefined,
    ]);
    if (size < this.#offset)
      throw new InputError(`${this.path} has become shorter: somebody else writes to it`);
    const text = this.#rest + read;
    const offset = this.#offset + length;
    if (length !== own) await file.datasync();
    const lines = text.split('\n');
    this.#rest = lines.pop() as string;
    this.#offset = offset;
    for (const line of lines) {
      const attempt = this.#attemptOf(line);
      if (attempt === undefined || attempt[0] !== this.#version) continue;
      this.#version++;
      this.#text = attempt[2];
      counted?.(attempt[0], attempt[1]);
    }
  }

  /** An attempt, or `undefined` for what a crash cut off. */
  #attemptOf(line: string): readonly [number, string, string] | undefined {
    const [, length, checksum, body] = /^(\d+) (\d+) (.*)$/.exec(line) ?? [];
    if (body === undefined || body.length < Number(length)) return undefined;
    if (body.length !== Number(length) || crc32(body) !== Number(checksum)) {
      // Passing it over would let another attempt count that had lost.
      this.#damage = new InputError(
        `${this.path} is damaged: the checksum of change ${this.#version + 1} does not hold`,
      );
      throw this.#damage;
    }
    return JSON.parse(body) as [number, string, string];
  }

  #open(): Promise<FileHandle> {
    this.#file ??= this.#openFile().catch((error: unknown) => {
      this.#file = undefined;
      throw error;
    });
    return this.#file;
  }

  async #openFile(): Promise<FileHandle> {
    const file = await open(this.path, 'r+').catch(missing);
    if (file === undefined) await this.#create();
    else await file.close();
    const opened = await open(this.path, 'a+');
    const head = Buffer.alloc(HEADER.length);
    await opened.read(head, 0, head.length, 0);
    if (head.toString('latin1') === HEADER) return opened;
    await opened.close();
    throw new InputError(
      `${this.path} was not written by millrace: its first line is not "${HEADER.trim()}"`,
    );
  }

  /** Nobody ever sees the file without its first line. */
  async #create(): Promise<void> {
    const folder = dirname(this.path);
    await mkdir(folder, { recursive: true });
    const temporary = `${this.path}.${randomUUID()}`;
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(HEADER);
      await file.datasync();
      await link(temporary, this.path).catch(taken);
    } finally {
      await file.close();
      await rm(temporary, { force: true });
    }
    await syncFolder(folder);
  }
}

/** What the file holds behind `offset`, and how many bytes that is: `least`, as is known, or more. */
async function readBehind(
  file: FileHandle,
  offset: number,
  least: number,
): Promise<readonly [string, number]> {
  const piece = Buffer.alloc(PIECE);
  let text = '';
  let length = 0;
  for (;;) {
    const { bytesRead } = await file.read(piece, 0, PIECE, offset + length);
    text += piece.toString('latin1', 0, bytesRead);
    length += bytesRead;
    if (bytesRead === 0 || (bytesRead < PIECE && length >= least)) return [text, length];
  }
}

/** Makes a folder's entries durable: a new file's name is not, until then. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function missing(error: unknown): undefined {
  if ((error as { code?: string }).code !== 'ENOENT') throw error;
}

function taken(error: unknown): undefined {
  if ((error as { code?: string }).code !== 'EEXIST') throw error;
}
