import { describe, expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Snapshot } from '../../src/core/snapshot.js';
import { ConfigurationError } from '../../src/domain/errors.js';
import type { OutsideEvent, TimedEvent } from '../../src/domain/event.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { type BookOptions, books } from '../../src/operators/index.js';
import { type BacktestOptions, backtest, recordingOf } from '../../src/streams/index.js';
import { bookDelta, bookSnapshot, link, quote, spot, status, sync } from '../../src/testing/index.js';
import { orderEvent } from './events.js';

const BTC = spot();
const ETH = spot({ base: 'ETH' });
const whole = (last: number, of: Instrument = BTC) =>
  bookSnapshot(of, { bids: [[99, 1]], asks: [[101, 2]], last });
const crossing = bookDelta(BTC, { first: 11, last: 11, bids: [[102, 1]] });
const healing = bookDelta(BTC, { first: 12, last: 12, bids: [[102, 0]] });
const epoch: OutsideEvent = { kind: 'epoch', epoch: 2, leader: 'b' };
const at = (ts: number, event: OutsideEvent): TimedEvent => ({ ts, event });

interface Told {
  /** `1000 unsynced: why`, of derived events. */
  readonly syncs: string[];
  /** `1000 ask`, `1000 timer silent 2000`. */
  readonly requests: string[];
  /** Times at which frames about BTC said synced. */
  readonly synced: number[];
  readonly snapshots: Snapshot[];
}

/** Plays events of one venue and notes what the stage says of them. */
async function play(
  events: readonly TimedEvent[],
  options: BookOptions = {},
  run: BacktestOptions = {},
): Promise<Told> {
  const told: Told = { syncs: [], requests: [], synced: [], snapshots: [] };
  const core = compose({ instruments: [BTC, ETH] }, books(options));
  const playing = backtest(core, recordingOf(events), { grace: 0, ...run });
  playing.snapshots$.subscribe((snapshot) => told.snapshots.push(snapshot));
  await playing.forEach(({ ts, sub, event, instrument, requests, synced }) => {
    if (sub > 0 && event.kind === 'sync') told.syncs.push(`${ts} ${event.state}: ${event.reason}`);
    for (const request of requests) {
      if (request.kind === 'ask') told.requests.push(`${ts} ask`);
      if (request.kind === 'timer')
        told.requests.push(`${ts} timer ${request.name.split(':')[1]} ${request.due}`);
    }
    if (instrument === 0 && synced) told.synced.push(ts);
  });
  return told;
}

const askTimes = ({ requests }: Told): number[] =>
  requests.filter((request) => request.endsWith('ask')).map((request) => Number(request.split(' ')[0]));

