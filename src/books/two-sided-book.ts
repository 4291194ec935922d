import { BookOfLevels } from './book-of-levels.js';
import { PriceLevels } from './price-levels.js';

/** A book of which only the lots at each price are known. */
export abstract class TwoSidedBook extends BookOfLevels {
  protected override readonly bids: PriceLevels = new PriceLevels('bid');
  protected override readonly asks: PriceLevels = new PriceLevels('ask');
}
