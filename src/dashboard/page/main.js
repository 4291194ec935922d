import { showOpinions } from './agent-part.js';
import { showControl, startControl } from './control-part.js';
import { byId, inputById, make, refill, setBadge, setText } from './dom.js';
import { ageOf, momentOf, timeOf } from './format.js';
import { showHealth } from './health-part.js';
import { redrawCandles, showMarkets, showPast, startMarkets } from './market-part.js';
import { redrawCurves, showCurves, showTrading } from './order-part.js';
import { followStream } from './stream.js';
import { showSummary } from './summary-part.js';
import { startTheme } from './theme.js';
import { keepToken } from './token.js';

/** @typedef {import('../view.js').DashboardView} DashboardView */

const TRADING_STATES = /** @type {const} */ ({
  active: ['good', '● active'],
  reducing: ['warn', '◐ reducing'],
  halted: ['bad', '■ halted'],
  unknown: ['unknown', '… no word of risk yet'],
});
/** Without anything new in the log for so many milliseconds people are told. */
const SILENT = 10_000;

/** @type {DashboardView | undefined} */
let shown;
/** When the last word came, on this machine's clock. */
let heardAt = 0;
let lost = '';
/** Nobody tries again before there is another token. */
let asked = false;

/** @param {string} data */
function show(data) {
  const view = /** @type {DashboardView} */ (JSON.parse(data));
  shown = view;
  setText(byId('title'), view.title);
  setText(byId('note'), view.note);
  document.title = `${view.state.trading === 'active' ? '' : `${view.state.trading.toUpperCase()} · `}${view.title}`;
  const [tone, words] = TRADING_STATES[view.state.trading];
  setBadge(byId('trading'), tone, words);
  showControl(view.state);
  showSummary(view);
  showMarkets(view);
  showOpinions(view);
  showTrading(view);
  showHealth(view);
  setText(
    byId('footer'),
    `Log at ${momentOf(view.log.ts)}, place ${view.log.seq.toLocaleString('en-US')}. Times are UTC, ages by the time of the log.`,
  );
  document.documentElement.dataset['shown'] = `${view.server} ${view.log.seq}`;
}

/** Everything that a person must not overlook. Minutes and not seconds, so that it is read out once. */
function showBanners() {
  /** @type {['bad' | 'warn' | 'plain', string][]} */
  const banners = [];
  const again = asked ? '' : ' Trying again.';
  if (lost !== '')
    banners.push([
      'bad',
      shown === undefined
        ? `✕ No connection: ${lost}.${again}`
        : `✕ Connection lost: ${lost}. What you see is of ${timeOf(shown.drawnUpAt)} UTC.${again}`,
    ]);
  if (shown !== undefined) {
    const { state, log } = shown;
    if (state.broken !== '')
      banners.push(['bad', `! The pipeline halted, and no new order leaves: ${state.broken}`]);
    if (state.trading === 'halted' || state.trading === 'reducing')
      banners.push([
        state.trading === 'halted' ? 'bad' : 'warn',
        `${state.trading === 'halted' ? '■ Halted' : '◐ Only reductions pass'}${state.since === null ? '' : ` since ${timeOf(state.since)} UTC`}${state.reason === '' ? '' : `: ${state.reason}`}`,
      ]);
    if (state.ended) banners.push(['plain', '■ The run is over: this is how it ended.']);
    else if (lost === '' && log.ts !== null && log.silentFor > SILENT)
      banners.push(['warn', '! Nothing new has come into the log for more than 10 s.']);
  }
  refill(byId('banners'), banners, () =>
    banners.map(([tone, text]) => {
      const banner = make('div', 'banner', text);
      banner.dataset['tone'] = tone;
      return banner;
    }),
  );
}

function showConnection() {
  const age = performance.now() - heardAt;
  const badge = byId('connection');
  document.documentElement.classList.toggle('stale', lost !== '' && shown !== undefined);
  if (lost !== '')
    setBadge(badge, 'bad', shown === undefined ? '✕ not connected' : `✕ lost ${ageOf(age)} ago`);
  else if (shown === undefined) setBadge(badge, 'unknown', '… connecting');
  else if (age > 3_000) setBadge(badge, 'warn', `! ${ageOf(age)} old`);
  else setBadge(badge, 'good', '✓ live');
  showBanners();
}

function follow() {
  byId('reader').hidden = true;
  asked = false;
  void followStream({
    told: (event, data) => {
      lost = '';
      heardAt = performance.now();
      // Before the first word nothing is known, not even that there is nothing.
      byId('main').hidden = false;
      if (event === 'history') {
        const history = JSON.parse(data);
        showPast(history);
        showCurves(history);
      } else if (event === 'view') show(data);
      showConnection();
    },
    lost: (why) => {
      lost = why;
      showConnection();
    },
    unauthorized: () => {
      lost = 'it asks for a token';
      asked = true;
      byId('reader').hidden = false;
      inputById('reader-token').value = '';
      inputById('reader-token').focus();
      showConnection();
    },
  });
}

startTheme(() => {
  redrawCandles();
  redrawCurves();
});
startMarkets();
startControl();
byId('reader').addEventListener('submit', (event) => {
  event.preventDefault();
  keepToken(inputById('reader-token').value.trim());
  follow();
});
setInterval(showConnection, 1_000);
follow();
