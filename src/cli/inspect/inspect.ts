import { parseArgs } from 'node:util';
import { openRecording, type TornTail } from '../../streams/readers/index.js';
import { CommandError } from '../command-error.js';
import { readingArguments } from '../reading-arguments.js';
import { findingLines } from './finding-lines.js';
import { type Finding, survey } from './survey.js';

/** What `inspect` found at a path. */
export interface Inspection {
  readonly path: string;
  readonly recordings: readonly Finding[];
  /** Files of the folder that are no recordings. */
  readonly skipped: readonly string[];
}

/**
 * Reads every recording at a path from end to end and says what is in it.
 *
 * @returns the text to print
 * @throws CommandError for a wrong command line, InputError for a file that is missing, foreign or damaged
 */
export async function inspect(args: readonly string[]): Promise<string> {
  const { path, json } = read(args);
  const tails: TornTail[] = [];
  const { sources, skipped } = await openRecording(path, { onTornTail: (tail) => tails.push(tail) });
  const recordings: Finding[] = [];
  for (const source of sources) {
    recordings.push(await survey(source, () => tails.pop()));
  }
  const found: Inspection = { path, recordings, skipped };
  if (json) return `${JSON.stringify(found)}\n`;
  const lines = [
    ...recordings.flatMap((finding) => [...findingLines(finding), '']),
    ...(skipped.length === 0 ? [] : [`no recordings: ${skipped.join(', ')}`, '']),
  ];
  return lines.join('\n');
}

function read(args: readonly string[]): { readonly path: string; readonly json: boolean } {
  return readingArguments('millrace --help', () => {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [path] = positionals;
    if (path === undefined || positionals.length > 1) {
      throw new CommandError(
        `inspect takes one file or folder, not ${positionals.length}; see millrace --help`,
      );
    }
    return { path, json: values.json };
  });
}
