// @ts-check
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const CHILD = fileURLToPath(new URL('./child.js', import.meta.url));

/** V8 compiles in the foreground: on a busy machine its helpers would come too late for the measurement. */
const FLAGS = ['--expose-gc', '--no-concurrent-recompilation'];

/** Room for everything that is allocated while bytes are counted, so that no collection hides any of it. */
export const NO_COLLECTION = ['--min-semi-space-size=256', '--max-semi-space-size=256'];

/**
 * Does a piece of work in a process of its own and gives what it returned.
 *
 * What V8 learns in one measurement must not help or hurt the next, hence a fresh process for each.
 *
 * @param {string} work module in this folder's parent that exports `work(task)`
 * @param {Record<string, unknown>} task what the module is asked to do
 * @param {readonly string[]} [flags] of V8
 * @returns {Promise<any>}
 */
export async function inFreshProcess(work, task, flags = []) {
  const { stdout } = await run(process.execPath, [...FLAGS, ...flags, CHILD, work, JSON.stringify(task)], {
    maxBuffer: 1 << 26,
  });
  return JSON.parse(stdout);
}
