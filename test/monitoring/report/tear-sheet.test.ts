import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { instrumentId, type Signal } from '../../../src/index.js';
import {
  RunSummary,
  renderTearSheet,
  SignalOutcomes,
  type SummaryResult,
  TearSheet,
  type TearSheetData,
} from '../../../src/monitoring/index.js';
import { Thinned } from '../../../src/monitoring/report/thinned.js';
import { simulateMarket } from '../../../src/streams/index.js';
import { backtest } from '../../../src/streams/replay/backtest.js';
import { simulatedVenues } from '../../crossing.js';
import { watchedDesk } from '../monitor/desk.js';

describe('an even choice', () => {
  test('never holds more than it may, keeps the first, and leaves out alike everywhere', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 50 }), fc.nat(2_000), (most, count) => {
        const thinned = new Thinned<number>(most);
        for (let item = 0; item < count; item++) thinned.add(item);
        const { items } = thinned;
        expect(items.length).toBeLessThanOrEqual(most);
        expect(thinned.seen).toBe(count);
        if (count <= most) expect(items).toEqual(Array.from({ length: count }, (_, item) => item));
        const strides = new Set(items.slice(1).map((item, nth) => item - (items[nth] as number)));
        expect(strides.size).toBeLessThanOrEqual(1);
        if (count > most) expect(items.length).toBeGreaterThanOrEqual(Math.floor(most / 2));
      }),
    );
  });
});

describe('signals at their horizon', () => {
  const signal = (direction: 1 | 0 | -1, horizon = 5): Signal => ({
    name: 's',
    instrument: instrumentId('a'),
    direction,
    strength: 1,
    confidence: 1,
    horizon,
    eventTime: 0,
    validUntil: 10,
  });

  test('are held against the first mid at or after it', () => {
    const outcomes = new SignalOutcomes();
    outcomes.said(signal(1), 0, 100);
    outcomes.said(signal(-1), 1, 100);
    outcomes.said(signal(0), 1, 100);
    outcomes.moved('a', 4, 90);
    outcomes.moved('b', 5, 1);
    expect(outcomes.result()).toMatchObject([{ count: 0, hitRate: Number.NaN }]);
    outcomes.moved('a', 5, 101);
    outcomes.moved('a', 7, 102);
    const [result] = outcomes.result();
    // Up: 1 % right. Down: 2 % wrong.
    expect(result).toMatchObject({ signal: 's', horizon: 5, count: 2, hitRate: 0.5 });
    expect(result?.meanMove).toBeCloseTo((0.01 - 0.02) / 2, 12);
  });

  test('that met no move count for neither side, and an unknown mid for nothing', () => {
    const outcomes = new SignalOutcomes();
    outcomes.said(signal(1), 0, Number.NaN);
    outcomes.said(signal(1), 0, 100);
    outcomes.moved('a', 5, Number.NaN);
    outcomes.moved('a', 6, 100);
    expect(outcomes.result()).toMatchObject([{ count: 1, hitRate: Number.NaN, meanMove: 0 }]);
  });

  test('of more than can wait, the oldest are given up', () => {
    const outcomes = new SignalOutcomes();
    for (let nth = 0; nth < 12_500; nth++) outcomes.said(signal(1), nth / 1e6, nth < 7_500 ? 1 : 100);
    outcomes.moved('a', 6, 50);
    // Those before would have been right.
    expect(outcomes.result()).toMatchObject([{ count: 5_000, hitRate: 0 }]);
  });

  test('of any number of names, horizons and instruments are counted as by whoever looks at each', () => {
    const word = fc.record({
      name: fc.constantFrom('s', 't'),
      instrument: fc.constantFrom('a', 'b'),
      direction: fc.constantFrom(1 as const, 0 as const, -1 as const),
      horizon: fc.integer({ min: 1, max: 9 }),
      mid: fc.integer({ min: 0, max: 5 }),
      after: fc.integer({ min: 0, max: 4 }),
      moves: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const outcomes = new SignalOutcomes();
        let open: { key: string; instrument: string; due: number; mid: number; direction: number }[] = [];
        const counts = new Map<string, { count: number; hits: number; misses: number }>();
        let ts = 0;
        for (const { name, instrument, direction, horizon, mid, after, moves } of words) {
          ts += after;
          if (!moves) {
            outcomes.said(
              { ...signal(direction, horizon), name, instrument: instrumentId(instrument) },
              ts,
              mid,
            );
            if (direction === 0 || mid === 0) continue;
            const key = `${name} ${horizon}`;
            if (!counts.has(key)) counts.set(key, { count: 0, hits: 0, misses: 0 });
            open.push({ key, instrument, due: ts + horizon, mid, direction });
            continue;
          }
          outcomes.moved(instrument, ts, mid);
          if (mid === 0) continue;
          const due = open.filter((each) => each.instrument === instrument && each.due <= ts);
          open = open.filter((each) => !due.includes(each));
          for (const each of due) {
            const counted = counts.get(each.key);
            if (counted === undefined) continue;
            counted.count++;
            if (each.direction * (mid - each.mid) > 0) counted.hits++;
            else if (mid !== each.mid) counted.misses++;
          }
        }
        const expected = [...counts].map(([key, { count, hits, misses }]) => [
          key,
          count,
          hits / (hits + misses),
        ]);
        const found = outcomes
          .result()
          .map(({ signal: name, horizon, count, hitRate }) => [`${name} ${horizon}`, count, hitRate]);
        expect(found).toEqual(expected.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
      }),
    );
  });
});

