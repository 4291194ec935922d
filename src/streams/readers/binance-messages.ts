import { type Fields, objectField, refuseField, textField } from './fields.js';
import type { Market } from './instrument-defaults.js';

/** What a message of Binance is, and of which market; the markets' messages differ in small ways only. */
export interface BinanceMessage {
  readonly type: 'depth' | 'snapshot' | 'quote' | 'trade' | 'aggTrade' | 'other';
  readonly market: Exclude<Market, 'cme'>;
  /** Empty where the message does not say (a depth snapshot of REST). */
  readonly symbol: string;
  readonly data: Fields;
}

/** Streams that carry nothing the pipeline takes from a recording. */
const OTHERS = new Set([
  'kline',
  'continuous_kline',
  'indexPrice_kline',
  'markPrice_kline',
  'markPriceUpdate',
  'indexPriceUpdate',
  'forceOrder',
  'contractInfo',
  'compositeIndex',
  'assetIndexUpdate',
  'avgPrice',
  '24hrTicker',
  '24hrMiniTicker',
  '1hTicker',
  '4hTicker',
  '1dTicker',
]);

/**
 * Says what a message is: of a combined stream (`{stream, data}`), of a raw stream, or a REST depth snapshot.
 *
 * Told apart by what the markets write: COIN-M symbols end in `USD_...`; diffs of futures have `pu`; trades of
 * spot have `M`; book tickers of spot have neither event type nor event time; snapshots of futures have `E`.
 *
 * @throws InputError when it is none of these
 */
export function binanceMessage(message: Fields): BinanceMessage {
  const data = message['data'] === undefined ? message : objectField(message['data'], 'data');
  if (data['lastUpdateId'] !== undefined) {
    const symbol = data['symbol'] === undefined ? '' : textField(data['symbol'], 'symbol');
    const futures = data['E'] !== undefined;
    return { type: 'snapshot', market: marketOf(symbol, futures), symbol, data };
  }
  const type = data['e'];
  // Answers to a subscription (`{result, id}`) and error messages concern no instrument.
  if (type === undefined && (message['id'] !== undefined || message['error'] !== undefined))
    return { type: 'other', market: 'spot', symbol: '', data };
  if (type === 'depthUpdate') {
    const symbol = textField(data['s'], 's');
    return { type: 'depth', market: marketOf(symbol, data['pu'] !== undefined), symbol, data };
  }
  if (type === 'bookTicker' || (type === undefined && data['B'] !== undefined && data['A'] !== undefined)) {
    const symbol = textField(data['s'], 's');
    return { type: 'quote', market: marketOf(symbol, data['E'] !== undefined), symbol, data };
  }
  if (type === 'trade' || type === 'aggTrade') {
    const symbol = textField(data['s'], 's');
    return { type, market: marketOf(symbol, data['M'] === undefined), symbol, data };
  }
  if (typeof type === 'string' && OTHERS.has(type))
    return { type: 'other', market: 'spot', symbol: '', data };
  return refuseField('message', 'of a Binance market stream or a depth snapshot', type ?? message);
}

function marketOf(symbol: string, futures: boolean): 'spot' | 'usdm' | 'coinm' {
  if (!futures) return 'spot';
  return symbol.includes('USD_') ? 'coinm' : 'usdm';
}
