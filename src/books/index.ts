export type { BookSide, BookView } from './book-view.js';
export { type BookOutcome, L2Book, type L2BookOptions, type SavedL2Book } from './l2-book.js';
export {
  OrderByOrderBook,
  type OrderOutcome,
  type RestingOrder,
  type SavedOrderByOrderBook,
} from './order-by-order.js';
