import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { of } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { canonicalBytes } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../src/core/snapshot.js';
import type { OutsideEvent, TimedEvent } from '../../src/domain/event.js';
import { type Instrument, instrument } from '../../src/domain/instrument.js';
import { cmeEquityIndex } from '../../src/domain/ready-calendars.js';
import { books } from '../../src/operators/index.js';
import { type RollFields, type RollOptions, roll, rolls } from '../../src/operators/reference/index.js';
import { openOwnRecording } from '../../src/streams/readers/own-format.js';
import { type RecordingSource, record } from '../../src/streams/recording/index.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { MemoryJournal, recordingOf } from '../../src/streams/replay/memory.js';
import { reenact } from '../../src/streams/replay/reenact.js';
import { trade } from '../../src/testing/index.js';
import { at, play } from '../bars/play.js';
import { collect } from '../core/support.js';
import { describeWithData } from '../shared-data.js';

const contract = (symbol: string, expiry: number): Instrument =>
  instrument({
    id: `${symbol}.FUT@cme`,
    venue: 'cme',
    symbol,
    kind: 'future',
    base: 'ES',
    quote: 'USD',
    tick: '0.25',
    lot: '1',
    multiplier: '50',
    expiry,
  });
const H4 = contract('ESH4', Date.UTC(2024, 2, 15, 13, 30));
const M4 = contract('ESM4', Date.UTC(2024, 5, 21, 13, 30));
const U4 = contract('ESU4', Date.UTC(2024, 8, 20, 13, 30));
const instruments = [U4, H4, M4];
const chain = [H4.id, M4.id, U4.id];
const cme = cmeEquityIndex();
const time = (text: string): number => Date.parse(text);
const chainOf = (options: Partial<RollOptions>) =>
  compose({ instruments }, books(), roll({ chain, rule: { by: 'volume', calendar: cme }, ...options }));
const sold = (text: string, which: Instrument, price: number, quantity = 1): TimedEvent =>
  at(time(text), trade(which, { price, quantity }));
/** The frames of what came from outside: a roll is also an event of its own. */
const outside = <F extends Frame>(frames: readonly F[]): readonly F[] =>
  frames.filter(({ sub }) => sub === 0);
const wait = (text: string): TimedEvent => at(time(text), { kind: 'epoch', epoch: 1, leader: 'a' });

describe('roll by expiry', () => {
  const core = chainOf({ rule: { by: 'expiry', days: 8, calendar: cme } });

  it('changes the front at the close of the session so many days before, over the change of the clock', () => {
    // Eight days before 15 March is Thursday the 7th, 13:30: its session closes at 22:00 UTC.
    const { frames } = play(core, [
      sold('2024-03-07T21:59:59Z', H4, 5_000),
      sold('2024-03-07T21:59:59.5Z', M4, 5_050),
      wait('2024-03-07T21:59:59.999Z'),
      wait('2024-03-07T22:00:00Z'),
      sold('2024-03-07T23:00:00Z', M4, 5_100),
      sold('2024-03-07T23:00:01Z', H4, 4_000),
      // 13 June, in summer: 21:00 UTC.
      wait('2024-06-13T20:59:59.999Z'),
      wait('2024-06-13T21:00:00Z'),
    ]);
    expect(frames.map(({ front }) => front).filter((front, index, all) => front !== all[index - 1])).toEqual([
      H4.id,
      M4.id,
      U4.id,
    ]);
    expect(frames[3]?.rolled).toEqual({ from: H4.id, to: M4.id, fromPrice: 5_000, toPrice: 5_050 });
    expect(frames.filter(({ rolled }) => rolled !== undefined).length).toBe(2);
    const continuous = outside(frames)
      .slice(0, 6)
      .map((frame) => frame.continuous);
    expect(continuous).toEqual(
      [5_000, 5_000, 5_000, 5_000, (5_100 * 5_000) / 5_050, (5_100 * 5_000) / 5_050].map((value) =>
        expect.closeTo(value, 9),
      ),
    );
    // Nobody knows a price of the last contract.
    expect(frames.at(-1)?.event).toMatchObject({ kind: 'fault', code: 'no-price' });
    expect(frames.at(-1)?.continuous).toBeNaN();
  });
});

