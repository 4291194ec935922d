import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';

/** Which process owns something, such that a later process of the same number is not taken for it. */
export interface Owner {
  readonly pid: number;
  /** The start of the machine. */
  readonly boot: string;
  /** The numbers' space: containers have their own. */
  readonly space: string;
  /** When the process started, in the machine's ticks. */
  readonly started: string;
  /** Of this one claim. */
  readonly token: string;
}

/** A claim of this process. */
export function claimOfThisProcess(): Owner {
  return {
    pid: process.pid,
    boot: bootOf(),
    space: spaceOf(),
    started: startOf(process.pid) ?? '',
    token: randomUUID(),
  };
}

/** Whether an owner may still be alive. In doubt it is. */
export function mayBeAlive({ pid, boot, space, started }: Owner): boolean {
  if (boot !== bootOf()) return false;
  // The number says nothing in another container.
  if (space !== spaceOf()) return true;
  if (started !== '') return startOf(pid) === started;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: string }).code !== 'ESRCH';
  }
}

/** Without `/proc` the host's name: then only the number tells. */
const bootOf = (): string =>
  quietly(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()) ?? hostname();

const spaceOf = (): string => quietly(() => readlinkSync('/proc/self/ns/pid')) ?? hostname();

/** The 22nd field of `stat`; the second may hold spaces and brackets. A zombie is dead. */
function startOf(pid: number): string | undefined {
  const stat = quietly(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields?.[0] === 'Z' ? undefined : fields?.[19];
}

function quietly<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
