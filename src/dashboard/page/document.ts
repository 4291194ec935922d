const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** A part of the page under a heading; its content is filled in by a script. */
const part = (id: string, heading: string, body: string): string =>
  `<section class="part" aria-labelledby="${id}-heading"><h2 id="${id}-heading">${heading}</h2>${body}</section>`;

/** A table whose rows are filled in; a head that begins with `#` is a column of numbers. */
const table = (id: string, heads: readonly string[], none: string): string =>
  `<p class="none" id="${id}-none">${none}</p><table class="data" id="${id}" hidden><thead><tr>${heads
    .map((head) =>
      head.startsWith('#')
        ? `<th scope="col" class="number">${head.slice(1)}</th>`
        : `<th scope="col">${head}</th>`,
    )
    .join('')}</tr></thead><tbody></tbody></table>`;

const tile = (id: string, name: string): string =>
  `<div class="tile"><dt>${name}</dt><dd id="${id}">…</dd><dd class="more" id="${id}-more"></dd></div>`;

/** The markup of the page, with styles and scripts in it. */
export function documentOf(title: string, styles: readonly string[], scripts: readonly string[]): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
${styles.map((style) => `<style>${style}</style>`).join('\n')}
</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header>
<div class="who"><h1 id="title">${escaped(title)}</h1><p id="note"></p></div>
<div class="status">
<span class="badge" id="trading" data-tone="unknown">… waiting</span>
<span class="badge" id="connection" data-tone="unknown">connecting</span>
</div>
<div class="actions">
<button type="button" id="theme"></button>
<button type="button" id="resume" hidden>▶ Resume</button>
<button type="button" id="kill" class="danger">■ Kill</button>
</div>
</header>
<div id="banners" role="alert"></div>
<form id="reader" hidden><label>This page asks for a token to read<input id="reader-token" type="password" autocomplete="off" required></label><button>Read</button></form>
<main id="main" tabindex="-1" hidden>
<dl class="tiles">
${tile('profit', 'Profit')}${tile('equity', 'Equity')}${tile('day', 'Profit today')}${tile('drawdown', 'Drawdown')}
${tile('exposure', 'Gross exposure')}${tile('fees', 'Fees paid')}${tile('orders-count', 'Orders')}${tile('events', 'Events')}
</dl>
<div class="parts">
<div class="stack">
${part(
  'price',
  'Price and book',
  `<div class="pick"><label for="market">Market</label><select id="market"></select><span id="candle-every" class="soft"></span></div>
<div class="price"><div><div id="candles" class="chart" role="img" aria-label="Candles of the mid price"></div><p class="none" id="candles-none">No price yet.</p></div><div id="book"></div></div>`,
)}
${part('markets', 'Markets', table('markets', ['Market', '#Bid', '#Ask', '#Spread', '#Last', '#Age', 'State'], 'No market data yet.'))}
${part('positions', 'Positions', table('positions', ['Instrument', '#Position', '#Entry', '#Mark', '#Unrealised', '#Profit'], 'Nothing is held, and nothing was traded yet.'))}
${part(
  'agents',
  'Agents',
  `<p class="about">What each wants held as a share of its budget, and its part of what they decide together.</p>${table('agents', ['Agent', 'About', 'Vote', '#Sure', '#Weight', '#Part', '#Profit'], 'No agent has spoken yet.')}`,
)}
${part('signals', 'Signals', table('signals', ['Signal', 'Instrument', 'Says', '#Strength', '#Sure', '#Age'], 'No signals yet.'))}
${part('orders', 'Open orders', table('orders', ['Order', 'Instrument', 'Side', '#Limit', '#Filled', 'State', '#Age'], 'No open orders.'))}
${part('fills', 'Last fills', table('fills', ['Instrument', 'Time', 'Side', '#Quantity', '#Price', 'As'], 'No fills yet.'))}
</div>
<div class="stack">
${part(
  'result',
  'Profit and drawdown',
  `<div id="curves"><h3>Profit, <span id="profit-unit"></span></h3><div id="profit-chart" class="chart" role="img" aria-label="Profit over time"></div><h3>Drawdown, <span id="drawdown-unit"></span></h3><div id="drawdown-chart" class="chart" role="img" aria-label="Drawdown over time"></div></div><p class="none" id="result-none">No result yet.</p>`,
)}
${part('risk', 'Risk limits', `<p class="none" id="risk-none">No limits are shown: the desk’s overview was given none.</p><ul id="limits"></ul>`)}
${part('venues', 'Venues', `<p class="none" id="venues-none">No venue has spoken yet.</p><ul id="venues"></ul>`)}
${part('pair', 'Failover', `<p id="pair"></p><dl class="facts" id="pair-facts"></dl>`)}
${part('notices', 'What happened', `<p class="none" id="notices-none">Nothing to report.</p><ol id="notices" aria-live="polite" aria-relevant="additions" aria-label="What happened" tabindex="0"></ol>`)}
${part('latency', 'Latency', `<p class="none" id="latency-none">Nothing measured yet.</p><div id="latencies"></div>`)}
</div>
</div>
</main>
<footer><p><span id="footer"></span></p><p>Charts by <a href="https://github.com/leeoniya/uPlot" rel="noreferrer">uPlot</a> (MIT) and Lightweight Charts™, © <a href="https://www.tradingview.com/" rel="noreferrer">TradingView, Inc.</a> (Apache 2.0).</p></footer>
<dialog id="control" aria-labelledby="control-heading">
<form id="control-form">
<h2 id="control-heading"></h2>
<p id="control-about"></p>
<label>Your name<input id="control-by" maxlength="60" autocomplete="name" required></label>
<label>Reason<input id="control-reason" maxlength="200" autocomplete="off" required></label>
<label id="control-token-label">Token<input id="control-token" type="password" autocomplete="off"></label>
<label><span>Type <strong id="control-expected"></strong> to confirm</span><input id="control-word" autocomplete="off" autocapitalize="characters" spellcheck="false" required></label>
<p id="control-error" role="alert"></p>
<div class="actions"><button type="button" id="control-back">Back</button><button id="control-send" class="danger" disabled></button></div>
</form>
</dialog>
${scripts.map((script) => `<script>${script}</script>`).join('\n')}
</body>
</html>
`;
}