describe('several chains', () => {
  const rule = { by: 'expiry', days: 0, calendar: cme } as const;
  const [N4, O4] = [H4, M4].map((of, index) =>
    instrument({
      venue: 'cme',
      symbol: of.symbol.replace('ES', 'NQ'),
      kind: 'future',
      base: 'NQ',
      quote: 'USD',
      tick: '0.25',
      lot: '1',
      multiplier: '20',
      id: `${of.symbol.replace('ES', 'NQ')}.FUT@cme`,
      expiry: (of.expiry as number) + (index === 0 ? -86_400_000 : 0),
    }),
  ) as [Instrument, Instrument];
  const both = { sp: { chain, rule }, nasdaq: { chain: [N4.id, O4.id], rule } };
  const core = compose({ instruments: [...instruments, N4, O4] }, books(), rolls(both));
  const events = [
    sold('2024-03-13T15:00:00Z', H4, 5_000),
    sold('2024-03-13T15:00:01Z', M4, 5_050),
    sold('2024-03-13T15:00:02Z', N4, 18_000),
    sold('2024-03-13T15:00:03Z', O4, 18_100),
    wait('2024-03-14T13:30:00Z'),
    wait('2024-03-14T14:00:00Z'),
    wait('2024-03-15T13:30:00Z'),
    sold('2024-03-15T15:00:03Z', O4, 18_200),
  ];

  it('say each what the stage of one says, and each step is an event', () => {
    const { frames } = play(core, events);
    for (const [name, options] of Object.entries(both)) {
      const single = compose({ instruments: [...instruments, N4, O4] }, books(), roll(options));
      const alone = outside(play(single, events).frames);
      expect(outside(frames).map((frame) => frame.rolls[name as keyof typeof both])).toEqual(
        alone.map(({ front, rolled, continuous, adjustment }) => ({
          front,
          rolled,
          continuous,
          adjustment,
        })),
      );
    }
    expect(
      frames.flatMap(({ event }) => (event.kind === 'roll' ? [[event.continuous, event.to]] : [])),
    ).toEqual([
      ['NQ', O4.id],
      ['ES', M4.id],
    ]);
    const said = outside(frames);
    expect(said[3]?.rolls.sp).toBe(said[2]?.rolls.sp);
  });

  it('go on from a state saved at any place', () => {
    const whole = play(core, events);
    for (let cut = 1; cut < events.length; cut++) {
      const after = play(core, events.slice(cut), play(core, events.slice(0, cut)).states);
      expect(canonicalBytes(after.states)).toEqual(canonicalBytes(whole.states));
      expect(outside(after.frames).map((frame) => frame.rolls)).toEqual(
        outside(whole.frames)
          .slice(cut)
          .map((frame) => frame.rolls),
      );
    }
  });

  it('are refused where there is none, or two of the same continuous contract', () => {
    expect(() => rolls({})).toThrow('rolls must be at least one chain');
    expect(() => rolls({ sp: { chain: [], rule } })).toThrow('rolls.sp.chain must be at least one contract');
    const twice = compose({ instruments }, books(), rolls({ one: { chain, rule }, two: { chain, rule } }));
    expect(() => play(twice, [])).toThrow('rolls must be chains of different continuous contracts, not "ES"');
  });
});

