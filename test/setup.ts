import { execFileSync } from 'node:child_process';
import fc from 'fast-check';

/** The seed of all property tests: given, or of the commit, so that a commit's result can be had again. */
function seedOf(): number | undefined {
  const given = process.env['MILLRACE_SEED'];
  if (given !== undefined) return Number(given);
  try {
    return Number.parseInt(execFileSync('git', ['rev-parse', '--short=7', 'HEAD'], { encoding: 'utf8' }), 16);
  } catch {
    return undefined;
  }
}

const seed = seedOf();
if (seed !== undefined && Number.isSafeInteger(seed)) fc.configureGlobal({ seed });
