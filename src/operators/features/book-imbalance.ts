import { integerAtLeast, knownKeys } from '../../domain/check.js';
import { type Feature, fingerprint } from './feature.js';
import { momentary } from './momentary.js';

/** How deep {@link bookImbalance} looks. */
export interface BookImbalanceOptions {
  /** Price levels of each side that count. @default 1 */
  readonly levels?: number;
}

/**
 * Bids' quantity less asks' quantity over their sum, from -1 (only asks) to 1 (only bids).
 *
 * One level is told by the best quotes, so that it needs no book; more need one, and are `NaN` while it is unsynced or
 * within a group of changes.
 *
 * @throws ConfigurationError when `levels` is not an integer of at least 1
 * @example
 * bookImbalance({ levels: 5 });
 */
export function bookImbalance(options: BookImbalanceOptions = {}): Feature<null> {
  knownKeys('bookImbalance', options, ['levels']);
  const levels = integerAtLeast('bookImbalance.levels', options.levels ?? 1, 1);
  return momentary(
    {
      print: fingerprint('bookImbalance', { levels }),
      unit: 'from -1 to 1',
      source: '(bids - asks) / (bids + asks); Cao, Hansch and Wang 2009',
    },
    levels === 1
      ? ({ bidQuantity, askQuantity }) => (bidQuantity - askQuantity) / (bidQuantity + askQuantity)
      : ({ book }) => (book?.whole ? book.imbalance(levels) : Number.NaN),
  );
}