describe('a definition that comes during the session', () => {
  const core = chainOf({ rule: { by: 'expiry', days: 0, calendar: cme } });
  const defined = (text: string, of: Instrument, changed: Partial<Instrument>): TimedEvent =>
    at(time(text), {
      kind: 'instrument',
      venueTime: 0,
      definition: { ...of, ...changed } as Instrument,
    });
  const fronts = (events: readonly TimedEvent[], restored?: Parameters<typeof play>[2]) =>
    outside(play(core, events, restored).frames).map(({ front }) => front);
  const day = (text: string) => time(`2024-03-${text}T00:00:00Z`);

  it('moves the roll with the expiry, earlier or later, also after a restore', () => {
    const earlier = [
      defined('2024-03-04T12:00:00Z', H4, { version: 2, expiry: day('06') }),
      wait('2024-03-05T23:59:59Z'),
      wait('2024-03-06T00:00:00Z'),
    ];
    expect(fronts(earlier)).toEqual([H4.id, H4.id, M4.id]);
    const { states } = play(core, earlier.slice(0, 1));
    expect(fronts(earlier.slice(1), states)).toEqual([H4.id, M4.id]);
    expect(
      fronts([
        defined('2024-03-04T12:00:00Z', H4, { version: 2, expiry: day('20') }),
        wait('2024-03-16T00:00:00Z'),
        wait('2024-03-20T00:00:00Z'),
      ]),
    ).toEqual([H4.id, H4.id, M4.id]);
  });

  it('that is older, changes what prices mean, or breaks the chain, moves nothing', () => {
    const refused = (changed: Partial<Instrument>) => {
      const { frames } = play(core, [
        defined('2024-03-04T12:00:00Z', H4, changed),
        wait('2024-03-10T00:00:00Z'),
      ]);
      return [
        frames.at(-1)?.front,
        frames.flatMap(({ event }) => (event.kind === 'fault' ? [event.code] : [])),
      ];
    };
    expect(refused({ version: 1, expiry: day('06') })).toEqual([H4.id, []]);
    expect(refused({ version: 2, tick: '0.5', expiry: day('06') })).toEqual([H4.id, []]);
    expect(refused({ version: 2, expiry: M4.expiry as number })).toEqual([H4.id, ['chain-order']]);
    expect(refused({ version: 2, expiry: day('06') })).toEqual([M4.id, ['no-price']]);
  });
});

describe('roll by volume', () => {
  it('changes the front at the close of the day on which the next traded more, once, and never back', () => {
    const { frames } = play(chainOf({ adjust: 'difference' }), [
      sold('2024-03-06T15:00:00Z', H4, 5_000, 10),
      sold('2024-03-06T16:00:00Z', M4, 5_050, 9),
      // Between sessions: counts for no day.
      sold('2024-03-06T22:30:00Z', M4, 5_050, 99),
      sold('2024-03-06T23:30:00Z', H4, 5_010, 5),
      sold('2024-03-07T15:00:00Z', M4, 5_061, 6),
      wait('2024-03-07T21:59:59Z'),
      wait('2024-03-07T22:00:00Z'),
      sold('2024-03-07T23:30:00Z', H4, 5_000, 50),
      sold('2024-03-08T15:00:00Z', M4, 5_071, 1),
      wait('2024-03-08T22:00:00Z'),
    ]);
    const said = outside(frames);
    expect(said.map(({ front }) => front === M4.id)).toEqual([
      ...Array(6).fill(false),
      ...Array(4).fill(true),
    ]);
    expect(said[6]?.rolled).toEqual({ from: H4.id, to: M4.id, fromPrice: 5_010, toPrice: 5_061 });
    expect(said.slice(-4).map(({ continuous, adjustment }) => [continuous, adjustment])).toEqual([
      [5_010, -51],
      [5_010, -51],
      [5_020, -51],
      [5_020, -51],
    ]);
    // Back-adjusted as of now: the present contract's own prices, and the past on their level.
    expect(said.map(({ continuous }) => continuous + 51).slice(-2)).toEqual([5_071, 5_071]);
  });

  it('rolls at expiry at the latest, without adjusting if so told', () => {
    const { frames } = play(chainOf({ adjust: 'none' }), [
      sold('2024-03-15T13:00:00Z', H4, 5_000),
      sold('2024-03-15T13:00:01Z', M4, 5_050),
      wait('2024-03-15T13:30:00Z'),
    ]);
    expect(outside(frames).map(({ front, continuous }) => [front, continuous])).toEqual([
      [H4.id, 5_000],
      [H4.id, 5_000],
      [M4.id, 5_050],
    ]);
  });
});

