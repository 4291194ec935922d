import { type Subscription, VirtualTimeScheduler } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { type PipelineRun, run } from '../../src/core/run.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { act, counter, driver, link, listener, nameOf, submit } from './support.js';

const open: Subscription[] = [];
afterEach(() => {
  for (const subscription of open.splice(0)) subscription.unsubscribe();
});

/** Asks for a timer at each link event, and again at each of its timers; sends an order on `order NAME`. */
const pipeline = () =>
  compose(
    { name: 'test', instruments: [] },
    counter,
    act('waits', ({ event, ts }, context) => {
      if (event.kind === 'link' && event.reason === 'wait')
        context.request({ kind: 'timer', name: 't', due: ts + 100 });
    }),
    act('orders', ({ event }, context) => {
      if (event.kind === 'link' && event.reason.startsWith('order '))
        context.request(submit(event.reason.slice(6)) as never);
    }),
  );

interface Member {
  readonly run: PipelineRun<Frame & { count: number }>;
  readonly seen: string[];
  readonly sent: string[];
  readonly log: SequencedEvent[];
  readonly leading: boolean[];
  say(reason: string): void;
}

function member(role: 'leader' | 'follower', scheduler = new VirtualTimeScheduler()): Member {
  const seen: string[] = [];
  const leading: boolean[] = [];
  const { driver: ear, commands } = listener();
  let say: (reason: string) => void = () => undefined;
  const mouth = driver('mouth', ({ leading$ }, tell) => {
    say = (reason) => tell(link(reason));
    leading$.subscribe((leads) => {
      leading.push(leads);
      if (leads && role === 'follower') say('all I know');
    });
  });
  const journal = new MemoryJournal();
  const running = run(pipeline(), {
    clock: liveClock(scheduler),
    drivers: [ear, mouth],
    journal,
    role,
  });
  open.push(
    running.subscribe((frame) => seen.push(`${frame.seq}.${frame.sub} ${nameOf(frame)} ${frame.count}`)),
  );
  return {
    run: running,
    seen,
    get sent() {
      return commands.map((command) =>
        command.kind === 'submit' ? command.order.clientOrderId : command.kind,
      );
    },
    log: journal.events,
    leading,
    say: (reason) => say(reason),
  };
}

const feed = (from: Member, to: Member): void => {
  for (const event of from.log.slice(to.run.position.seq)) to.run.follow(event);
};

describe('a follower', () => {
  test('passes the log of its leader with its gate shut, and hears nothing of its own drivers', () => {
    const leader = member('leader');
    const follower = member('follower');
    leader.say('a');
    leader.say('order 1');
    follower.say('mine');
    feed(leader, follower);
    expect(follower.seen).toEqual(leader.seen);
    expect(leader.sent).toEqual(['1']);
    expect(follower.sent).toEqual([]);
    expect([leader.leading, follower.leading]).toEqual([[true], [false]]);
    expect(follower.run.leads).toBe(false);
  });

  test('refuses an event when one before it is missing, and events are none of a leader’s business', () => {
    const leader = member('leader');
    const follower = member('follower');
    leader.say('a');
    leader.say('b');
    expect(() => follower.run.follow(leader.log[1] as SequencedEvent)).toThrow(
      'seq 2 cannot follow seq 0: events are missing',
    );
    follower.run.follow(leader.log[0] as SequencedEvent);
    expect(() => leader.run.follow(leader.log[0] as SequencedEvent)).toThrow('a leader follows nobody');
    expect(follower.seen).toEqual(['1.0 a 1']);
  });

  test('follows only once it runs', () => {
    const running = run(pipeline(), { clock: liveClock(new VirtualTimeScheduler()), role: 'follower' });
    expect(() => running.follow({ seq: 1, ts: 1, event: link('a') })).toThrow('once it is subscribed to');
  });
});

describe('a takeover', () => {
  test('goes on behind the last event: the mark first, then what the drivers know, then their news', () => {
    const leader = member('leader');
    const follower = member('follower');
    leader.say('a');
    leader.say('order 1');
    feed(leader, follower);
    follower.run.lead({ epoch: 2, leader: 'b' });
    follower.say('order 2');
    expect(follower.seen.slice(2)).toEqual(['3.0 epoch 2', '4.0 all I know 3', '5.0 order 2 4']);
    expect(follower.log.map(({ seq }) => seq)).toEqual([3, 4, 5]);
    expect(follower.log[0]?.event).toEqual({ kind: 'epoch', epoch: 2, leader: 'b' });
    expect(follower.sent).toEqual(['2']);
    expect(follower.leading).toEqual([false, true]);
  });

  test('rings the timers that its leader waited for, and not those that have rung', () => {
    const time = new VirtualTimeScheduler();
    const leader = member('leader', time);
    const follower = member('follower', time);
    leader.say('wait');
    feed(leader, follower);
    time.schedule(() => follower.run.lead({ epoch: 2, leader: 'b' }), 50);
    time.flush();
    expect(follower.seen.map((place) => place.replace(/ \d+$/, ''))).toEqual([
      '1.0 wait',
      '2.0 epoch',
      '3.0 all I know',
      '4.0 timer',
    ]);
    const late = member('follower', time);
    for (const event of follower.log) if (event.seq === 1) late.run.follow(event);
    feed(leader, late);
    late.run.lead({ epoch: 3, leader: 'c' });
    time.flush();
    // The old leader's timer event was in the log that was followed.
    expect(late.seen.filter((place) => place.includes('timer'))).toEqual(['2.0 timer 1']);
  });

  test('leaves nothing of the former leader: it neither logs nor sends, not even a cancel', () => {
    const time = new VirtualTimeScheduler();
    const leader = member('leader', time);
    leader.say('wait');
    leader.run.stepDown();
    leader.say('order 1');
    time.flush();
    expect(leader.log.map(({ seq }) => seq)).toEqual([1]);
    expect(leader.sent).toEqual([]);
    expect(leader.leading).toEqual([true, false]);
  });

  test('again, after it had been led: follow, lead, step down, follow', () => {
    const a = member('leader');
    const b = member('follower');
    a.say('1');
    feed(a, b);
    a.run.stepDown();
    b.run.lead({ epoch: 2, leader: 'b' });
    for (const event of b.log) a.run.follow(event);
    expect(a.seen).toEqual(b.seen);
    b.run.stepDown();
    a.run.lead({ epoch: 3, leader: 'a' });
    expect(a.seen.at(-1)).toBe('4.0 epoch 2');
  });
});
