import { asyncScheduler, concatMap, type Observable, of, type SchedulerLike, scheduled } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { run } from '../../src/core/run.js';
import type { Decision } from '../../src/domain/decision.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import type { QuoteEvent } from '../../src/domain/market-event.js';
import {
  type AgentFields,
  agent,
  agents,
  bestNetPrice,
  books,
  type CommandFields,
  confidenceWeighted,
  dispatch,
  type FeatureFields,
  features,
  type LedgerFields,
  ledger,
  type MarketFields,
  risk,
  sizing,
  spread,
} from '../../src/operators/index.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal, recordingOf } from '../../src/streams/replay/memory.js';
import { reenact } from '../../src/streams/replay/reenact.js';
import { events } from '../../src/streams/replay/source-driver.js';
import { expectPipeline } from '../../src/testing/index.js';
import { simulatedVenue } from '../../src/venues/simulated/index.js';
import { btc, quote } from '../core/support.js';

const START = Date.parse('2026-01-05T14:30:00Z');
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

type Fields = Frame & MarketFields & LedgerFields & AgentFields & CommandFields;

/** Follows the price, adds while it holds, and lets go when a fill has come back. */
const core: Core<Fields> = compose(
  { name: 'one-desk', instruments: [btc] },
  books(),
  ledger({ reportingCurrency: 'USD' }),
  features({ gap: spread() }),
  agents<Frame & MarketFields & LedgerFields & FeatureFields<'gap'>>([
    agent({
      name: 'follower',
      memory: () => ({ last: Number.NaN }),
      decide: ({ mid, position, features: { gap } }, memory: { last: number }) => {
        const rising = mid > memory.last;
        memory.last = mid;
        const exposure = rising ? 0.8 : position > 0 ? -0.2 : 0;
        return { of: { instrument: btc.id }, exposure, confidence: gap > 0 ? 0.9 : 0 };
      },
    }),
  ]),
  confidenceWeighted(),
  sizing({ budget: 1_000, retryAfter: 1 }),
  bestNetPrice({ collar: 0.05 }),
  risk([]),
  dispatch(),
);

const desk = { latency: { submit: 2, report: 1 }, venue: 'v' };

/** A price that wanders, one quote every three milliseconds. */
const quotes: readonly QuoteEvent[] = Array.from(LETTERS, (_, index) => {
  const price = 200 + Math.round(12 * Math.sin(index / 2)) + (index % 3);
  return quote(price, price + 2, index + 1);
});
const timed = quotes.map((event, index) => ({ ts: START + 3 * index, event }));

/** What a desk did, as one text a frame, with all that a decision says and every order. */
const told = ({ seq, ts, decisions, commands, position }: Fields): string =>
  JSON.stringify({ seq, ts: ts - START, decisions, orders: commands.map(({ order }) => order), position });

const actedOn = (frame: Fields): boolean => frame.decisions.length > 0;

async function backtested(): Promise<{ readonly told: string[]; readonly journal: MemoryJournal }> {
  const journal = new MemoryJournal();
  const all: string[] = [];
  await backtest(core, recordingOf(timed), { drivers: [simulatedVenue(desk)], journal, grace: 100 }).forEach(
    (frame) => {
      if (actedOn(frame)) all.push(told(frame));
    },
  );
  return { told: all, journal };
}

/** The pipeline under a live clock, as a marble test sees it: what it was told, in place of its frames. */
const live = (source: Observable<OutsideEvent>, scheduler: SchedulerLike): Observable<string> =>
  run(core, {
    clock: liveClock(scheduler),
    drivers: [simulatedVenue(desk), events('market', source)],
  }).pipe(concatMap((frame) => (actedOn(frame) ? of(told(frame)) : of())));

/** Each text at the time of its frame, as a diagram over the letters of what is expected. */
function drawn(expected: readonly string[]): {
  readonly diagram: string;
  readonly values: Record<string, string>;
} {
  const values: Record<string, string> = {};
  let diagram = '';
  let now = 0;
  expected.forEach((text, index) => {
    const at = (JSON.parse(text) as { ts: number }).ts;
    const letter = String.fromCodePoint(0x4e00 + index);
    values[letter] = text;
    if (at > now) diagram += ` ${at - now}ms `;
    diagram += letter;
    now = at + 1;
  });
  return { diagram, values };
}

const given = `${[...LETTERS].join('--')}---|`;
const sources = Object.fromEntries(
  [...LETTERS].map((letter, index) => [letter, quotes[index] as QuoteEvent]),
);

describe('one strategy', () => {
  test('trades, so that equal decisions mean something', async () => {
    const { told: all } = await backtested();
    expect(all.length).toBeGreaterThan(10);
    expect(all.filter((text) => text.includes('clientOrderId')).length).toBeGreaterThan(3);
    expect(
      new Set(all.map((text) => (JSON.parse(text) as { position: number }).position)).size,
    ).toBeGreaterThan(2);
  });

  test('decides the same in a marble test as in a backtest, in virtual time and by RxJS timers', async () => {
    const { told: all } = await backtested();
    const { diagram, values } = drawn(all);
    const last = Math.max(...all.map((text) => (JSON.parse(text) as { ts: number }).ts));
    const expectation = expectPipeline(
      (source: Observable<OutsideEvent>, { scheduler }) => live(source, scheduler),
      { startAt: '2026-01-05T14:30:00Z' },
    ).given(given as string, sources as never);
    const expected = `${diagram} ${given.length - 2 - last}ms |`;
    expectation.emits(expected, values as never);
    await expectation.settles(expected, values as never);
  });

  test('decides the same when the journal of that backtest is re-enacted', async () => {
    const { told: all, journal } = await backtested();
    const again: string[] = [];
    await reenact(core, journal.source()).forEach((frame) => {
      if (actedOn(frame)) again.push(told(frame));
    });
    expect(again).toEqual(all);
  });

  test('decides the same by the wall clock, times aside, when the same events come one after the other', async () => {
    const { journal } = await backtested();
    const same = ({ of: about, exposure, confidence, basedOn }: Decision): unknown => ({
      about,
      exposure,
      confidence,
      basedOn,
    });
    // What is fed is the log, reports included: when a report comes between two quotes is not the strategy's.
    const log = journal.events
      .map(({ event }) => event)
      .filter(({ kind }) => kind !== 'barrier' && kind !== 'timer');
    const seen: unknown[] = [];
    await run(core, {
      clock: liveClock(),
      drivers: [events('log', scheduled(log, asyncScheduler))],
    }).forEach((frame) => {
      for (const made of frame.decisions) seen.push(same(made));
    });
    const expected: unknown[] = [];
    await reenact(core, journal.source()).forEach((frame) => {
      for (const made of frame.decisions) expected.push(same(made));
    });
    expect(seen).toEqual(expected);
  });
});