it('goes on to the bit from a state saved at any place', () => {
  const steps = fc.array(
    fc.record({
      hours: fc.nat(40),
      which: fc.constantFrom(H4, M4, U4),
      price: fc.integer({ min: 19_000, max: 21_000 }),
      quantity: fc.integer({ min: 1, max: 50 }),
    }),
    { minLength: 1, maxLength: 60 },
  );
  const core = chainOf({});
  fc.assert(
    fc.property(steps, fc.nat(), (list, where) => {
      let ts = time('2024-02-20T12:00:00Z');
      const events = list.map(({ hours, which, price, quantity }) => {
        ts += hours * 3_600_000;
        return at(ts, trade(which, { price: price / 4, quantity }));
      });
      const cut = where % events.length;
      const whole = play(core, [
        ...events.slice(0, cut),
        at(events[cut - 1]?.ts ?? 0, { kind: 'barrier', id: 'cut' }),
        ...events.slice(cut),
      ]);
      const after = play(core, events.slice(cut), play(core, events.slice(0, cut)).states);
      expect(canonicalBytes(after.states)).toEqual(canonicalBytes(whole.states));
      const said = after.frames.map(({ front, rolled, continuous }) => [front, rolled, continuous]);
      expect(said).toEqual(
        whole.frames.slice(-said.length).map(({ front, rolled, continuous }) => [front, rolled, continuous]),
      );
    }),
    { numRuns: 60 },
  );
});

describe('rolls in a log', () => {
  const core = compose(
    { instruments },
    books(),
    roll({ chain, rule: { by: 'expiry', days: 8, calendar: cme } }),
  );
  const recording = (): RecordingSource =>
    recordingOf([
      sold('2024-03-07T15:00:00Z', H4, 5_000),
      sold('2024-03-07T15:00:01Z', M4, 5_050),
      // The snapshot's own frame is the first after the close, and rolls.
      at(time('2024-03-07T22:00:00Z'), { kind: 'barrier', id: 'middle' }),
      sold('2024-03-07T23:00:00Z', M4, 5_100),
      sold('2024-06-14T15:00:00Z', U4, 5_200),
    ]);
  const placed = (frame: Frame & RollFields): unknown[] => [
    frame.seq,
    frame.sub,
    frame.event,
    frame.front,
    frame.rolled,
    frame.continuous,
  ];
  const rollOf = (from: Instrument, to: Instrument, when: string) => ({
    kind: 'roll',
    venueTime: 0,
    continuous: 'ES',
    from: from.id,
    to: to.id,
    reason: 'expiry',
    at: time(when),
  });

  it('are derived, (seq, sub), not journalled, and made again by whoever re-enacts the journal', async () => {
    const journal = new MemoryJournal();
    const frames = await collect(backtest(core, recording(), { journal }));
    expect(
      frames.filter(({ event }) => event.kind === 'roll').map(({ seq, sub, event }) => [seq, sub, event]),
    ).toEqual([
      [3, 1, rollOf(H4, M4, '2024-03-07T22:00:00Z')],
      [5, 1, rollOf(M4, U4, '2024-06-13T21:00:00Z')],
    ]);
    expect(journal.events.filter(({ event }) => event.kind === 'roll')).toEqual([]);
    const again = await collect(reenact(core, journal.source()));
    expect(again.map(placed)).toEqual(frames.map(placed));
  });

  it('survive a snapshot between the decision and the event', async () => {
    const journal = new MemoryJournal();
    const whole = backtest(core, recording(), { journal });
    const snapshots: Snapshot[] = [];
    whole.snapshots$.subscribe((snapshot) => snapshots.push(snapshot));
    const frames = await collect(whole);
    const middle = snapshots[0] as Snapshot;
    expect(middle.derived).toEqual([rollOf(H4, M4, '2024-03-07T22:00:00Z')]);
    const restore = decodeSnapshot(encodeSnapshot(middle));
    const rest = frames.slice(frames.findIndex(({ event }) => event.kind === 'roll'));
    expect((await collect(backtest(core, recording(), { restore }))).map(placed)).toEqual(rest.map(placed));
    expect((await collect(reenact(core, journal.source(), { restore }))).map(placed)).toEqual(
      rest.map(placed),
    );
  });

  it('do not depend on whether anything happened between two of them', () => {
    // March expires within a session; at its end June has traded less than September.
    const events = [
      sold('2024-03-15T13:00:00Z', H4, 5_000),
      sold('2024-03-15T13:00:01Z', M4, 5_050),
      sold('2024-03-15T13:00:02Z', U4, 5_100, 2),
    ];
    const late = wait('2024-03-18T15:00:00Z');
    const reasons = (list: readonly TimedEvent[]) =>
      play(chainOf({}), list).frames.flatMap(({ event }) =>
        event.kind === 'roll' ? [[event.from, event.to, event.reason, event.at]] : [],
      );
    const told = [
      [H4.id, M4.id, 'expiry', time('2024-03-15T13:30:00Z')],
      [M4.id, U4.id, 'volume', time('2024-03-15T21:00:00Z')],
    ];
    expect(reasons([...events, late])).toEqual(told);
    expect(reasons([...events, wait('2024-03-15T14:00:00Z'), late])).toEqual(told);
  });

  it('can be carried over a wire by a recording', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-roll-'));
    const path = join(folder, 'rolls.mrr');
    const told = { ...rollOf(H4, M4, '2024-03-07T22:00:00Z') } as OutsideEvent;
    await collect(of(at(1_000, told)).pipe(record(path, { kind: 'market', instruments })));
    const source = await openOwnRecording(path, { kind: 'market' });
    const frames = await collect(backtest(core, source));
    expect(frames.map(({ event }) => event)).toEqual([told, { kind: 'barrier', id: 'end' }]);
    rmSync(folder, { recursive: true });
  });
});

