import type { Snapshot } from '../core/snapshot.js';
import type { Plain } from '../domain/plain.js';
import type { EpochStart } from './protocol/message.js';

/** Name among the drivers under which a snapshot carries what a pair must not forget. */
export const CARRIED = 'failover';

/** What the snapshots of a pair carry beside the pipeline's own state. */
export interface Carried {
  /** Digest of all commands of the log so far; empty when commands are not digested. */
  readonly digest: string;
  /** All reigns so far, oldest first. */
  readonly reigns: readonly EpochStart[];
}

/** As plain data for a snapshot. */
export const carry = ({ digest, reigns }: Carried): Plain => ({
  digest,
  reigns: reigns.map(({ epoch, firstSeq }) => [epoch, firstSeq]),
});

/** What a snapshot carries; of one that was taken outside a pair: nothing. */
export function carriedBy(snapshot: Snapshot | undefined): Carried {
  const saved = snapshot?.drivers[CARRIED] as
    | { readonly digest: string; readonly reigns: readonly (readonly [number, number])[] }
    | undefined;
  return {
    digest: saved?.digest ?? '',
    reigns: (saved?.reigns ?? []).map(([epoch, firstSeq]) => ({ epoch, firstSeq })),
  };
}

/** The reigns that a snapshot carries. */
export const reignsIn = (snapshot: Snapshot): readonly EpochStart[] => carriedBy(snapshot).reigns;
