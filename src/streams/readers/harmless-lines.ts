/*
 * A message that cannot be understood may have been a change of a book, unless its words say otherwise. They are looked
 * for in the raw text, since a damaged message is no JSON any more; within a row of cryptofeed the quotes are escaped.
 */

const BOOK_OF_BINANCE = /depth|lastUpdateId|"pu\\?"|"bids\\?"|"U\\?"/;
const OTHER_OF_BINANCE =
  /@(?:trade|aggTrade|bookTicker|kline|markPrice|forceOrder)|"e\\?"\s*:\s*\\?"(?:trade|aggTrade|bookTicker|kline)|"B\\?".*"A\\?"/;
const BOOK_OF_COINBASE = /snapshot|l2update|l2_data|"changes\\?"|"updates\\?"/;
const OTHER_OF_COINBASE =
  /"(?:type|channel)\\?"\s*:\s*\\?"(?:match|last_match|market_trades|ticker|ticker_batch|candles|heartbeats?|subscriptions|status|error)\\?"/;
const BOOK_OF_OKX = /"books|"action\\?"|"checksum\\?"/;
const OTHER_OF_OKX =
  /"channel\\?"\s*:\s*\\?"(?:trades|tickers|bbo-tbt|candle|index-|mark-price|funding-rate)/;

/** Whether a bad line of Binance is surely no change of a book. */
export const binanceLeavesBooks = (text: string): boolean =>
  OTHER_OF_BINANCE.test(text) && !BOOK_OF_BINANCE.test(text);

/** Whether a bad line of Coinbase is surely no change of a book. */
export const coinbaseLeavesBooks = (text: string): boolean =>
  OTHER_OF_COINBASE.test(text) && !BOOK_OF_COINBASE.test(text);

/** Whether a bad row of raw feeds, of whatever venue, is surely no change of a book. */
export const rowLeavesBooks = (text: string): boolean =>
  (OTHER_OF_BINANCE.test(text) || OTHER_OF_COINBASE.test(text) || OTHER_OF_OKX.test(text)) &&
  ![BOOK_OF_BINANCE, BOOK_OF_COINBASE, BOOK_OF_OKX].some((book) => book.test(text));
