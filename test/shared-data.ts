import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'vitest';

const FOLDER = process.env['MILLRACE_DATA'] ?? resolve(import.meta.dirname, '../../shared/data');

/** The path of a file of recorded data that lies beside the project, or `undefined` when it is not there. */
export function sharedData(relative: string): string | undefined {
  const path = join(FOLDER, relative);
  return existsSync(path) ? path : undefined;
}

/**
 * A `describe` on recorded data. Without the data folder it is skipped, and says so. `data` gives the path of a file that must be there.
 */
export function describeWithData(name: string, run: (data: (relative: string) => string) => void): void {
  if (existsSync(FOLDER)) {
    describe(name, () => {
      run((relative) => {
        const path = sharedData(relative);
        if (path === undefined) throw new Error(`the data folder ${FOLDER} lacks ${relative}`);
        return path;
      });
    });
    return;
  }
  console.warn(`skipped: ${name} (no recorded data at ${FOLDER}; set MILLRACE_DATA)`);
  describe.skip(`${name} (skipped: no data folder; set MILLRACE_DATA)`, () => {
    it('needs the recorded data', () => {});
  });
}
