import { describe, expect, test } from 'vitest';
import { Sequencer, type SequencerOptions } from '../../src/core/sequencer.js';
import { instrumentId } from '../../src/domain/brand.js';
import { ConfigurationError } from '../../src/domain/errors.js';
import type { OutsideEvent, SequencedEvent } from '../../src/domain/event.js';
import { book, fill, link, quote, report, trade } from './support.js';

interface Bench {
  readonly sequencer: Sequencer;
  readonly log: SequencedEvent[];
  readonly halts: string[];
  now: number;
  /** Called with every event that gets its place. */
  handle: (event: OutsideEvent) => void;
}

function bench(options: SequencerOptions = {}): Bench {
  const made: Bench = {
    log: [],
    halts: [],
    now: 0,
    handle: () => undefined,
    sequencer: new Sequencer(
      {
        now: () => made.now,
        accept: (sequenced) => {
          made.log.push(sequenced);
          made.handle(sequenced.event);
        },
        halt: (code, message) => {
          made.halts.push(`${code}: ${message}`);
          made.sequencer.offer({ kind: 'fault', component: 'sequencer', code, message, severity: 'halt' });
        },
      },
      options,
    ),
  };
  return made;
}

const eventsOf = ({ log }: Bench): OutsideEvent[] => log.map(({ event }) => event);

describe('order', () => {
  test('counts from 1 and never lets time go back', () => {
    const b = bench();
    for (const now of [5, 7, 6, 8]) {
      b.now = now;
      b.sequencer.offer(link(String(now)));
    }
    expect(b.log.map(({ seq, ts }) => [seq, ts])).toEqual([
      [1, 5],
      [2, 7],
      [3, 7],
      [4, 8],
    ]);
  });

  test('queues what is offered from within, and never nests', () => {
    const b = bench();
    let inside = 0;
    b.handle = (event) => {
      expect(++inside).toBe(1);
      if (event.kind === 'link' && event.reason === 'a') {
        b.sequencer.offer(link('b'));
        b.sequencer.offer(link('c'));
      }
      inside--;
    };
    b.sequencer.offerAll([link('a'), link('d')]);
    expect(eventsOf(b)).toEqual([link('a'), link('d'), link('b'), link('c')]);
  });

  test('goes on after a handler threw, and keeps the order of what waited', () => {
    const b = bench();
    b.handle = (event) => {
      if (event.kind !== 'link' || event.reason !== 'a') return;
      b.sequencer.offer(link('b'));
      throw new Error('broken');
    };
    expect(() => b.sequencer.offer(link('a'))).toThrow('broken');
    b.sequencer.offer(link('c'));
    expect(eventsOf(b)).toEqual([link('a'), link('b'), link('c')]);
  });
});

describe('merging in a burst', () => {
  test('keeps the newest quote of each instrument at the place of the first', () => {
    const b = bench();
    const other = instrumentId('other');
    b.sequencer.offerAll([quote(1, 2, 1), quote(10, 20, 1, other), quote(3, 4, 2), quote(30, 40, 2, other)]);
    expect(eventsOf(b)).toEqual([quote(3, 4, 2), quote(30, 40, 2, other)]);
    expect(b.sequencer.counts.merged).toBe(2);
  });

  test('merges deltas level by level, from the first id to the last', () => {
    const b = bench();
    b.sequencer.offerAll([
      book('delta', { first: 5, last: 6, bids: [10, 1, 9, 2] }),
      book('delta', { first: 7, last: 9, bids: [10, 0, 8, 3], asks: [12, 4] }),
    ]);
    expect(eventsOf(b)).toEqual([
      book('delta', { first: 5, last: 9, bids: [8, 3, 9, 2, 10, 0], asks: [12, 4] }),
    ]);
  });

  test('leaves a gap visible', () => {
    const b = bench();
    const spot = [book('delta', { first: 5, last: 6 }), book('delta', { first: 8, last: 9 })];
    b.sequencer.offerAll(spot);
    expect(eventsOf(b)).toEqual(spot);
    const c = bench();
    const futures = [
      book('delta', { first: 5, last: 6, previous: 4 }),
      book('delta', { first: 9, last: 9, previous: 8 }),
    ];
    c.sequencer.offerAll(futures);
    expect(eventsOf(c)).toEqual(futures);
  });

  test.each([
    ['a trade', [quote(1, 2, 1), trade(1), quote(3, 4, 2)]],
    ['a trade, between deltas', [book('delta'), trade(1), book('delta')]],
    ['a book snapshot, between deltas', [book('delta'), book('snapshot'), book('delta')]],
    ['a book snapshot, between quotes', [quote(1, 2, 1), book('snapshot', { last: 2 }), quote(3, 4, 3)]],
    ['a link going down', [quote(1, 2, 1), { ...link('x'), state: 'down' } as OutsideEvent, quote(3, 4, 2)]],
    ['a delta, between quotes without ids', [quote(1, 2), book('delta', { first: 1, last: 1 }), quote(3, 4)]],
    ['a quote, between deltas without ids', [book('delta'), quote(1, 2), book('delta')]],
  ] as [string, OutsideEvent[]][])('does not reach across %s', (_name, burst) => {
    const b = bench();
    b.sequencer.offerAll(burst);
    expect(eventsOf(b)).toEqual(burst);
    expect(b.sequencer.counts.merged).toBe(0);
  });

  test('never happens between bursts', () => {
    const b = bench();
    b.sequencer.offer(quote(1, 2, 1));
    b.sequencer.offer(quote(3, 4, 2));
    expect(b.log).toHaveLength(2);
  });
});

