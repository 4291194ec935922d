import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Whether the limits of a running process can be set here: `prlimit` of util-linux, on Linux. */
export const hasDiskLimits = (): boolean => spawnSync('prlimit', ['--version']).status === 0;

/**
 * Lets a process write `room` bytes more to its journal, and not one beyond: what the disk then holds of a write is a torn
 * tail, as on a full one. The system says "file too large" in place of "no space left".
 */
export function limitFiles(pid: number, folder: string, room: number): void {
  const largest = Math.max(
    0,
    ...readdirSync(folder)
      .filter((name) => !name.startsWith('.'))
      .map((name) => statSync(join(folder, name)).size),
  );
  execFileSync('prlimit', [`--pid=${pid}`, `--fsize=${largest + room}:`]);
}
