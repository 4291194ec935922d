import { byId, setText } from './dom.js';
import { numberOf, percentOf, toneOf } from './format.js';

/** @typedef {import('../view.js').DashboardView} DashboardView */

/**
 * @param {string} id
 * @param {string} text
 * @param {string} more
 * @param {string} tone
 */
function showTile(id, text, more, tone = '') {
  const tile = byId(id);
  setText(tile, text);
  if (tile.className !== tone) tile.className = tone;
  setText(byId(`${id}-more`), more);
}

/** The figures at the top. @param {DashboardView} view */
export function showSummary({ money, counts, openOrders, log }) {
  const { currency, profit, equity, dayProfit, drawdown, drawdownShare, exposure, fees } = money;
  /** @param {string} words */
  const about = (words) => (currency === '' ? 'no account yet' : `${currency}${words}`);
  showTile('profit', numberOf(profit, 2, true), about(', less fees'), toneOf(profit));
  showTile('equity', numberOf(equity, 2), about(''));
  showTile('day', numberOf(dayProfit, 2, true), about(', since the day began'), toneOf(dayProfit));
  showTile(
    'drawdown',
    drawdown === null ? numberOf(null, 2) : numberOf(-drawdown, 2),
    about(`, ${percentOf(drawdownShare, 2)} below the peak`),
    toneOf(drawdown === null ? null : -drawdown),
  );
  showTile('exposure', numberOf(exposure, 2), about(', held'));
  showTile('fees', numberOf(fees, 2), about(''));
  showTile(
    'orders-count',
    numberOf(counts.orders, 0),
    `${numberOf(openOrders, 0)} open, ${numberOf(counts.fills, 0)} fills, ${numberOf(counts.denied, 0)} denied, ${numberOf(counts.rejected, 0)} rejected`,
  );
  showTile(
    'events',
    numberOf(log.events, 0),
    `${numberOf(log.waiting, 0)} waiting, ${numberOf(log.refused, 0)} refused`,
  );
}
