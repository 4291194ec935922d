export { type IndicativePrice, indicativePrice } from './auction.js';
export type { BookSide, BookView } from './book-view.js';
export { impliedQuote, type Leg, type TopOfBook } from './implied-quote.js';
export { L2Book } from './l2-book.js';
export { OrderByOrderBook } from './order-by-order.js';
export type { OrdersView } from './orders-view.js';
export type { QueueAhead, RestingOrder } from './resting-order.js';
