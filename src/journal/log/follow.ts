import type { SequencedEvent } from '../../domain/event.js';
import { decodeBlock } from '../block/decode-block.js';
import { existingDisk } from '../disk/node-disk.js';
import { readSegment, type SegmentEnd, type StoredBlock } from './read-segment.js';
import { firstOf, segmentName } from './segment-format.js';
import { headOf, segmentNames } from './segments.js';

/**
 * The events of a folder's journal behind `after`, and those that another process appends from then on, until `wait`
 * says that nobody wants more. What is torn at the end is taken for a block that is being written.
 *
 * @param wait is called whenever nothing is left to read; false ends it
 *
 * @example
 * for await (const events of followJournal('journal', 0, async () => !stopped)) show(events);
 */
export async function* followJournal(
  folder: string,
  after: number,
  wait: () => Promise<boolean>,
): AsyncGenerator<readonly SequencedEvent[], void, undefined> {
  const disk = existingDisk(folder);
  const names = segmentNames(disk.list());
  // What retention removed cannot be shown: it begins with the oldest there is.
  let name = names.findLast((each) => (firstOf(each) as number) <= after + 1) ?? names[0];
  let at = 0;
  let next = 0;
  for (;;) {
    if (name !== undefined) {
      const file = disk.open(name, 'read');
      try {
        const head = at === 0 ? await headOf(disk, name, file) : undefined;
        if (head !== undefined) {
          at = head.bytes;
          next = head.first;
        }
        if (at > 0) {
          const reading = readSegment(file, at, next);
          let step: IteratorResult<StoredBlock, SegmentEnd> = await reading.next();
          for (; !step.done; step = await reading.next()) {
            const { to, bytes } = step.value;
            at = step.value.next;
            next = to + 1;
            if (to > after) yield decodeBlock(bytes).filter(({ seq }) => seq > after);
          }
        }
      } finally {
        file.close();
      }
    }
    const following: string = segmentName(next);
    if (following !== name && at > 0 && disk.list().includes(following)) {
      name = following;
      at = 0;
      continue;
    }
    name ??= segmentNames(disk.list())[0];
    if (!(await wait())) return;
  }
}
