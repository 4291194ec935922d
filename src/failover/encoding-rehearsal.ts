import type { SequencedEvent } from '../domain/event.js';
import { BlockEncoder } from '../journal/block/block-encoder.js';

/** Blocks after which the code is compiled, and warm. */
const FIRST = 50;
/** From then on one of so many: V8 forgets code that is not used for long. */
const ONE_OF = 64;

/**
 * Encodes some of the blocks that a follower was sent, for nothing: only a leader encodes, and one that has just taken over
 * would do so with code that has never run here, while its first order waits.
 *
 * @example
 * const rehearsal = new EncodingRehearsal();
 * rehearsal.sent(events); // behind each block that was journalled
 */
export class EncodingRehearsal {
  readonly #encoder: Pick<BlockEncoder, 'encode'>;
  #blocks = 0;

  constructor(encoder: Pick<BlockEncoder, 'encode'> = new BlockEncoder()) {
    this.#encoder = encoder;
  }

  sent(events: readonly SequencedEvent[]): void {
    const block = this.#blocks++;
    if (block >= FIRST && block % ONE_OF !== 0) return;
    try {
      this.#encoder.encode(events);
    } catch {
      // The leader could encode it; whether we can is found out when it counts.
    }
  }
}
