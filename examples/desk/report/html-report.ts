import { closeSync, fstatSync, ftruncateSync, openSync, writeFileSync } from 'node:fs';
import { InputError } from 'millrace';
import { renderTearSheet } from 'millrace/monitoring';
import { type Told, titleOf } from './told.js';

/**
 * Opens the file of a tear sheet before the run, so that a wrong path is told at once and not after hours. What it held before
 * stays until there is a page to take its place.
 *
 * @throws InputError when it cannot be written
 */
export function htmlReport(path: string): { write(told: Told, capital: number): void; close(): void } {
  let file: number;
  try {
    file = openSync(path, 'a');
  } catch (error) {
    throw new InputError(`--report ${path} cannot be written: ${(error as Error).message}`);
  }
  return {
    write: (told, capital) => {
      const { outcome, asset, notes } = told;
      const page = renderTearSheet(
        { ...outcome.sheet, capital },
        {
          title: `Example desk on ${asset}`,
          notes: [titleOf(told), ...notes],
        },
      );
      // A pipe has no length.
      if (fstatSync(file).isFile()) ftruncateSync(file);
      writeFileSync(file, page);
    },
    close: () => closeSync(file),
  };
}
