import { describe, expect, test } from 'vitest';
import { type PairHealthOptions, pairHealth } from '../../src/failover/index.js';
import { Puppet } from './puppet.js';

function watched(options: PairHealthOptions = {}) {
  const member = new Puppet();
  let time = 0;
  const watch = pairHealth(member, { now: () => time, ...options });
  return {
    member,
    watch,
    pass: (milliseconds: number) => {
      time += milliseconds;
    },
  };
}

describe('readiness', () => {
  test.each([
    ['boot', false],
    ['catchup', false],
    ['mirror', true],
    ['shadow', false],
    ['suspect', false],
    ['solo', true],
    ['admitting', true],
    ['paired', true],
    ['halted', false],
    ['exited', false],
  ] as const)('of a member that is %s: %s', (role, ready) => {
    const { member, watch } = watched();
    member.is(role);
    const seen = watch.readiness();
    expect(seen.ready).toBe(ready);
    expect(seen.details).toMatchObject({ role, epoch: 3, why: 'because', seq: 0, venues: {} });
    if (!ready) expect(seen.reason).toBe(`${role}: because`);
    else expect(seen).not.toHaveProperty('reason');
  });

  test('a leader whose orders wait is not ready, and says why', () => {
    const { member, watch } = watched();
    member.is('paired', { open: false, why: 'the connection broke' });
    expect(watch.readiness()).toMatchObject({ ready: false, reason: 'orders wait: the connection broke' });
  });

  test('a pipeline that halted is not ready, whoever leads, until it runs again', () => {
    const { member, watch } = watched();
    member.halted = { component: 'ledger', code: 'stage-error', message: 'no such lot' };
    for (const role of ['paired', 'mirror'] as const) {
      member.is(role);
      expect(watch.readiness()).toMatchObject({
        ready: false,
        reason: 'the pipeline halted: ledger: no such lot',
        details: { halted: { component: 'ledger', code: 'stage-error', message: 'no such lot' } },
      });
    }
    member.halted = undefined;
    expect(watch.readiness().ready).toBe(true);
  });

  test('a leader needs one venue that takes orders; a mirror none', () => {
    const { member, watch } = watched();
    member.is('solo');
    member.link('one', 'market', 'down');
    expect(watch.readiness().ready).toBe(true);
    member.link('one', 'orders', 'down', 'reset');
    expect(watch.readiness()).toMatchObject({
      ready: false,
      reason: 'no venue takes orders: one: reset',
      details: { venues: { one: { orders: { state: 'down', reason: 'reset' } } } },
    });
    member.link('two', 'orders', 'up');
    expect(watch.readiness().ready).toBe(true);
    member.link('two', 'orders', 'down', 'closed');
    expect(watch.readiness().reason).toBe('no venue takes orders: one: reset, two: closed');
    member.is('mirror');
    expect(watch.readiness().ready).toBe(true);
    member.is('paired');
    member.link('one', 'orders', 'up');
    expect(watch.readiness().ready).toBe(true);
  });

  test('a limit of the lag holds for the mirror alone, and the limit itself is allowed', () => {
    const { member, watch } = watched({ maximumLag: 10 });
    member.is('mirror', { lag: 10 });
    expect(watch.readiness().ready).toBe(true);
    member.is('mirror', { lag: 11 });
    expect(watch.readiness()).toMatchObject({ ready: false, reason: 'lacks 11 events, more than 10' });
    member.is('paired', { lag: 11 });
    expect(watch.readiness().ready).toBe(true);
  });

  test('a venue that is named like a property of every object is a venue', () => {
    const { member, watch } = watched();
    member.is('solo');
    member.link('__proto__', 'orders', 'down');
    member.link('constructor', 'orders', 'down');
    expect(watch.readiness().reason).toBe('no venue takes orders: __proto__: said so, constructor: said so');
  });
});

describe('health', () => {
  test('a member is alive while it gives signs of life, and when it does again', () => {
    const { member, watch, pass } = watched({ silentAfter: 100 });
    member.is('mirror');
    pass(100);
    expect(watch.health()).toEqual({ alive: true });
    pass(1);
    expect(watch.health()).toEqual({ alive: false, reason: 'its protocol stands still for 101 ms' });
    member.is('mirror');
    expect(watch.health()).toEqual({ alive: true });
  });

  test('a member that halted is alive: who restarts it takes its cancels away', () => {
    const { member, watch, pass } = watched();
    member.is('halted', { why: 'the disk failed: ENOSPC' });
    pass(1e9);
    expect(watch.health()).toEqual({ alive: true });
    expect(watch.readiness()).toMatchObject({ ready: false, reason: 'halted: the disk failed: ENOSPC' });
  });

  test('a member that ended is not', () => {
    const { member, watch } = watched();
    member.is('exited');
    member.exit$.next({ code: 77, reason: 'epoch 4 was seen' });
    expect(watch.health()).toEqual({ alive: false, reason: 'ended with 77: epoch 4 was seen' });
    expect(watch.readiness()).toMatchObject({ ready: false, reason: 'ended with 77: epoch 4 was seen' });
  });

  test('after close nothing is watched any more', () => {
    const { member, watch } = watched();
    watch.close();
    expect([member.report$, member.exit$, member.frames$].map(({ observed }) => observed)).toEqual([
      false,
      false,
      false,
    ]);
  });
});

describe('the page of metrics', () => {
  test('is in the text format, one role of all being 1', () => {
    const { member, watch } = watched();
    member.is('paired', { lag: 7 });
    member.position = { seq: 42, ts: 1 };
    member.link('a "quoted"\\\nname', 'orders', 'up');
    const { contentType, body } = watch.metrics();
    expect(contentType).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(body.endsWith('\n')).toBe(true);
    const samples = body.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(samples.filter((line) => line.startsWith('millrace_pair_role') && line.endsWith(' 1'))).toEqual([
      'millrace_pair_role{role="paired"} 1',
    ]);
    expect(samples).toEqual(
      expect.arrayContaining([
        'millrace_pair_ready 1',
        'millrace_pair_epoch 3',
        'millrace_pair_lag_events 7',
        'millrace_pair_in_sync 1',
        'millrace_pair_open 1',
        'millrace_pair_seq 42',
        'millrace_pair_halted 0',
        'millrace_pair_venue_up{venue="a \\"quoted\\"\\\\\\nname",channel="orders"} 1',
      ]),
    );
    for (const line of samples) expect(line).toMatch(/^[a-z_]+(\{[^\n]*\})? -?\d+$/);
    const names = new Set(samples.map((line) => line.split(/[ {]/)[0]));
    for (const name of names) expect(body).toContain(`# TYPE ${name} gauge\n`);
  });
});

test.each([
  [{ silentAfter: 0 }, 'pairHealth.silentAfter'],
  [{ silentAfter: Number.NaN }, 'pairHealth.silentAfter'],
  [{ maximumLag: -1 }, 'pairHealth.maximumLag'],
  [{ maximumLag: 0.5 }, 'pairHealth.maximumLag'],
  [{ maxLag: 1 } as PairHealthOptions, 'maxLag'],
])('%o is refused', (options, named) => {
  expect(() => pairHealth(new Puppet(), options)).toThrow(
    expect.objectContaining({ name: 'ConfigurationError', message: expect.stringContaining(named) }),
  );
});
