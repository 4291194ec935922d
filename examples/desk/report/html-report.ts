import { closeSync, openSync, writeSync } from 'node:fs';
import { InputError } from 'millrace';
import { renderTearSheet } from 'millrace/monitoring';
import { type Told, titleOf } from './told.js';

/**
 * Opens the file of a tear sheet before the run, so that a wrong path is told at once and not after hours.
 *
 * @throws InputError when it cannot be written
 */
export function htmlReport(path: string): { write(told: Told, capital: number): void; close(): void } {
  let file: number;
  try {
    file = openSync(path, 'w');
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
      writeSync(file, page);
    },
    close: () => closeSync(file),
  };
}
