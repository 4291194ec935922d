export type { BookSide, BookView } from './book-view.js';
export { L2Book } from './l2-book.js';
export { OrderByOrderBook } from './order-by-order.js';
