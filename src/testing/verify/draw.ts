import type { Frame } from '../../core/frame.js';
import type { Command } from '../../domain/command.js';
import type { OutsideEvent, TimedEvent } from '../../domain/event.js';
import { drawCarets, drawRow } from '../draw-row.js';
import { layOutTime } from '../lay-out-time.js';
import type { Notice, Timeline } from '../notice.js';
import type { Failure } from './failure.js';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

/** Letters of what a desk asks the world for. */
const SIGNS = { buy: 'b', sell: 's', cancel: 'c' } as const;

/**
 * A counterexample as a marble diagram: its events, what each run sent, and where they part.
 *
 * ```
 *   given       a---b-c
 *   first run   ----b--
 *   second run  ------b
 *                   ^
 *   a  0s    quote BTC-USDT.SPOT@binance bid 99 ask 101
 * ```
 *
 * Prices and quantities are the events' own: ticks and lots. Of more than 52 events, the last are drawn.
 */
export function drawFailure(events: readonly TimedEvent[], failure: Failure): string {
  const drawn = events.slice(-LETTERS.length);
  const start = drawn[0]?.ts ?? failure.ts;
  const at = (ts: number): number => Math.max(0, Math.round(ts - start));
  const given: Notice[] = drawn.map(({ ts, event }, place) => ({
    kind: 'next',
    at: at(ts),
    value: event,
    letter: LETTERS[place] as string,
  }));
  const last = at(Number.isFinite(failure.ts) ? failure.ts : (drawn.at(-1)?.ts ?? start));
  const horizon = Math.max(last, ...given.map((notice) => notice.at));
  const rows: readonly (readonly [string, Timeline])[] = [
    ['given', { notices: given, span: horizon }],
    ...failure.runs.map(
      ({ name, frames }) =>
        [name, { notices: sent(frames, start, horizon), span: horizon }] as readonly [string, Timeline],
    ),
  ];
  const step = stepOf(drawn);
  const points: Timeline = {
    notices: Number.isFinite(failure.ts) ? [{ kind: 'next', at: last, value: undefined, letter: '-' }] : [],
    span: horizon,
  };
  const layout = layOutTime([...rows.map(([, row]) => row), points], step, horizon);
  const width = Math.max(...rows.map(([name]) => name.length));
  const lines = rows.map(([name, row]) => `  ${name.padEnd(width)}  ${drawRow(row, layout)}`);
  if (points.notices.length > 0) lines.push(`  ${''.padEnd(width)}  ${drawCarets([last], layout)}`);
  const legend = drawn.map(
    ({ ts, event }, place) => `  ${LETTERS[place]}  ${`${at(ts)}ms`.padEnd(8)}  ${describe(event)}`,
  );
  const hidden = events.length - drawn.length;
  return [
    ...lines,
    '',
    ...(hidden > 0 ? [`  (${hidden} events before these are not drawn)`] : []),
    ...legend,
    ...(failure.runs.some(({ frames }) => sent(frames, start, horizon).length > 0)
      ? ['', '  sent by a run: b a buy, s a sell, c a cancel']
      : []),
  ].join('\n');
}

function sent(frames: readonly Frame[], start: number, horizon: number): readonly Notice[] {
  return frames.flatMap((frame) => {
    const { commands = [] } = frame as { readonly commands?: readonly Command[] };
    const at = Math.round(frame.ts - start);
    if (at < 0 || at > horizon) return [];
    return [...commands, ...frame.requests].flatMap((command): Notice[] => {
      if (command.kind !== 'submit' && command.kind !== 'cancel') return [];
      const letter = command.kind === 'cancel' ? SIGNS.cancel : SIGNS[command.order.side];
      return [{ kind: 'next', at, value: command, letter }];
    });
  });
}

/** A column is the shortest time between two events, in a round number of milliseconds. */
function stepOf(events: readonly TimedEvent[]): number {
  let shortest = Number.POSITIVE_INFINITY;
  for (let place = 1; place < events.length; place++) {
    const gap = Math.round((events[place] as TimedEvent).ts - (events[place - 1] as TimedEvent).ts);
    if (gap > 0) shortest = Math.min(shortest, gap);
  }
  if (!Number.isFinite(shortest)) return 1;
  return [60_000, 1_000, 100, 10].find((step) => shortest % step === 0) ?? 1;
}

function describe(event: OutsideEvent): string {
  switch (event.kind) {
    case 'quote':
      return `quote ${event.instrument} bid ${event.bidPrice} x ${event.bidQuantity} ask ${event.askPrice} x ${event.askQuantity}`;
    case 'trade':
      return `trade ${event.instrument} ${event.quantity} at ${event.price}, ${event.aggressor}`;
    case 'book':
      return `book ${event.instrument} ${event.action}, ${event.bids.length / 2} bids, ${event.asks.length / 2} asks`;
    case 'bar':
      return `bar ${event.instrument} closed at ${event.close}`;
    case 'status':
      return `status ${event.instrument} ${event.state}`;
    case 'rate':
      return `rate ${event.from} ${event.to} ${event.rate}`;
    case 'instrument':
      return `instrument ${event.definition.id}`;
    default: {
      const text = JSON.stringify(event);
      return text.length > 100 ? `${text.slice(0, 99)}…` : text;
    }
  }
}
