import { type Subscription, VirtualTimeScheduler } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import type { Driver } from '../../src/core/driver.js';
import { run } from '../../src/core/run.js';
import type { RunOptions } from '../../src/core/run-options.js';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../src/core/snapshot.js';
import type { Command } from '../../src/domain/command.js';
import type { OutsideEvent, SequencedEvent } from '../../src/domain/event.js';
import { liveClock } from '../../src/streams/clocks/live-clock.js';
import { MemoryJournal } from '../../src/streams/replay/memory.js';
import { control, fill, quote, report } from '../../src/testing/index.js';
import { driver, listener } from '../core/support.js';
import { BTC } from '../marbles/a-desk.js';
import { buy, riskDesk, sell } from '../marbles/risk-desk.js';

const open: Subscription[] = [];
afterEach(() => {
  for (const subscription of open.splice(0)) subscription.unsubscribe();
});

const words = ({ kind, ...rest }: Command): string =>
  kind === 'submit'
    ? `${(rest as { order: { side: string; quantity: number } }).order.side} ${(rest as { order: { quantity: number } }).order.quantity}`
    : `${kind} ${(rest as { clientOrderId?: string }).clientOrderId ?? ''}`.trim();

interface Member {
  readonly sent: string[];
  readonly said: string[];
  readonly log: readonly SequencedEvent[];
  readonly run: ReturnType<typeof run>;
  readonly last: () => Snapshot;
  say(event: OutsideEvent): void;
}

/** One member of a desk that keeps its limits, sells what it holds when killed, and waits for virtual time. */
function member(time: VirtualTimeScheduler, options: Partial<RunOptions> = {}): Member {
  const sent: string[] = [];
  const said: string[] = [];
  const { driver: ear, commands } = listener();
  let say: (event: OutsideEvent) => void = () => undefined;
  const mouth: Driver = driver('mouth', (_, tell) => {
    say = tell;
  });
  const journal = new MemoryJournal();
  const running = run(riskDesk({ options: { onKill: 'flatten' } }), {
    clock: liveClock(time),
    drivers: [ear, mouth],
    journal,
    ...options,
  });
  let last: Snapshot | undefined;
  running.snapshots$.subscribe((snapshot) => {
    last = snapshot;
  });
  open.push(
    running.subscribe((frame) => {
      for (const verdict of frame.verdicts) said.push(verdict.kind === 'denied' ? verdict.rule : 'approved');
    }),
  );
  return {
    get sent() {
      sent.push(...commands.splice(0).map(words));
      return sent.splice(0);
    },
    said,
    log: journal.events,
    run: running as never,
    last: () => last as Snapshot,
    say: (event) => say(event),
  };
}

/** A desk that holds 1, has a buy at work, and is killed: it has asked for the cancel, and sold in part. */
function killed(desk: Member, sale: string = 'mr-5-0-0'): void {
  desk.say(quote(BTC, 100));
  desk.say(fill(BTC, { order: 'elsewhere', side: 'buy', price: 100, quantity: 1 }));
  desk.say(buy(1, 90));
  desk.say(report(BTC, 'mr-3-0-0', 'accepted'));
  desk.say(control('kill'));
  expect(desk.sent).toEqual(['buy 1000', 'cancel mr-3-0-0', 'sell 1000']);
  // The cancel is lost, and of the sale only a part is filled.
  desk.say(fill(BTC, { order: sale, side: 'sell', price: 100, quantity: 0.4 }));
  desk.say(report(BTC, sale, 'canceled'));
  expect(desk.sent).toEqual([]);
}

/** It cancels and sells on, lets nothing in, and opens again when somebody resumes it by name. */
function staysKilled(desk: Member, time: VirtualTimeScheduler): void {
  time.maxFrames = time.frame + 1_500;
  time.flush();
  const commands = desk.sent.filter((command) => !/^(ask|reconcile)/.test(command));
  expect(commands.sort()).toEqual(['cancel mr-3-0-0', 'sell 600']);
  desk.said.length = 0;
  desk.say(quote(BTC, 100));
  desk.say(buy(0.1, 90));
  expect(desk.said).toEqual(['tradingState']);
  desk.say(control('resume', { by: '' }));
  desk.say(buy(0.1, 90));
  expect(desk.said).toEqual(['tradingState', 'tradingState']);
  desk.say(control('resume'));
  desk.say(buy(0.1, 90));
  expect(desk.said.at(-1)).toBe('approved');
}

describe('a killed desk', () => {
  test('stays killed across a takeover, and its new leader goes on canceling and selling', () => {
    const time = new VirtualTimeScheduler();
    const leader = member(time);
    const follower = member(time, { role: 'follower' });
    killed(leader);
    for (const event of leader.log) follower.run.follow(event);
    expect(follower.sent).toEqual([]);
    leader.run.stepDown();
    follower.run.lead({ epoch: 2, leader: 'b' });
    staysKilled(follower, time);
    expect(leader.sent).toEqual([]);
  });

  test('stays killed across a restart from a snapshot', () => {
    const time = new VirtualTimeScheduler();
    const before = member(time);
    killed(before);
    before.run.stop();
    const restore = decodeSnapshot(encodeSnapshot(before.last()));
    const after = member(time, { restore });
    staysKilled(after, time);
  });

  test('stays killed by its log alone, when the snapshot is of before', () => {
    const time = new VirtualTimeScheduler();
    // The barrier at 5 comes before the kill.
    const before = member(time, { barrierEvery: 4 });
    const early: Snapshot[] = [];
    before.run.snapshots$.subscribe((snapshot) => early.push(snapshot));
    killed(before, 'mr-6-0-0');
    before.run.stepDown();
    const restore = early[0] as Snapshot;
    expect(restore.seq).toBe(5);
    const after = member(time, { role: 'follower', restore });
    for (const event of before.log) if (event.seq > restore.seq) after.run.follow(event);
    after.run.lead({ epoch: 2, leader: 'b' });
    staysKilled(after, time);
  });
});

test('a desk that was not killed takes orders on both sides after a takeover', () => {
  const time = new VirtualTimeScheduler();
  const leader = member(time);
  const follower = member(time, { role: 'follower' });
  leader.say(quote(BTC, 100));
  for (const event of leader.log) follower.run.follow(event);
  follower.run.lead({ epoch: 2, leader: 'b' });
  follower.say(buy(0.1));
  follower.say(sell(0.1, 120));
  expect(follower.said).toEqual(['approved', 'approved']);
});
