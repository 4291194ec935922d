import type { BookSide, BookView } from '../../src/books/index.js';

/** A side's levels as [price, quantity], best first, read through the view. */
export const levelsOf = (book: BookView, side: BookSide): [number, number][] =>
  Array.from({ length: book.depth(side) }, (_, level) => [
    book.priceAt(side, level),
    book.quantityAt(side, level),
  ]);

/** A naive side: the levels of a map, sorted best first. */
export const sortedLevels = (levels: ReadonlyMap<number, number>, side: BookSide): [number, number][] =>
  [...levels].sort(([a], [b]) => (side === 'bid' ? b - a : a - b));
