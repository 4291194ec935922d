import { byId, make, refill, setText } from './dom.js';
import { lengthOf, numberOf, percentOf, timeOf } from './format.js';

/** @typedef {import('../view.js').DashboardView} DashboardView */
/** @typedef {import('../view.js').LatencyPart} LatencyPart */

const ICONS = { good: '✓', notice: 'i', bad: '!' };

/** Limits, latency, links, the pair, and what happened. @param {DashboardView} view */
export function showHealth(view) {
  showLimits(view.limits);
  showLatency(view.latency);
  showVenues(view.venues, view.money.currency);
  showPair(view.pair);
  showNotices(view.notices);
}

/** @param {DashboardView['limits']} limits */
function showLimits(limits) {
  byId('risk-none').hidden = limits.length > 0;
  refill(byId('limits'), limits, () =>
    limits.map(({ name, used, limit, unit, ratio }) => {
      const item = make('li', '');
      const tone = ratio === null ? 'unknown' : ratio >= 1 ? 'bad' : ratio >= 0.8 ? 'warn' : 'good';
      const decimals = limit !== null && limit < 10 ? 3 : 2;
      const line = make('div', 'limit');
      line.append(
        make('span', '', name),
        make(
          'span',
          tone === 'good' || tone === 'unknown' ? '' : tone,
          `${tone === 'bad' ? '! ' : ''}${percentOf(ratio, 0)}: ${numberOf(used, decimals)} of ${numberOf(limit, decimals)} ${unit}`,
        ),
      );
      const meter = make('div', 'meter');
      meter.dataset['tone'] = tone;
      meter.setAttribute('role', 'meter');
      meter.setAttribute('aria-label', `${name} used`);
      meter.setAttribute('aria-valuemin', '0');
      meter.setAttribute('aria-valuemax', '100');
      if (ratio !== null) meter.setAttribute('aria-valuenow', String(Math.round(ratio * 100)));
      const bar = document.createElement('i');
      bar.style.width = `${Math.min(100, Math.max(0, (ratio ?? 0) * 100))}%`;
      meter.append(bar);
      item.append(line, meter);
      return item;
    }),
  );
}

/** @param {readonly LatencyPart[]} latency */
function showLatency(latency) {
  byId('latency-none').hidden = latency.length > 0;
  refill(byId('latencies'), latency, () => latency.map(histogram));
}

/** Bars from a little before the first bucket that has something to a little behind the last. @param {LatencyPart} part */
function histogram({ name, bounds, counts, count, p50, p99 }) {
  const first = Math.max(0, counts.findIndex((each) => each > 0) - 2);
  const last = Math.min(counts.length - 1, counts.findLastIndex((each) => each > 0) + 2);
  const shown = counts.slice(first, last + 1);
  const most = Math.max(...shown);
  const place = make('div', 'histogram');
  const head = make('div', 'name');
  const words = `half within ${lengthOf(p50)}, 99 % within ${lengthOf(p99)}; ${numberOf(count, 0)} measured`;
  head.append(make('strong', '', name), make('span', '', words));
  const bars = make('div', 'bars');
  bars.setAttribute('role', 'img');
  bars.setAttribute('aria-label', `${name}: ${words}`);
  for (const [nth, each] of shown.entries()) {
    const bar = document.createElement('i');
    bar.style.height = each === 0 ? '0' : `${Math.max(3, (100 * each) / most)}%`;
    bar.title = `up to ${lengthOf(bounds[first + nth] ?? null)}: ${numberOf(each, 0)}`;
    bars.append(bar);
  }
  const scale = make('div', 'scale');
  const from = first === 0 ? 0 : (bounds[first - 1] ?? 0);
  scale.append(
    make('span', '', from === 0 ? '0 s' : lengthOf(from)),
    make(
      'span',
      '',
      last < bounds.length ? lengthOf(bounds[last] ?? null) : `above ${lengthOf(bounds.at(-1) ?? null)}`,
    ),
  );
  place.append(head, bars, scale);
  return place;
}

/**
 * @param {DashboardView['venues']} venues
 * @param {string} currency
 */
function showVenues(venues, currency) {
  byId('venues-none').hidden = venues.length > 0;
  refill(byId('venues'), [venues, currency], () =>
    venues.map(({ venue, channels, exposure }) => {
      const item = make('li', '');
      item.append(make('strong', '', venue));
      if (channels.length === 0) item.append(make('span', 'soft', 'no link has spoken'));
      for (const { channel, state, reason } of channels) {
        const badge = make('span', 'badge', `${state === 'up' ? '✓' : '✕'} ${channel} ${state}`);
        badge.dataset['tone'] = state === 'up' ? 'good' : 'bad';
        item.append(badge);
        if (state === 'down' && reason !== '') item.append(make('span', 'bad', reason));
      }
      item.append(
        make(
          'span',
          'held',
          exposure === null ? 'holdings unknown' : `${numberOf(exposure, 2)} ${currency} held`,
        ),
      );
      return item;
    }),
  );
}

/** @param {DashboardView['pair']} pair */
function showPair(pair) {
  setText(
    byId('pair'),
    pair === null
      ? 'Not part of a pair: nobody takes over when this desk is gone.'
      : pair.why === ''
        ? 'Member of a pair.'
        : `Member of a pair: ${pair.why}.`,
  );
  refill(byId('pair-facts'), pair, () =>
    pair === null
      ? []
      : /** @type {const} */ ([
          ['Role', pair.role],
          ['Epoch', numberOf(pair.epoch, 0)],
          ['Lag', `${numberOf(pair.lag, 0)} events`],
          ['In sync', pair.inSync ? '✓ a mirror may take over' : '✕ nobody could take over now'],
          ['Orders', pair.open ? '✓ may leave' : '✕ wait'],
        ]).flatMap(([name, text]) => [make('dt', '', name), make('dd', '', text)]),
  );
}

/** @param {DashboardView['notices']} notices */
function showNotices(notices) {
  byId('notices-none').hidden = notices.length > 0;
  const list = byId('notices');
  const newest = Number(list.dataset['newest'] ?? 0);
  const first = notices[0]?.number ?? 0;
  // Another server counts from the beginning.
  if (first < newest) list.replaceChildren();
  for (const { number, at, severity, text } of notices.toReversed()) {
    if (number <= newest && first >= newest) continue;
    const item = make('li', '');
    const time = make('time', '', timeOf(at));
    item.append(
      time,
      make('span', severity === 'notice' ? 'soft' : severity, ICONS[severity]),
      make('span', '', text),
    );
    list.prepend(item);
  }
  while (list.childElementCount > notices.length) list.lastElementChild?.remove();
  list.dataset['newest'] = String(first);
}
