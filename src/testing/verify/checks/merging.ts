import { Observable } from 'rxjs';
import type { Driver } from '../../../core/driver.js';
import type { Frame } from '../../../core/frame.js';
import type { Chance } from '../../../domain/chance.js';
import type { OutsideEvent, TimedEvent } from '../../../domain/event.js';
import type { Played } from '../../../research/frames/play.js';
import { coreOf } from '../../../research/look-ahead.js';
import { MemoryJournal } from '../../../streams/replay/memory.js';
import { differing, type Failure } from '../failure.js';
import { type Check, playDesk, type Subject } from '../subject.js';
import { comparison, haltOf, passAgain } from './runs.js';

/** Most events that come at once. */
const BURST = 12;

/**
 * Events that come in bursts, and merge while they wait: nothing halts, the log gives the same again, and the market
 * after a burst is that of the same events one by one.
 */
export const merging: Check = {
  holds: 'events that come in bursts and merge give one log, and the market that they give one by one',
  async run(subject, events, chance) {
    const bursts = burstsOf(events, chance);
    const journal = new MemoryJournal();
    const merged = await playBursts(subject, bursts, journal);
    const halt = haltOf(merged);
    if (halt !== undefined) return { ...halt, what: `with events that merge ${halt.what}` };
    const again = await playBursts(subject, bursts, new MemoryJournal());
    const differs = comparison(
      subject,
      'with events that merge, a second run showed something else',
      merged,
      again,
    );
    if (differs !== undefined) return differs;
    const { frames, failed } = await passAgain(subject, headsOf(bursts), journal);
    const runs = [
      { name: 'merged', frames: merged.frames },
      { name: 're-enacted', frames },
    ];
    if (failed !== undefined)
      return {
        what: `with events that merge, re-enacting the journal failed: ${failed}`,
        ts: frames.at(-1)?.ts ?? Number.NaN,
        runs,
      };
    const difference = subject.values.firstOf(merged.frames, frames);
    if (difference !== undefined)
      return differing('with events that merge, the journal gives something else', difference, runs);
    const single = bursts.flatMap((burst) => burst.events.map((event) => ({ ts: burst.ts, event })));
    return marketOf(await playDesk(subject, single), merged);
  },
};

interface Burst {
  readonly ts: number;
  readonly events: readonly OutsideEvent[];
}

/** Consecutive events, known together when the last of them is: nobody sees anything earlier than it was. */
function burstsOf(events: readonly TimedEvent[], chance: Chance): readonly Burst[] {
  const bursts: Burst[] = [];
  for (let from = 0; from < events.length; ) {
    const to = Math.min(events.length, from + 1 + Math.floor(chance.draw() * BURST));
    const last = events[to - 1] as TimedEvent;
    // Copies: a head is known by identity, and the same object may stand in a list twice.
    bursts.push({ ts: last.ts, events: events.slice(from, to).map(({ event }) => ({ ...event })) });
    from = to;
  }
  return bursts;
}

const headsOf = (bursts: readonly Burst[]): readonly TimedEvent[] =>
  bursts.map(({ ts, events: [head] }) => ({ ts, event: head as OutsideEvent }));

/** The first event of each burst is recorded; a driver says the others while that one is handled. */
function playBursts(subject: Subject, bursts: readonly Burst[], journal: MemoryJournal): Promise<Played> {
  const followers = new Map(bursts.map(({ events: [head, ...rest] }) => [head as OutsideEvent, rest]));
  const driver: Driver = {
    name: 'verify:bursts',
    connect: ({ events$ }) =>
      new Observable((output) =>
        events$.subscribe(({ event }) => {
          const rest = followers.get(event as OutsideEvent);
          if (rest === undefined) return;
          followers.delete(event as OutsideEvent);
          for (const each of rest) output.next(each);
        }),
      ),
  };
  return playDesk(subject, headsOf(bursts), {
    journal,
    drivers: [...subject.drivers(coreOf(subject.desk, subject.given)), driver],
  });
}

const PRICES = ['bid', 'ask'] as const;

/** The best prices of each instrument when each burst is over. */
function marketOf(single: Played, merged: Played): Failure | undefined {
  const [one, other] = [pricesOf(single.frames), pricesOf(merged.frames)];
  for (const [key, { frame, prices }] of one) {
    const there = other.get(key);
    if (there === undefined) continue;
    for (const [place, field] of PRICES.entries()) {
      const [expected, received] = [prices[place], there.prices[place]];
      if (Object.is(expected, received)) continue;
      return differing(
        'after events that merged, the market is not what the same events give one by one',
        {
          seq: there.frame.seq,
          sub: there.frame.sub,
          ts: frame.ts,
          kind: there.frame.event.kind,
          stage: 'books',
          field,
          expected,
          received,
        },
        [
          { name: 'one by one', frames: single.frames },
          { name: 'merged', frames: merged.frames },
        ],
      );
    }
  }
  return undefined;
}

/** What the last frame of an instrument at each time showed. */
function pricesOf(
  frames: readonly Frame[],
): ReadonlyMap<string, { readonly frame: Frame; readonly prices: readonly unknown[] }> {
  const found = new Map<string, { readonly frame: Frame; readonly prices: readonly unknown[] }>();
  for (const frame of frames) {
    const { kind } = frame.event;
    if (frame.sub !== 0 || (kind !== 'quote' && kind !== 'book' && kind !== 'trade')) continue;
    found.set(`${frame.ts} ${frame.instrument}`, {
      frame,
      prices: PRICES.map((field): unknown => Reflect.get(frame, field)),
    });
  }
  return found;
}
