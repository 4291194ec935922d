import { resolve } from 'node:path';
import { knownKeys, refuse } from '../../domain/check.js';
import { SharedCell } from '../../services/shared-cell.js';
import type { Register } from './register.js';
import { type RegisterOptions, timeoutOf } from './register-options.js';
import { type Reading, type RegisterEngine, VersionedRegister } from './versioned-register.js';

/** Where a file register lies. */
export interface FileRegisterOptions extends RegisterOptions {
  /** A file on a local disk that both members see; it is made when it is not there. Never on NFS or another network's disk. */
  readonly path: string;
}

/**
 * A register in a file, for two members on one host: each change is on the disk before it counts, and no lock can go stale.
 *
 * @throws ConfigurationError naming the setting that is wrong
 * @example
 * fileRegister({ path: '/var/lib/desk/register' })
 */
export function fileRegister(options: FileRegisterOptions): Register {
  knownKeys('fileRegister', options, ['path', 'timeout']);
  if (typeof options.path !== 'string' || options.path === '')
    refuse('fileRegister.path', 'the path of a file', options.path);
  return new VersionedRegister(new FileEngine(resolve(options.path)), timeoutOf('fileRegister', options));
}

class FileEngine implements RegisterEngine<number> {
  readonly name: string;
  readonly #cell: SharedCell;

  constructor(path: string) {
    this.name = `the register in the file ${path}`;
    this.#cell = new SharedCell(path);
  }

  async read(): Promise<Reading<number>> {
    const { version, text } = await this.#cell.read();
    return { mark: version, text };
  }

  async write(mark: number, text: string): Promise<number | undefined> {
    return (await this.#cell.write(mark, text)) ? mark + 1 : undefined;
  }

  close(): Promise<void> {
    return this.#cell.close();
  }
}
