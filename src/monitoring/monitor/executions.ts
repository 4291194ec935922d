import type { FillReport } from '../../domain/event.js';

/** A power of two. Some 10,000 executions are remembered, nearly all of the newest. */
const SETS = 16_384;
/** Executions that fall into one set and are remembered; of more, the oldest is forgotten. */
const WAYS = 4;

/**
 * Tells an execution that was told before from a new one: venues repeat their last trades after a reconnection.
 *
 * Of each execution 46 bits are kept and no text, so that nothing is left behind for the collector of garbage, which costs more than all
 * other counting of a fill: one new fill in some thousand million is taken for a repeated one.
 */
export class Executions {
  readonly #tags = new Int32Array(SETS * WAYS);
  /** Where the next one of each set goes. */
  readonly #next = new Uint8Array(SETS);

  /** Whether this execution is new; from now on it is not. */
  isNew({ instrument, executionId }: Pick<FillReport, 'instrument' | 'executionId'>): boolean {
    // FNV-1a, and beside it a sum with another multiplier.
    let place = 0x811c_9dc5;
    let tag = 1;
    for (let at = 0; at < instrument.length; at++) {
      const code = instrument.charCodeAt(at);
      place = Math.imul(place ^ code, 0x0100_0193);
      tag = (Math.imul(tag, 0x5bd1_e995) + code) | 0;
    }
    // One name ends here and the other begins.
    place = Math.imul(place, 0x0100_0193);
    tag = (Math.imul(tag, 0x5bd1_e995) + 0x1f) | 0;
    for (let at = 0; at < executionId.length; at++) {
      const code = executionId.charCodeAt(at);
      place = Math.imul(place ^ code, 0x0100_0193);
      tag = (Math.imul(tag, 0x5bd1_e995) + code) | 0;
    }
    tag ^= tag >>> 15;
    // 0 stands for nothing.
    if (tag === 0) tag = 1;
    const set = (place ^ (place >>> 16)) & (SETS - 1);
    const first = set * WAYS;
    for (let way = 0; way < WAYS; way++) if (this.#tags[first + way] === tag) return false;
    const next = this.#next[set] as number;
    this.#tags[first + next] = tag;
    this.#next[set] = (next + 1) % WAYS;
    return true;
  }
}
