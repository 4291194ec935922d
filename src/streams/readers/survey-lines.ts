import { InputError } from '../../domain/errors.js';
import { type Damage, located } from '../recording/event-collector.js';
import { readLines } from '../recording/read-lines.js';

const SURVEY_BYTES = 1024 * 1024;

/**
 * The whole lines of about the first megabyte of a file: enough to see what it is about. At least one line, except
 * for a file of blank lines, which gives one empty line.
 *
 * A last line that is cut off is left out (reading the file meets it), unless it is the only one.
 */
export async function surveyLines(path: string): Promise<string[]> {
  const lines: string[] = [];
  let length = 0;
  for await (const block of readLines(path)) {
    if (block.cut && lines.length > 0) break;
    for (const line of block.lines) {
      if (line.length > 0 && line !== '\r') lines.push(line);
      length += line.length + 1;
      if (length >= SURVEY_BYTES) break;
    }
    if (length >= SURVEY_BYTES) break;
  }
  return lines.length > 0 ? lines : [''];
}

/**
 * Looks at lines one by one. A bad one ends the survey with its place, or is passed over where damage is reported:
 * reading the file meets it again.
 *
 * @param place what stands before the number of a line, and the number of the first one
 */
export function lookThrough(
  lines: readonly string[],
  [place, first]: readonly [place: string, first: number],
  damage: Damage | undefined,
  look: (line: string) => void,
): void {
  lines.forEach((line, index) => {
    try {
      look(line);
    } catch (error) {
      if (damage === 'report' && error instanceof InputError) return;
      throw located(`${place} ${first + index}`, error);
    }
  });
}
