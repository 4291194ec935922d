import type { Notice } from './notice.js';
import { sameNotice } from './same-notice.js';

const capitals = 'ZYXWVUTSRQPONMLKJIHGFEDCBA';

/**
 * Gives every received value a letter for the drawing.
 *
 * A value borrows the letter of an equal expected value, of the one at the same instant if there are several; other
 * values get capital letters from Z down, equal values the same one.
 */
export function nameReceived(received: readonly Notice[], expected: readonly Notice[]): readonly Notice[] {
  const taken = new Set(expected.map((notice) => (notice.kind === 'next' ? notice.letter : '')));
  const spare = [...capitals].filter((letter) => !taken.has(letter));
  const named: Notice[] = expected.filter((notice) => notice.kind === 'next');
  return received.map((notice) => {
    if (notice.kind !== 'next') return notice;
    const equal = named.filter((other) => sameNotice(other, notice));
    const known = equal.find((other) => other.at === notice.at) ?? equal[0];
    if (known?.kind === 'next') return { ...notice, letter: known.letter };
    const fresh = { ...notice, letter: spare.shift() ?? '?' };
    if (fresh.letter !== '?') named.push(fresh);
    return fresh;
  });
}
