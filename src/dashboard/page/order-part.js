import { CurveChart } from './charts.js';
import { byId, fillTable, setText } from './dom.js';
import { ageOf, numberOf, timeOf, toneOf } from './format.js';

/** @typedef {import('../view.js').DashboardView} DashboardView */
/** @typedef {import('../view.js').DashboardHistory} DashboardHistory */

const ORDER_STATES = /** @type {Readonly<Record<string, string>>} */ ({
  initialised: 'made',
  submitted: '… submitted',
  unknown: '? unknown',
  accepted: '✓ accepted',
  partiallyFilled: '◐ filled in part',
  pendingCancel: '… being canceled',
  pendingReplace: '… being replaced',
});

const profits = new CurveChart('profit-chart', 'Profit', '--line', false);
const drawdowns = new CurveChart('drawdown-chart', 'Drawdown', '--fall', true);
/** @type {DashboardHistory['profit']} */
let curve = [];
let currency = '';

/** @param {'buy' | 'sell'} side */
const sideOf = (side) => (side === 'buy' ? { text: '▲ buy', tone: 'good' } : { text: '▼ sell', tone: 'bad' });

/** @param {DashboardHistory} history */
export function showCurves(history) {
  curve = history.profit;
  drawCurves();
}

function drawCurves() {
  byId('result-none').hidden = curve.length >= 2;
  byId('curves').hidden = curve.length < 2;
  for (const id of ['profit-unit', 'drawdown-unit']) setText(byId(id), currency);
  const times = curve.map(([ts]) => ts);
  profits.draw(
    times,
    curve.map(([, profit]) => profit),
    currency,
  );
  drawdowns.draw(
    times,
    curve.map(([, , drawdown]) => drawdown),
    currency,
  );
}

export function redrawCurves() {
  profits.clear();
  drawdowns.clear();
  drawCurves();
}

/** Orders, fills, positions. @param {DashboardView} view */
export function showTrading({ orders, fills, positions, markets, money, log }) {
  if (currency !== money.currency) {
    currency = money.currency;
    redrawCurves();
  }
  const listed = new Map(markets.map((market) => [market.id, market]));
  /** @param {string} id */
  const of = (id) => listed.get(id) ?? { quote: '', unit: '', priceDecimals: 2, quantityDecimals: 4 };
  fillTable(
    'orders',
    orders.map(({ id, instrument, side, type, price, quantity, filled, status, at }) => {
      const { quote, unit, priceDecimals, quantityDecimals } = of(instrument);
      return [
        { text: id, name: true },
        { text: instrument, long: true },
        { ...sideOf(side), text: `${sideOf(side).text} ${type}`, long: true },
        {
          text: price === null ? 'none' : numberOf(price, priceDecimals),
          unit: price === null ? '' : quote,
          number: true,
        },
        {
          text: `${numberOf(filled, quantityDecimals)} of ${numberOf(quantity, quantityDecimals)}`,
          unit,
          number: true,
        },
        { text: ORDER_STATES[status] ?? status, tone: status === 'unknown' ? 'bad' : '' },
        { text: ageOf(log.ts === null ? null : log.ts - at + log.silentFor), number: true },
      ];
    }),
  );
  fillTable(
    'fills',
    fills.map(({ at, instrument, side, price, quantity, liquidity }) => {
      const { quote, unit, priceDecimals, quantityDecimals } = of(instrument);
      return [
        { text: instrument, name: true },
        { text: timeOf(at) },
        sideOf(side),
        { text: numberOf(quantity, quantityDecimals), unit, number: true },
        { text: numberOf(price, priceDecimals), unit: quote, number: true },
        { text: liquidity },
      ];
    }),
  );
  fillTable(
    'positions',
    positions.map(({ instrument, position, averagePrice, markPrice, unrealised, profit }) => {
      const { quote, unit, priceDecimals, quantityDecimals } = of(instrument);
      return [
        { text: instrument, name: true },
        {
          text: position === 0 ? 'flat' : numberOf(position, quantityDecimals, true),
          unit: position === 0 ? '' : unit,
          number: true,
        },
        {
          text: numberOf(averagePrice, priceDecimals),
          unit: averagePrice === null ? '' : quote,
          number: true,
        },
        { text: numberOf(markPrice, priceDecimals), unit: markPrice === null ? '' : quote, number: true },
        { text: numberOf(unrealised, 2, true), unit: money.currency, tone: toneOf(unrealised), number: true },
        { text: numberOf(profit, 2, true), unit: money.currency, tone: toneOf(profit), number: true },
      ];
    }),
  );
}
