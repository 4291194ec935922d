import type { Core } from '../../../core/core.js';
import type { Frame } from '../../../core/frame.js';
import type { InstrumentId } from '../../../domain/brand.js';
import type { Failure } from '../failure.js';
import type { Traffic } from './venue-tap.js';

/** What is asked of a ledger, if the desk has one. */
interface Books {
  position(index: number): number;
  worstCaseLong(index: number): number;
  worstCaseShort(index: number): number;
}

/**
 * Holds the desk's books, in the last frame of a run that was not guarded, against what its venues said at the end: what a
 * venue holds must be within what the desk believes possible, which is its position and all that may still trade.
 */
export function booksDisagree(
  core: Core<Frame>,
  frames: readonly Frame[],
  traffic: Traffic,
  when: string,
): Failure | undefined {
  const last = frames.at(-1);
  const { ledger } = (last ?? {}) as { readonly ledger?: Partial<Books> };
  if (last === undefined || typeof ledger?.position !== 'function') return undefined;
  const books = ledger as Books;
  for (const [id, held] of traffic.truth) {
    const index = core.instruments.indexOf(id as InstrumentId);
    if (index < 0) continue;
    const [least, most] = [books.worstCaseShort(index), books.worstCaseLong(index)];
    if (held >= least && held <= most) continue;
    const believed =
      least === most
        ? `${books.position(index)}`
        : `${books.position(index)}, at least ${least}, at most ${most}`;
    return {
      what: `${when} the venue holds ${held} lots of ${id}, and the desk's ledger believes ${believed}`,
      ts: last.ts,
      runs: [],
    };
  }
  return undefined;
}

/** An order that was sent more than once, which is a second order where the venue does not take ids once. */
export function sentTwice(traffic: Traffic, when: string, ts: number): Failure | undefined {
  for (const [id, times] of traffic.sent)
    if (times > 1) return { what: `${when} order ${id} was sent ${times} times`, ts, runs: [] };
  return undefined;
}
