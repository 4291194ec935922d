import { CandleChart } from './charts.js';
import { byId, fillTable, make, refill, setText } from './dom.js';
import { ageOf, lengthOf, numberOf } from './format.js';

/** @typedef {import('../view.js').DashboardView} DashboardView */
/** @typedef {import('../view.js').DashboardHistory} DashboardHistory */
/** @typedef {import('../view.js').MarketPart} MarketPart */

/** Older than this without a word, and the market is marked as old. Milliseconds. */
const OLD = 10_000;
const LEVELS = 6;

const chart = new CandleChart();
/** @type {DashboardHistory | undefined} */
let past;
/** @type {readonly MarketPart[]} */
let markets = [];
let drawn = '';

const picker = () => /** @type {HTMLSelectElement} */ (byId('market'));
const picked = () => markets.find(({ id }) => id === picker().value) ?? markets[0];

export function startMarkets() {
  picker().addEventListener('change', () => {
    redrawCandles();
    const market = picked();
    if (market !== undefined) showBook(market);
  });
}

/** Other colours, another market: from the beginning. */
export function redrawCandles() {
  chart.clear();
  drawn = '';
  drawCandles();
}

function drawCandles() {
  const market = picked();
  if (past === undefined || market === undefined) return;
  chart.draw(past.candles[market.id] ?? [], market.priceDecimals);
  drawn = market.id;
}

/** @param {DashboardHistory} history */
export function showPast(history) {
  past = history;
  setText(byId('candle-every'), `mid price in candles of ${lengthOf(history.candleEvery / 1000)}`);
  drawCandles();
}

/** @param {DashboardView} view */
export function showMarkets({ markets: now, log }) {
  markets = now;
  const chosen = picker().value;
  refill(
    picker(),
    now.map(({ id, quote }) => [id, quote]),
    () =>
      now.map(({ id, quote }) => {
        const option = document.createElement('option');
        option.value = id;
        option.textContent = `${id}, ${quote}`;
        option.selected = id === chosen;
        return option;
      }),
  );
  const market = picked();
  if (market !== undefined) {
    if (drawn !== market.id) redrawCandles();
    chart.update(market.candle);
    showBook(market);
  }
  fillTable(
    'markets',
    now.map((each) => marketRow(each, log)),
  );
}

/**
 * @param {MarketPart} market
 * @param {DashboardView['log']} log
 * @returns {import('./dom.js').Cell[]}
 */
function marketRow({ id, quote, bid, ask, spread, last, priceDecimals, synced, heardAt }, log) {
  const age = heardAt === null || log.ts === null ? null : log.ts - heardAt + log.silentFor;
  const old = age === null || age > OLD;
  return [
    { text: id, name: true },
    { text: numberOf(bid, priceDecimals), unit: quote, number: true },
    { text: numberOf(ask, priceDecimals), unit: quote, number: true },
    { text: numberOf(spread, 2), unit: 'bp', number: true },
    { text: numberOf(last, priceDecimals), unit: quote, number: true },
    { text: ageOf(age), tone: old ? 'warn' : '', number: true },
    !synced
      ? { text: '✕ not synced', tone: 'bad' }
      : old
        ? { text: '! old', tone: 'warn' }
        : { text: '✓ synced', tone: 'good' },
  ];
}

/** @param {MarketPart} market */
function showBook(market) {
  const {
    bids,
    asks,
    quote,
    unit,
    priceDecimals,
    quantityDecimals,
    bid,
    ask,
    bidQuantity,
    askQuantity,
    spread,
  } = market;
  // Where no book is kept, the best prices are all there is.
  const bidSide = bids.length > 0 ? bids : bid === null ? [] : [bid, bidQuantity ?? 0];
  const askSide = asks.length > 0 ? asks : ask === null ? [] : [ask, askQuantity ?? 0];
  refill(byId('book'), [bidSide, askSide, quote, unit], () => {
    if (bidSide.length + askSide.length === 0)
      return [make('p', 'none', 'No book: this market is not synced, or has not spoken yet.')];
    const most = Math.max(...sizes(bidSide), ...sizes(askSide));
    const book = make('div', 'book');
    book.append(make('div', 'head', `Price, ${quote}`), make('div', 'head', `Quantity, ${unit}`));
    for (const [price, size] of levels(askSide).reverse())
      book.append(...level('ask', price, size, most, priceDecimals, quantityDecimals));
    book.append(make('div', 'middle', `▲ asks, ▼ bids, spread ${numberOf(spread, 2)} bp`));
    for (const [price, size] of levels(bidSide))
      book.append(...level('bid', price, size, most, priceDecimals, quantityDecimals));
    return [book];
  });
}

/** @param {readonly number[]} flat */
const sizes = (flat) => flat.filter((_, place) => place % 2 === 1);

/**
 * @param {readonly number[]} flat
 * @returns {(readonly [number, number])[]}
 */
function levels(flat) {
  /** @type {(readonly [number, number])[]} */
  const pairs = [];
  for (let place = 0; place + 1 < flat.length && pairs.length < LEVELS; place += 2)
    pairs.push([flat[place] ?? 0, flat[place + 1] ?? 0]);
  return pairs;
}

/**
 * @param {'bid' | 'ask'} side
 * @param {number} price
 * @param {number} size
 * @param {number} most
 * @param {number} priceDecimals
 * @param {number} quantityDecimals
 */
function level(side, price, size, most, priceDecimals, quantityDecimals) {
  const quantity = make('div', `size ${side}`, numberOf(size, Math.min(quantityDecimals, 5)));
  const share = document.createElement('i');
  share.style.width = `${Math.round((100 * size) / Math.max(most, Number.MIN_VALUE))}%`;
  quantity.prepend(share);
  return [make('div', side === 'bid' ? 'good' : 'bad', numberOf(price, priceDecimals)), quantity];
}