describe('a crossed book of levels', () => {
  const start = [at(1_000, whole(10)), at(2_000, crossing)];
  const end = at(9_000, quote(ETH, 10));

  it('is not synced, and when it does not heal in time it is lost and asked for', async () => {
    const told = await play([...start, end]);
    expect(told.synced).toEqual([1_000, 1_000]);
    expect(told.syncs.slice(0, 2)).toEqual([
      '1000 synced: the book is whole',
      '3000 unsynced: crossed for too long: bid 102.00, ask 101.00',
    ]);
    expect(askTimes(told)).toEqual([3_000, 4_000, 6_000]);
  });

  it('that heals in time was never lost', async () => {
    const told = await play([...start, at(3_000, healing), end]);
    expect([told.syncs.length, askTimes(told)]).toEqual([2, []]);
    expect(told.synced).toContain(3_000);
  });

  it('may take the time that is given', async () => {
    const told = await play([...start, end], { crossedFor: '5s' });
    expect(told.syncs[1]).toMatch(/^7000 unsynced/);
  });

  it('comes back with the next snapshot, and when that is crossed as well it is not asked for in a flood', async () => {
    const crossed = (last: number) => bookSnapshot(BTC, { bids: [[102, 1]], asks: [[101, 2]], last });
    const again = Array.from({ length: 20 }, (_, index) => at(3_100 + 500 * index, crossed(20 + index)));
    const told = await play([...start, ...again, at(13_500, whole(60)), at(14_000, quote(ETH, 10))]);
    // Each answer is given its second to heal; the wait grows from one loss to the next, as if it were one.
    expect(askTimes(told)).toEqual([3_000, 4_100, 7_100, 11_600]);
    expect(told.synced.at(-1)).toBe(13_500);
  });

  it('is as it should be before a market opens; from then on it has to heal', async () => {
    const preOpen = [at(1_000, whole(10)), at(1_500, status(BTC, 'preOpen')), at(2_000, crossing)];
    expect((await play([...preOpen, end])).syncs.length).toBe(2);
    const opened = await play([...preOpen, at(5_000, status(BTC, 'open')), end]);
    expect(opened.syncs[1]).toMatch(/^6000 unsynced: crossed/);
  });

  it('of orders is not distrusted, yet not synced on frames', async () => {
    const add = (orderId: string, side: 'bid' | 'ask', price: number) =>
      orderEvent('add', orderId, { instrument: BTC.id, side, price, quantity: 1 });
    const told = await play([
      at(1_000, orderEvent('clear', '', { instrument: BTC.id })),
      at(1_100, add('a', 'bid', 100)),
      at(1_200, add('b', 'ask', 101)),
      at(1_300, add('c', 'bid', 102)),
      at(8_000, orderEvent('cancel', 'c', { instrument: BTC.id, quantity: 1 })),
    ]);
    expect(told.syncs).toEqual(['1000 synced: the book is whole']);
    expect(told.synced).toEqual([1_200, 8_000]);
  });
});

describe('a feed that counts anew without a word', () => {
  const old = (id: number) => bookDelta(BTC, { first: id, last: id, bids: [[98, id]] });
  const anew = Array.from({ length: 16 }, (_, index) => at(2_000 + 500 * index, old(1 + index)));
  const known = [at(1_000, whole(1_000)), at(1_500, bookDelta(BTC, { first: 1_001, last: 1_001 }))];

  it('is lost when nothing but old changes has come for long enough, and asked for', async () => {
    const told = await play([...known, ...anew]);
    expect(told.syncs).toEqual([
      '1000 synced: the book is whole',
      '7000 unsynced: nothing but changes older than 1001 for 5 s: the feed may count anew',
    ]);
    expect(askTimes(told)).toEqual([7_000, 8_000]);
    expect(told.synced.at(-1)).toBe(6_500);
  });

  it('is whole again with a snapshot that counts as the feed does', async () => {
    const told = await play([...known, ...anew, at(10_000, whole(16)), at(10_500, old(17))]);
    expect(told.syncs.at(-1)).toBe('10000 synced: the book is whole');
    expect(told.synced.at(-1)).toBe(10_500);
  });

  it('is not one that repeats itself, nor one that is behind a snapshot for a while, nor one that says nothing', async () => {
    const twice = Array.from({ length: 20 }, (_, index) => bookDelta(BTC, { first: 1_002 + index })).flatMap(
      (event, index) => [at(2_000 + 1_000 * index, event), at(2_100 + 1_000 * index, event)],
    );
    const behind = [
      at(22_000, old(1_020)),
      at(25_900, old(1_021)),
      at(40_000, bookDelta(BTC, { first: 1_022 })),
    ];
    const told = await play([...known, ...twice, ...behind]);
    expect(told.syncs).toEqual(['1000 synced: the book is whole']);
  });

  it('is not told by snapshots: an old one is a late answer', async () => {
    const late = Array.from({ length: 20 }, (_, index) => at(2_000 + 1_000 * index, whole(900)));
    expect((await play([...known, ...late])).syncs).toHaveLength(1);
  });

  it('may be given another time, also across a snapshot of the state', async () => {
    const told = await play([...known, ...anew], { staleFor: '2s' }, { barrierEvery: 1 });
    expect(told.syncs[1]).toMatch(/^4000 unsynced: .* for 2 s/);
    const [restore] = told.snapshots.filter(({ ts }) => ts === 3_000);
    if (restore === undefined) throw new Error('no snapshot at 3000');
    const rest = await play([...known, ...anew], { staleFor: '2s' }, { restore });
    expect(rest.syncs).toEqual(told.syncs.slice(1));
    expect(() => books({ staleFor: '0s' })).toThrow(ConfigurationError);
  });
});