it.each<[string, Partial<RollOptions>]>([
  ['roll.chain must be at least one contract', { chain: [] }],
  ['roll.chain must be of instruments in the table, not "ESZ4"', { chain: ['ESZ4'] }],
  ['roll.chain must be contracts that expire one after the other', { chain: [M4.id, H4.id] }],
  ['roll.rule.days must be', { rule: { by: 'expiry', days: -1, calendar: cme } }],
  ['roll.rule.by must be one of', { rule: { by: 'openInterest' as 'volume', calendar: cme } }],
  ['roll.continuous must be a name', { continuous: '' }],
  ['roll.continuous must be a name', { continuous: 7 as unknown as string }],
  ['roll.adjust must be one of', { adjust: 'back' as 'ratio' }],
])('refuses: %s', (message, options) => {
  expect(() => play(chainOf(options), [])).toThrow(message);
});

describeWithData('roll over recorded bars', (data) => {
  it('stays on the December contract in October 2013, which trades most by far', () => {
    const rows = gunzipSync(readFileSync(data('cme/cme_es_1m_trade_20131007-08_lean.csv.gz')))
      .toString()
      .trim()
      .split('\n')
      .slice(1)
      .map((line) => line.split(','));
    const list = [
      contract('ESZ3', Date.UTC(2013, 11, 20, 14, 30)),
      contract('ESH4', Date.UTC(2014, 2, 21, 13, 30)),
    ];
    const [december, march] = list as [Instrument, Instrument];
    const events = rows.flatMap(([start, name, open, high, low, close, volume]): TimedEvent[] => {
      const which = name === '201312' ? december : name === '201403' ? march : undefined;
      if (which === undefined) return [];
      const [end, ...ticks] = [Number(start) + 60_000, open, high, low, close].map(Number) as [
        number,
        ...number[],
      ];
      const [o, h, l, c] = ticks.map((price) => Math.round(price * 4)) as [number, number, number, number];
      const bar: OutsideEvent = {
        kind: 'bar',
        instrument: which.id,
        venueTime: end,
        start: Number(start),
        end,
        open: o,
        high: h,
        low: l,
        close: c,
        volume: Number(volume),
        trades: -1,
      };
      return [at(end, bar)];
    });
    const core = (order: readonly Instrument[]) =>
      compose(
        { instruments: list },
        books(),
        roll({ chain: order.map(({ id }) => id), rule: { by: 'volume', calendar: cme } }),
      );
    const { frames } = play(core(list), events);
    expect(frames.length).toBeGreaterThan(2_000);
    expect(new Set(frames.map(({ front }) => front))).toEqual(new Set([december.id]));
  });
});
