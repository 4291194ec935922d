import { knownKeys } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { ConfigurationError } from '../../domain/errors.js';
import type { InstrumentTable } from '../../domain/instrument-table.js';

/** When a market is not to be trusted any more, beside gaps in its data. */
export interface BookOptions {
  /**
   * How long a book of levels may be crossed or locked while its market is open: venues send such a book for moments
   * only, so one that stays is wrong. Order-by-order books are never distrusted for it. @default "1s"
   */
  readonly crossedFor?: Duration;
  /**
   * How long a book of levels may hear nothing but changes that are older than what it knows. Around a snapshot some
   * are; a feed that goes on so has begun to count anew without a word, and its book stands still.
   * @default "5s"
   */
  readonly staleFor?: Duration;
  /**
   * How long an open market may say nothing of its book (or, where it keeps none, its best prices): one limit for
   * all, or limits by instrument id or venue. @default none
   */
  readonly silentAfter?: Duration | Readonly<Record<string, Duration>>;
}

/** The options in milliseconds. */
export interface BookLimits {
  readonly crossedFor: number;
  readonly staleFor: number;
  /** One for all, or by name. */
  readonly silentAfter: number | ReadonlyMap<string, number>;
}

/** @throws ConfigurationError for options that cannot be */
export function bookLimits(options: BookOptions): BookLimits {
  knownKeys('books', options, ['crossedFor', 'staleFor', 'silentAfter']);
  const { crossedFor = '1s', staleFor = '5s', silentAfter } = options;
  return {
    crossedFor: milliseconds('books.crossedFor', crossedFor),
    staleFor: milliseconds('books.staleFor', staleFor),
    silentAfter:
      silentAfter === undefined
        ? Number.POSITIVE_INFINITY
        : typeof silentAfter === 'object'
          ? new Map(
              Object.entries(silentAfter)
                .sort(([a], [b]) => (a < b ? -1 : 1))
                .map(([name, limit]) => [name, milliseconds(`books.silentAfter.${name}`, limit)]),
            )
          : milliseconds('books.silentAfter', silentAfter),
  };
}

/** The limit of silence of every instrument, infinite where there is none; its own goes before its venue's. */
export function silenceLimits({ silentAfter }: BookLimits, table: InstrumentTable): Float64Array {
  if (typeof silentAfter === 'number') return new Float64Array(table.size).fill(silentAfter);
  const names = new Set<string>(table.list.flatMap(({ id, definition }) => [id, definition.venue]));
  for (const name of silentAfter.keys()) {
    if (!names.has(name))
      throw new ConfigurationError(
        `books.silentAfter names ${name}, which is neither an instrument nor a venue`,
      );
  }
  return Float64Array.from(
    table.list,
    ({ id, definition }) =>
      silentAfter.get(id) ?? silentAfter.get(definition.venue) ?? Number.POSITIVE_INFINITY,
  );
}

/** The limits in one line, for snapshots. */
export const fingerprintOf = ({ crossedFor, staleFor, silentAfter }: BookLimits): string =>
  JSON.stringify({
    crossedFor,
    staleFor,
    silentAfter: typeof silentAfter === 'number' ? String(silentAfter) : [...silentAfter],
  });