describe('a silent market', () => {
  const options = { silentAfter: '2s' } as const;

  it('is lost when nothing comes at all, and is asked for with growing patience', async () => {
    const told = await play([at(1_000, whole(10))], { silentAfter: { [BTC.id]: '2s' } }, { grace: 150_000 });
    expect(told.syncs).toEqual(['1000 synced: the book is whole', '3000 unsynced: silent for 2 s']);
    expect(askTimes(told)).toEqual([3_000, 4_000, 6_000, 10_000, 18_000, 34_000, 66_000, 126_000]);
  });

  it('is one that never said anything, too', async () => {
    const told = await play(
      [at(1_000, quote(ETH, 10)), at(2_500, quote(ETH, 10)), at(4_000, quote(ETH, 10))],
      options,
    );
    expect(told.syncs).toContain('3000 unsynced: silent for 2 s');
  });

  it('is not one that speaks, with one timer for many words', async () => {
    const words = Array.from({ length: 50 }, (_, index) => at(1_000 + 100 * index, quote(BTC, 100 + index)));
    const told = await play(words, { silentAfter: { [BTC.id]: '2s' } });
    expect(told.syncs).toEqual(['1000 synced: quoted']);
    expect(told.requests).toEqual([3_000, 5_000, 7_000].map((due) => `${due - 2_000} timer silent ${due}`));
  });

  it('counts quotes only where there is no book: they do not tell whether it is alive', async () => {
    const quotes = [1_500, 2_500, 3_500].map((ts) => at(ts, quote(BTC, { bid: 99, ask: 101, updateId: 20 })));
    const told = await play([at(1_000, whole(10)), ...quotes], options);
    expect(told.syncs).toContain('3000 unsynced: silent for 2 s');
    expect(told.synced).not.toContain(3_500);
  });

  it('comes back with the next quote, or the next full book', async () => {
    const quoted = await play([at(1_000, quote(BTC, 100)), at(5_000, quote(BTC, 101))], {
      silentAfter: { [BTC.id]: '2s' },
    });
    expect(quoted.syncs).toEqual([
      '1000 synced: quoted',
      '3000 unsynced: silent for 2 s',
      '5000 synced: quoted',
    ]);
    const booked = await play(
      [at(1_000, whole(10)), at(5_000, crossing), at(6_000, whole(11)), at(6_500, quote(ETH, 10))],
      { silentAfter: { [BTC.id]: '2s' } },
    );
    expect(booked.synced).toContain(6_000);
    expect(booked.synced).not.toContain(5_000);
    expect(askTimes(booked)).toEqual([3_000, 4_000]);
  });

  it('may be closed: then silence counts from its opening', async () => {
    const night = [at(1_000, whole(10)), at(1_500, status(BTC, 'closed'))];
    const told = await play([...night, at(9_000, status(BTC, 'open')), at(20_000, quote(ETH, 10))], {
      silentAfter: { [BTC.id]: '2s' },
    });
    expect(told.syncs[1]).toBe('11000 unsynced: silent for 2 s');
  });

  it('has the limit of its instrument before that of its venue', async () => {
    const told = await play(
      [at(1_000, quote(BTC, 100)), at(1_000, quote(ETH, 10)), at(3_500, quote(ETH, 10))],
      {
        silentAfter: { venue: '2s', [ETH.id]: '1m' },
      },
    );
    expect(told.syncs.filter((said) => said.includes('unsynced'))).toEqual(['3000 unsynced: silent for 2 s']);
  });

  it('has limits for what there is, and no others', () => {
    expect(() => books({ silentAfter: 0 })).toThrow(ConfigurationError);
    expect(() => books({ crossedFor: '0s' })).toThrow(ConfigurationError);
    expect(() => books({ crossed: 1 } as BookOptions)).toThrow(ConfigurationError);
    const core = compose({ instruments: [BTC] }, books({ silentAfter: { nowhere: '1s' } }));
    expect(() => core.start()).toThrow(/nowhere, which is neither an instrument nor a venue/);
  });
});

