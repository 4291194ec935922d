import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ConfigurationError } from '../../domain/errors.js';

const LOCK = 'lock';

/** Who holds a folder. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  /** When the process started, in the kernel's words: another process may have its number by now. */
  readonly started: string;
  readonly id: string;
}

/** Start time of a process, or nothing where the system does not tell. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  } catch {
    return '';
  }
}

function isAlive({ pid, started }: Holder): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ESRCH') return false;
  }
  const now = startOf(pid);
  return now === '' || started === '' || now === started;
}

function holderOf(path: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

/**
 * Keeps other processes out of a folder by a file that names this one. The file of a process that is gone is taken
 * over; that of another host is not, since nobody here can say whether its process lives.
 *
 * @throws ConfigurationError naming the process that has the folder
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, LOCK);
  const id = randomUUID();
  const own = join(folder, `${LOCK}.${id}`);
  const holder: Holder = { host: hostname(), pid: process.pid, started: startOf(process.pid), id };
  try {
    writeFileSync(own, JSON.stringify(holder), { flag: 'wx' });
  } catch (error) {
    throw new ConfigurationError(`journal folder ${folder} cannot be locked: ${(error as Error).message}`);
  }
  try {
    // A link is made whole or not at all, and by one of two only.
    if (!linked(own, path)) takeOver(folder, path, own);
  } finally {
    remove(own);
  }
  return () => {
    if (holderOf(path)?.id === id) remove(path);
  };
}

function takeOver(folder: string, path: string, own: string): void {
  refuseAlive(folder, holderOf(path));
  const guard = `${path}.takeover`;
  if (!linked(own, guard)) {
    const other = holderOf(guard);
    if (other !== undefined && (other.host !== hostname() || isAlive(other))) refuseAlive(folder, other);
    // Whoever was taking over died over it.
    renameSync(own, guard);
  }
  try {
    const found = holderOf(path);
    refuseAlive(folder, found);
    const fresh = `${path}.${randomUUID()}`;
    linkSync(guard, fresh);
    renameSync(fresh, path);
  } finally {
    remove(guard);
  }
}

function refuseAlive(folder: string, holder: Holder | undefined): void {
  if (holder === undefined) return;
  const { host, pid } = holder;
  if (host !== hostname())
    throw new ConfigurationError(
      `journal folder ${folder} is locked by process ${pid} of host ${host}: when that is gone for good, remove ${join(folder, LOCK)}`,
    );
  if (isAlive(holder))
    throw new ConfigurationError(
      `journal folder ${folder} is in use by process ${pid}: a folder belongs to one journal at a time`,
    );
}

function linked(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'EEXIST') return false;
    throw error;
  }
}

function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ENOENT') throw error;
  }
}
