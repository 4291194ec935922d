import { ConfigurationError } from '../domain/errors.js';
import { claimOfThisProcess, mayBeAlive, type Owner } from './process-owner.js';
import { SharedCell } from './shared-cell.js';

/** A claim that is held until it is released or its process is gone. */
export interface FolderLock {
  release(): Promise<void>;
}

/**
 * Claims something for this process alone. The claim of a process that is gone is taken over by compare-and-set, so that of two
 * that find it exactly one gets it.
 *
 * @throws ConfigurationError naming the process that has it
 */
export async function takeLock(path: string, what: string): Promise<FolderLock> {
  const cell = new SharedCell(path);
  const mine = claimOfThisProcess();
  for (;;) {
    const { version, text } = await cell.read();
    const owner = text === undefined || text === '' ? undefined : (JSON.parse(text) as Owner);
    if (owner !== undefined && mayBeAlive(owner)) {
      await cell.close();
      throw new ConfigurationError(
        `${what} is in use by process ${owner.pid}${owner.pid === process.pid ? ' (this one)' : ''}: end it first, or use another folder. ` +
          `If it ran in a container that is gone, delete ${path}`,
      );
    }
    if (!(await cell.write(version, JSON.stringify(mine)))) continue;
    return {
      release: async () => {
        await cell.write(version + 1, '');
        await cell.close();
      },
    };
  }
}