describe('what is outstanding', () => {
  const gap = bookDelta(BTC, { first: 20, last: 21, bids: [[98, 1]] });

  it('is a book that the connection distrusts: emptied, asked for, whole with the next snapshot', async () => {
    const told = await play([
      at(1_000, whole(10)),
      at(1_500, sync(BTC, 'unsynced', 'wrong checksum')),
      at(1_600, bookDelta(BTC, { first: 11, last: 11, bids: [[100, 1]] })),
      at(2_000, whole(10)),
      at(4_000, quote(ETH, 10)),
    ]);
    expect(told.syncs.slice(0, 3)).toEqual([
      '1000 synced: the book is whole',
      '1500 unsynced: wrong checksum',
      '2000 synced: the book is whole',
    ]);
    expect(askTimes(told)).toEqual([1_500]);
  });

  it('is asked for again at once when the first answer is too old, and then no faster than before', async () => {
    const old = Array.from({ length: 9 }, (_, index) => at(1_510 + 10 * index, whole(12)));
    const told = await play([at(1_000, whole(10)), at(1_500, gap), ...old, at(2_600, quote(ETH, 10))]);
    expect(askTimes(told)).toEqual([1_500, 1_510]);
  });

  it('is a first snapshot that does not come by itself', async () => {
    const told = await play([at(1_000, gap), at(2_500, quote(ETH, 10))]);
    expect(askTimes(told)).toEqual([2_000]);
  });

  it('is asked for again when the link is up', async () => {
    const told = await play([
      at(1_000, whole(10)),
      at(2_000, link('venue', 'down')),
      at(2_500, link('venue', 'up')),
      at(2_700, whole(3)),
      at(9_000, quote(ETH, 10)),
    ]);
    expect(askTimes(told)).toEqual([2_000, 2_500]);
    expect(told.synced).toContain(2_700);
  });

  it('is issued again when somebody else takes over', async () => {
    const told = await play([at(1_000, whole(10)), at(1_500, gap), at(1_700, epoch), at(1_800, epoch)]);
    expect(told.requests).toEqual([
      '1500 ask',
      '1500 timer ask 2500',
      '1700 ask',
      '1700 timer ask 2500',
      '1800 ask',
      '1800 timer ask 2500',
    ]);
    const watching = await play([at(1_000, whole(10)), at(1_100, crossing), at(1_200, epoch)], {
      silentAfter: { [BTC.id]: '3s' },
    });
    expect(watching.requests.slice(-2)).toEqual(['1200 timer crossed 2100', '1200 timer silent 4000']);
  });

  it('goes on from a snapshot as if nothing had happened', async () => {
    const events = [
      at(1_000, whole(10)),
      at(1_000, whole(10, ETH)),
      at(1_100, crossing),
      at(2_500, quote(ETH, 10)),
      at(4_000, whole(30)),
      at(9_000, quote(ETH, 10)),
    ];
    const options: BookOptions = { silentAfter: '3s' };
    const all = await play(events, options, { barrierEvery: 1 });
    expect(all.syncs.length).toBeGreaterThan(4);
    for (const restore of all.snapshots.slice(0, -1)) {
      const rest = await play(events, options, { barrierEvery: 1, restore });
      for (const key of ['syncs', 'requests', 'synced'] as const) {
        expect(rest[key]).toEqual(all[key].slice(all[key].length - rest[key].length));
      }
      expect(rest.snapshots.at(-1)).toEqual(all.snapshots.at(-1));
    }
  });
});
