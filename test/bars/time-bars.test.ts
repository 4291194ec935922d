import { lastValueFrom, toArray } from 'rxjs';
import { describe, expect, it, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { cmeEquityIndex } from '../../src/domain/ready-calendars.js';
import { type BarFields, bars, resample, timeBars } from '../../src/operators/bars/index.js';
import { books } from '../../src/operators/index.js';
import { backtest, recordingOf } from '../../src/streams/index.js';
import { each, expectPipeline, matching, observing, quote, spot, trade } from '../../src/testing/index.js';
import { at, play } from './play.js';

const BTC = spot({ lot: '1', tick: '1' });
const ETH = spot({ base: 'ETH', lot: '1', tick: '1' });
const instruments = [BTC, ETH];
const buys = (price: number, quantity = 1) => trade(BTC, { price, quantity, aggressor: 'buy' });
const sells = (price: number, quantity = 1) => trade(BTC, { price, quantity, aggressor: 'sell' });
const shape = (frames: readonly BarFields[]) =>
  frames
    .flatMap(({ bars }) => bars)
    .map(({ start, end, open, close, volume }) => [start, end, open, close, volume]);

describe('time bars', () => {
  const core = compose({ instruments }, books(), bars({ tens: timeBars({ every: 10 }) }));

  test('close on the first event of any instrument at or after their end, with what had been traded', () => {
    expectPipeline(observing(core, { bars: each(({ bars }) => bars) }))
      .given('-ab-----c-e--|', { a: buys(5), b: sells(3, 2), c: buys(4), e: trade(ETH, { price: 9 }) })
      .emits(
        { bars: '----------A--|' },
        {
          bars: {
            A: matching({
              name: 'tens',
              instrument: BTC.id,
              start: 0,
              end: 10,
              closedAt: 10,
              complete: true,
              open: 5,
              high: 5,
              low: 3,
              close: 4,
              volume: 4,
              buyVolume: 2,
              sellVolume: 2,
              trades: 3,
              turnover: '15',
              vwap: 3.75,
            }),
          },
        },
      );
  });

  test('close by a timer when nothing comes, and never while they are open', () => {
    expectPipeline(observing(core, { bars: each(({ bars }) => bars.map(({ close }) => close)) }))
      .given('-a--------------', { a: buys(5) })
      .emits({ bars: '----------A-----' }, { bars: { A: 5 } });
  });

  test('in a replay too, at their very end', async () => {
    const events = [at(1, buys(5)), at(25, buys(6)), at(31, buys(7))];
    const frames = await lastValueFrom(backtest(core, recordingOf(events, instruments)).pipe(toArray()));
    expect(frames.flatMap(({ bars }) => bars).map(({ closedAt, close }) => [closedAt, close])).toEqual([
      [10, 5],
      [30, 6],
      [40, 7],
    ]);
  });

  test('a trade that happened before the bar is counted by when it was known, and as late', () => {
    const late = { ...buys(9), venueTime: 4 };
    const { frames } = play(core, [at(12, late), at(13, { ...buys(8), venueTime: 12 }), at(20, buys(1))]);
    expect(frames.flatMap(({ bars }) => bars)).toMatchObject([{ start: 10, volume: 2, late: 1 }]);
  });

  test('bars of a mid follow its changes, in halves of ticks', () => {
    const mids = compose({ instruments }, books(), bars({ mid: timeBars({ every: 10, of: 'mid' }) }));
    const top = (bid: number, ask: number) => quote(BTC, { bid, ask });
    const { frames } = play(mids, [at(1, top(4, 5)), at(2, top(4, 5)), at(3, top(6, 8)), at(10, buys(1))]);
    expect(frames.flatMap(({ bars }) => bars)).toMatchObject([
      {
        open: 4.5,
        high: 7,
        low: 4.5,
        close: 7,
        volume: 0,
        trades: 0,
        vwap: Number.NaN,
        plain: { open: 4.5 },
      },
    ]);
  });
});

describe('gaps', () => {
  const run = (gaps: 'none' | 'empty', events: readonly (readonly [number, OutsideEvent])[]) => {
    const core = compose({ instruments }, books(), bars({ tens: timeBars({ every: 10, gaps }) }));
    return play(
      core,
      events.map(([ts, event]) => at(ts, event)),
    ).frames;
  };

  it('are left out, or are bars that carry the last close', () => {
    const events = [[3, buys(5, 2)] as const, [41, buys(7)] as const, [50, buys(8)] as const];
    expect(shape(run('none', events))).toEqual([
      [0, 10, 5, 5, 2],
      [40, 50, 7, 7, 1],
    ]);
    expect(shape(run('empty', events))).toEqual([
      [0, 10, 5, 5, 2],
      [10, 20, 5, 5, 0],
      [20, 30, 5, 5, 0],
      [30, 40, 5, 5, 0],
      [40, 50, 7, 7, 1],
    ]);
  });

  it('of great length are cut, and say so', () => {
    const frames = run('empty', [
      [0, buys(5)],
      [1e6, buys(6)],
      [1e6 + 10, buys(6)],
    ]);
    expect(shape(frames).length).toBeLessThan(10_010);
    expect(shape(frames).at(-1)).toEqual([1e6, 1e6 + 10, 6, 6, 1]);
    expect(frames.map(({ event }) => event)).toContainEqual(
      expect.objectContaining({ component: 'bars:tens', code: 'gap-cut' }),
    );
  });
});

describe('by the event clock', () => {
  const core = compose(
    { instruments },
    books(),
    bars({ tens: timeBars({ every: 10, on: 'event', patience: 5 }) }),
  );
  const happened = (venueTime: number, price: number) => ({ ...buys(price), venueTime });

  it('bars go by venue time, and wait for `patience`', () => {
    const { frames } = play(core, [
      at(8, happened(6, 1)),
      at(11, happened(9, 2)),
      at(14, trade(ETH, { price: 1 })),
      at(15, trade(ETH, { price: 1 })),
    ]);
    expect(frames.map(({ bars }) => bars.length)).toEqual([0, 0, 0, 1]);
    expect(shape(frames)).toEqual([[0, 10, 1, 2, 2]]);
  });

  it('a later trade closes sooner; what comes after that counts in the next, and as late', () => {
    const { frames } = play(core, [
      at(8, happened(6, 1)),
      at(11, happened(10, 2)),
      at(12, happened(9, 3)),
      at(40, buys(1)),
      at(41, { ...buys(1), venueTime: 18 }),
      at(80, buys(1)),
    ]);
    expect(
      frames.flatMap(({ bars }) => bars).map(({ start, volume, late }) => [start, volume, late]),
    ).toEqual([
      [0, 1, 0],
      [10, 2, 1],
      [40, 2, 1],
    ]);
  });
});

describe('resample', () => {
  const core = compose({ instruments }, books(), bars({ twenty: resample({ every: 20, patience: 5 }) }));
  const short = (start: number, close: number, volume = 1): OutsideEvent => ({
    kind: 'bar',
    instrument: BTC.id,
    venueTime: start + 10,
    start,
    end: start + 10,
    open: close - 1,
    high: close + 2,
    low: close - 3,
    close,
    volume,
    trades: -1,
  });

  it('closes with the short bar that reaches the end, or without it after `patience`', () => {
    const { frames } = play(core, [
      at(10, short(0, 5)),
      at(21, short(10, 9, 4)),
      at(31, short(20, 7)),
      at(44, buys(1)),
      at(45, buys(1)),
    ]);
    expect(frames.map(({ bars }) => bars.length)).toEqual([0, 1, 0, 0, 1]);
    expect(frames[1]?.bars[0]).toMatchObject({
      open: 4,
      high: 11,
      low: 2,
      close: 9,
      volume: 5,
      trades: -1,
      turnover: undefined,
      vwap: Number.NaN,
      buyVolume: Number.NaN,
    });
  });
});

describe('with a session', () => {
  const session = cmeEquityIndex();
  const MINUTE = 60_000;
  // A Thursday: the halt is from 22:00 to 23:00 UTC.
  const close = Date.UTC(2024, 0, 4, 22);
  const core = compose(
    { instruments },
    books(),
    bars({
      long: timeBars({ every: '45m', session, gaps: 'empty' }),
      ticks: timeBars({ every: '1h', session }),
    }),
  );

  it('bars are counted from its open, never span its close, and there are none between sessions', () => {
    const { frames } = play(core, [
      at(close - 50 * MINUTE, buys(1)),
      at(close - 1, buys(2)),
      at(close + 30 * MINUTE, buys(99)),
      at(close + 61 * MINUTE, buys(3)),
      at(close + 180 * MINUTE, buys(4)),
    ]);
    const long = frames.flatMap(({ bars }) => bars).filter(({ name }) => name === 'long');
    expect(
      long.map(({ start, end, open, volume, complete }) => [
        (start - close) / MINUTE,
        (end - close) / MINUTE,
        open,
        volume,
        complete,
      ]),
    ).toEqual([
      [-75, -30, 1, 1, true],
      [-30, 0, 2, 1, false],
      [60, 105, 3, 1, true],
      [105, 150, 3, 0, true],
    ]);
    expect(long.slice(0, 2).map(({ closedAt }) => closedAt)).toEqual([close - 1, close + 30 * MINUTE]);
  });
});

it('refuses options that cannot be', () => {
  expect(() => timeBars({ every: '1 min' as '1m' })).toThrow('timeBars.every must be');
  expect(() => timeBars({ every: 1, gaps: 'zero' as 'none' })).toThrow('timeBars.gaps must be one of');
  expect(() => timeBars({ every: 1, length: 2 } as never)).toThrow('unknown setting "length"');
  expect(() => resample({ every: '5m', of: 'trade' } as never)).toThrow('unknown setting "of"');
  expect(() => bars({})).toThrow('at least one definition');
  expect(() => bars({ '1m': timeBars({ every: '1m' }) })).toThrow('a name of bars must be an identifier');
});
