import { execFileSync } from 'node:child_process';

/** A Python that has pyzmq and msgpack; the distribution's own first, since a venv seldom has them. */
function find(): string | undefined {
  for (const python of ['/usr/bin/python3', 'python3']) {
    try {
      execFileSync(python, ['-c', 'import zmq, zmq.auth, msgpack'], { stdio: 'ignore' });
      return python;
    } catch {
      // The next one may have them.
    }
  }
  return undefined;
}

export const PYTHON: string | undefined = find();

/** Where it must not be missing: CI installs it. */
export const PYTHON_IS_DUE: boolean = process.env['CI'] === 'true' || process.env['MILLRACE_LONG'] === '1';

export const WHY_NOT = 'skipped: no python3 with zmq and msgpack; apt install python3-zmq python3-msgpack';