describe('bounds', () => {
  test('a full inbox halts once, and still has room for controls, decisions and reports', () => {
    const b = bench({ capacity: 8, reserved: 4 });
    b.sequencer.hold();
    for (let price = 1; price <= 6; price++) b.sequencer.offer(trade(price));
    expect(b.halts).toHaveLength(1);
    expect(b.halts[0]).toMatch(/^overflow: .*4 events wait.*trade/);
    const control: OutsideEvent = {
      kind: 'control',
      action: 'kill',
      scope: 'desk',
      value: 0,
      by: 'me',
      reason: '',
    };
    expect(b.sequencer.offer(control)).toBe(true);
    expect(b.sequencer.offer(report('a'))).toBe(true);
    expect(b.sequencer.offer(link('full now'))).toBe(true);
    expect(b.sequencer.offer(link('no room'))).toBe(false);
    expect(b.sequencer.offer(fill('a', 1))).toBe(true);
    b.sequencer.release();
    const kinds = eventsOf(b).map(({ kind }) => kind);
    expect(kinds).toEqual([
      'trade',
      'trade',
      'trade',
      'trade',
      'fault',
      'control',
      'report',
      'link',
      'report',
    ]);
    expect(b.sequencer.counts.refused).toBe(3);
  });

  test('merging needs no room', () => {
    const b = bench({ capacity: 4, reserved: 2 });
    b.sequencer.offerAll(Array.from({ length: 1_000 }, (_, index) => quote(index, index + 1, index)));
    expect(b.halts).toEqual([]);
    expect(eventsOf(b)).toEqual([quote(999, 1_000, 999)]);
  });

  test.each([
    [{ capacity: 1 }, /sequencer\.capacity .*at least 2, not 1/],
    [{ reserved: 0 }, /sequencer\.reserved .*at least 1, not 0/],
    [{ maximumFeedback: 0.5 }, /sequencer\.maximumFeedback .*not 0\.5/],
  ])('refuses %o by name', (options, message) => {
    expect(() => bench(options)).toThrow(ConfigurationError);
    expect(() => bench(options)).toThrow(message);
  });
});

describe('a loop that feeds itself', () => {
  test('is cut off by name, and reports still come in, within reason', () => {
    const b = bench({ maximumFeedback: 10 });
    b.handle = (event) => {
      b.sequencer.offer(event.kind === 'report' ? report('again') : link('again'));
      if (event.kind === 'link' && b.log.length === 1) b.sequencer.offer(report('first'));
    };
    b.sequencer.offer(link('start'));
    expect(b.halts).toHaveLength(1);
    expect(b.halts[0]).toMatch(/^feedback-loop: events caused each other 10 times/);
    expect(b.log.length).toBeLessThan(50);
  });

  test('is cut off too when it is made of faults or of reports', () => {
    for (const event of [
      report('again'),
      { kind: 'fault', component: 'x', code: 'x', message: '', severity: 'notice' } as OutsideEvent,
    ]) {
      const b = bench({ maximumFeedback: 100 });
      b.handle = () => {
        if (b.log.length > 10_000) throw new Error('for ever');
        b.sequencer.offer(event);
      };
      b.sequencer.offer(event);
      expect(b.halts).toHaveLength(1);
    }
  });

  test('is none when the chain is long, and each event comes from outside', () => {
    const b = bench({ maximumFeedback: 10 });
    for (let index = 0; index < 1_000; index++) b.sequencer.offer(link('x'));
    b.sequencer.offerAll(Array.from({ length: 1_000 }, () => link('x')));
    expect(b.halts).toEqual([]);
    expect(b.log).toHaveLength(2_000);
  });
});
