import { stateHash } from '../../core/canonical.js';
import type { Frame } from '../../core/frame.js';
import type { Snapshot } from '../../core/snapshot.js';
import { commandsOf, type Divergence } from './compare-frames.js';

/**
 * Holds a core against what a journal itself knows of the core that wrote it: orders that the venues speak of, and the
 * states in its snapshots. What the old core decided is not in a journal, so the first trace of a difference is found,
 * not the difference itself.
 */
export class Evidence {
  readonly #sent = new Map<string, Frame>();
  #reported = 0;
  #found: Divergence | undefined;

  get found(): Divergence | undefined {
    return this.#found;
  }

  /** Takes the frames of one event; `snapshot`: what the journal has of this place. */
  take(frames: readonly Frame[], snapshot: Snapshot | undefined): void {
    for (const frame of frames) {
      const { event } = frame;
      if (event.kind === 'submitted') this.#sent.set(event.order.clientOrderId, frame);
      else if (event.kind === 'report') {
        this.#reported++;
        if (this.#sent.delete(event.clientOrderId)) this.#known.add(event.clientOrderId);
        else if (!this.#known.has(event.clientOrderId))
          this.#tell(
            frame,
            'orders',
            event.clientOrderId,
            `sent: ${event.type} by ${event.venue}`,
            'never sent',
          );
      }
      if (frame.snapshot !== undefined && snapshot !== undefined) this.#states(frame, snapshot);
    }
  }

  /** The journal is over: an order of which nobody ever spoke, while others were spoken of, was not sent then. */
  end(reports: number): void {
    for (const [id, frame] of this.#sent) {
      if (this.#found !== undefined && this.#found.seq <= frame.seq) return;
      if (reports > 0 && this.#reported > 0)
        this.#tell(frame, 'orders', id, 'no venue ever spoke of it', 'sent');
    }
  }

  readonly #known = new Set<string>();

  #states(frame: Frame, snapshot: Snapshot): void {
    for (const { name } of snapshot.parts) {
      const [old, now] = [snapshot.stages[name], frame.snapshot?.[name]];
      if (old === undefined || now === undefined) continue;
      if (stateHash(old) === stateHash(now)) continue;
      this.#tell(frame, name, 'state at the barrier', old, now);
      return;
    }
  }

  #tell(frame: Frame, stage: string, field: string, old: unknown, now: unknown): void {
    if (this.#found !== undefined && this.#found.seq <= frame.seq) return;
    const { seq, sub, ts, event } = frame;
    const commands = { old: [], new: commandsOf(frame) };
    this.#found = { seq, sub, ts, kind: event.kind, stage, field, old, new: now, commands };
  }
}