describe('a tear sheet', () => {
  let data: TearSheetData;
  let summary: SummaryResult;
  let fills = 0;
  const source = simulateMarket({ seed: 3, duration: 8_000 });

  beforeAll(async () => {
    const sheet = new TearSheet({ instruments: source.instruments, capital: 1_000_000 });
    const other = new RunSummary({ instruments: source.instruments, points: 512 });
    await backtest(watchedDesk(source.instruments), source, { drivers: simulatedVenues() }).forEach(
      (frame) => {
        sheet.observe(frame);
        other.observe(frame);
        if (frame.event.kind === 'report' && frame.event.type === 'fill') fills++;
      },
    );
    data = sheet.data();
    summary = other.result();
  });

  test('has the figures of the run', () => {
    expect(data.summary).toEqual(summary);
    expect(data.traded.reduce((sum, { fillCount }) => sum + fillCount, 0)).toBe(fills);
    expect(fills).toBeGreaterThan(20);
    expect(data.agents.map(({ agent }) => agent).sort()).toEqual(['reversion', 'trend']);
    expect(data.hitRates).toMatchObject([{ signal: 'cross', horizon: 2_000 }]);
    expect(data.hitRates[0]?.count).toBeGreaterThan(10);
  });

  test('is a page that shows them, and needs nothing from anywhere', () => {
    const page = renderTearSheet(data, { title: 'A desk', notes: ['The market was simulated.'] });
    expect(page).toContain('<h1>A desk</h1>');
    expect(page).toContain('The market was simulated.');
    for (const { instrument } of data.traded) expect(page).toContain(`<h2>${instrument}</h2>`);
    expect(page.match(/class="mark/g)?.length).toBe(
      data.traded.reduce((sum, { fills: shown }) => sum + shown.length, 0),
    );
    expect(page).not.toMatch(/<script|https?:|src=|href=|undefined|NaN|Infinity/);
    const open = [
      ...page.matchAll(/<(section|table|tr|td|th|svg|figure|main|dl|div|ul|li|p|text|title)[ >]/g),
    ].length;
    const closed = [
      ...page.matchAll(/<\/(section|table|tr|td|th|svg|figure|main|dl|div|ul|li|p|text|title)>/g),
    ].length;
    expect(open).toBe(closed);
  });

  test('of a run without anything is a page as well', () => {
    const page = renderTearSheet(new TearSheet({ instruments: [] }).data(), { title: 'Empty' });
    expect(page).toContain('nothing happened');
    expect(page).toContain('nothing to show');
    expect(page).not.toMatch(/undefined|NaN|Infinity/);
  });

  test('lets no name out of its place', () => {
    const evil = '<script>alert("1")</script>';
    const page = renderTearSheet(
      {
        ...data,
        agents: [
          {
            agent: evil,
            profit: [
              { ts: 0, value: 1 },
              { ts: 1, value: 2 },
            ],
          },
          ...data.agents,
        ],
        summary: { ...data.summary, denials: [{ rule: evil, count: 1, example: `"'&${evil}` }] },
      },
      { title: evil, notes: [evil], currency: evil },
    );
    expect(page).not.toContain('<script');
    expect(page).toContain('&lt;script&gt;');
  });
});
