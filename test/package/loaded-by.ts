import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

const STATIC = /(?:^|\n)\s*(?:import|export)\s(?:[^'";]*?\sfrom\s)?['"](\.[^'"]+)['"]/g;

/** Bytes of all files of ours that an entry loads before anything is called. */
export function loadedBy(entry: string): number {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, target = ''] of readFileSync(file, 'utf8').matchAll(STATIC))
      visit(resolve(join(dirname(file), target)));
  };
  visit(resolve(entry));
  return [...seen].reduce((sum, file) => sum + readFileSync(file).length, 0);
}

/** Kilobytes that an entry of this size may have: a tenth more than it has, in whole tens. */
export const budgetFor = (kilobytes: number): number => Math.ceil((kilobytes * 1.1) / 10) * 10;
