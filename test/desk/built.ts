import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../..');

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A script that the build makes, by its path within the project. */
export class Built {
  readonly path: string;

  constructor(relative: string) {
    this.path = resolve(ROOT, relative);
  }

  /** Runs it to its end; `interruptAfter` sends SIGINT so many milliseconds after it first wrote to stderr. */
  run(args: readonly string[], interruptAfter?: number): Promise<Ended> {
    return new Promise((done, failed) => {
      const child = spawn(process.execPath, [this.path, ...args], {
        cwd: ROOT,
        env: { ...process.env, NO_COLOR: '1' },
      });
      let [stdout, stderr, interrupted] = ['', '', false];
      child.stdout.on('data', (data: Buffer) => {
        stdout += data.toString();
      });
      child.stderr.on('data', (data: Buffer) => {
        stderr += data.toString();
        if (interruptAfter === undefined || interrupted) return;
        interrupted = true;
        setTimeout(() => child.kill('SIGINT'), interruptAfter);
      });
      child.on('error', failed);
      child.on('close', (code) => done({ code, stdout, stderr }));
    });
  }
}

/** A `describe` on a built script. Without the build it is skipped with a reason; in CI, which builds first, it fails. */
export function describeBuilt(name: string, relative: string, tests: (built: Built) => void): void {
  const built = new Built(relative);
  if (existsSync(built.path)) {
    describe(name, () => tests(built));
    return;
  }
  if (process.env['CI'] === 'true') {
    describe(name, () => {
      it('needs the build', () => {
        throw new Error(`${relative} is missing: npm run build:examples makes it`);
      });
    });
    return;
  }
  describe.skip(`${name} (skipped: ${relative} is not built; npm run build:examples)`, () => {
    it('needs the build', () => {});
  });
}
