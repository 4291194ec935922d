import type { EpochStart } from './message.js';

/**
 * Last `seq` up to which two logs are the same.
 *
 * A reign has one leader and begins with one mark, so two logs that hold the same mark are the same up to it; behind it
 * they are the same as far as both are of that reign.
 *
 * ```
 * leader    (1)---(3)-----(4)--
 * follower  (1)---(3)---         all of it: 0 to truncate
 * follower  (1)-----(2)--        up to where reign 3 begins at the leader
 * ```
 */
export function commonPrefix(
  mine: readonly EpochStart[],
  last: number,
  theirs: readonly EpochStart[],
  theirLast: number,
): number {
  for (let index = theirs.length - 1; index >= 0; index -= 1) {
    const start = theirs[index] as EpochStart;
    const at = mine.findIndex(({ epoch, firstSeq }) => epoch === start.epoch && firstSeq === start.firstSeq);
    if (at < 0) continue;
    const mineEnds = (mine[at + 1]?.firstSeq ?? last + 1) - 1;
    const theirsEnds = (theirs[index + 1]?.firstSeq ?? theirLast + 1) - 1;
    return Math.min(mineEnds, theirsEnds);
  }
  return 0;
}

/** The reigns with another begun; a mark that is known already changes nothing. */
export function withMark(epochs: readonly EpochStart[], mark: EpochStart): readonly EpochStart[] {
  const newest = epochs.at(-1);
  if (newest !== undefined && newest.epoch >= mark.epoch) return epochs;
  return [...epochs, mark];
}
