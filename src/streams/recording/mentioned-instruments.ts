import type { InstrumentId } from '../../domain/brand.js';
import type { Instrument } from '../../domain/instrument.js';

/**
 * Which instruments a text that cannot be understood may be about: those whose symbols stand in it, or all when none
 * does.
 */
export function mentionedIn(
  text: string,
  instruments: readonly Instrument[],
): (instrument: InstrumentId) => boolean {
  const words = new Set(text.toUpperCase().split(/[^A-Z0-9_-]+/));
  const named = instruments.filter(({ symbol }) => words.has(symbol.toUpperCase())).map(({ id }) => id);
  return named.length === 0 ? () => true : (instrument) => named.includes(instrument);
}
