import { InputError } from '../../domain/errors.js';
import { readChunks } from './read-chunks.js';

/** Some consecutive lines of a text file, without their line ends. */
export interface LineBlock {
  readonly lines: readonly string[];
  /** Number of the first of them; the file's first line is 1. */
  readonly firstLine: number;
  readonly bytesRead: number;
  /** The last line has no line end: whole in some files, torn in others. */
  readonly cut: boolean;
}

/** The longest line that is read: the definitions of a whole venue in one message are a few megabytes. */
export const LONGEST_LINE_BYTES: number = 64 * 1024 * 1024;

const NEWLINE = 10;

/**
 * Reads a text file (gzip or plain, UTF-8) as blocks of lines, whatever its size.
 *
 * @throws InputError when the file cannot be read, is cut off within gzip, or has a line of more than 64 MiB
 */
export async function* readLines(path: string): AsyncGenerator<LineBlock, void, undefined> {
  let carried: Buffer[] = [];
  let carriedBytes = 0;
  let firstLine = 1;
  let bytesRead = 0;
  for await (const chunk of readChunks(path)) {
    bytesRead = chunk.bytesRead;
    // No character of UTF-8 has this byte within it, so blocks split here never break one.
    const end = chunk.bytes.lastIndexOf(NEWLINE);
    if (end < 0) {
      carried.push(chunk.bytes);
      carriedBytes += chunk.bytes.length;
      if (carriedBytes > LONGEST_LINE_BYTES)
        throw new InputError(`${path}, line ${firstLine}: longer than 64 MiB: this is no recording of lines`);
      continue;
    }
    const whole = chunk.bytes.subarray(0, end);
    const text = carried.length === 0 ? whole.toString() : Buffer.concat([...carried, whole]).toString();
    const lines = text.split('\n');
    yield { lines, firstLine, bytesRead, cut: false };
    firstLine += lines.length;
    const rest = chunk.bytes.subarray(end + 1);
    carried = rest.length === 0 ? [] : [rest];
    carriedBytes = rest.length;
  }
  if (carriedBytes > 0) yield { lines: [Buffer.concat(carried).toString()], firstLine, bytesRead, cut: true };
}
