import { SnapshotError } from '../core/snapshot.js';
import type { Replica, ReplicatedLog } from './ports.js';

/** Brings the replica to where it was at the end of the journal: from the newest snapshot that fits it. */
export async function replay(
  log: ReplicatedLog,
  replica: Replica,
  upTo: number,
  over: () => boolean,
): Promise<void> {
  let snapshot = await log.newestSnapshot(upTo);
  if (over()) return;
  for (;;) {
    try {
      replica.restore(snapshot);
      break;
    } catch (error) {
      // Another release of the core took it: an older one may fit, and the whole log always does.
      if (!(error instanceof SnapshotError) || snapshot === undefined) throw error;
      snapshot = snapshot.seq > 1 ? await log.newestSnapshot(snapshot.seq - 1) : undefined;
      if (over()) return;
      if (snapshot === undefined && log.first > 1) throw error;
    }
  }
  for await (const events of log.events(snapshot?.seq ?? 0)) {
    if (over()) return;
    replica.follow(events);
  }
}
