import { describe, expect, test } from 'vitest';
import { type ProtocolOptions, protocol } from '../../../src/failover/protocol/options.js';
import { options } from './pair.js';

describe('options of a member', () => {
  test('defaults', () => {
    expect(protocol(options('a'))).toMatchObject({
      heartbeat: 50,
      leaderSilence: 150,
      mirrorSilence: 225,
      bootSilence: 600,
      slowAfter: 225,
      policy: 'written',
      register: 'shared',
    });
  });

  test.each([
    [{ heartbeat: 0 }, 'failover.heartbeat must be a number above 0, not 0'],
    [{ heartbeat: Number.NaN }, 'failover.heartbeat must be a number above 0, not NaN'],
    [{ losses: 0 }, 'failover.losses must be an integer of at least 1, not 0'],
    [{ losses: 1.5 }, 'failover.losses must be an integer of at least 1, not 1.5'],
    [{ policy: 'maybe' }, 'failover.policy must be one of received, written, fsync, agreed, not "maybe"'],
    [{ peer: 'a' }, 'failover.peer must be the other member, not "a" itself'],
    [{ peer: '' }, 'failover.peer must be a name'],
    [{ slowAfter: -1 }, 'failover.slowAfter must be a number above 0, not -1'],
    [{ admitWithin: -1 }, 'failover.admitWithin must be an integer of at least 0, not -1'],
    [{ snapshotBehind: 0 }, 'failover.snapshotBehind must be an integer of at least 1, not 0'],
    [{ register: 'none' }, 'failover.firstLeader must be one of a, b'],
    [{ register: 'none', firstLeader: 'c' }, 'failover.firstLeader must be one of a, b'],
    [{ firstLeader: 'a' }, 'failover.firstLeader must be left out, not "a": the register decides'],
    [{ heartBeat: 5 }, 'heartBeat'],
  ])('%o', (more, message) => {
    expect(() => protocol({ ...options('a'), ...more } as ProtocolOptions)).toThrow(message);
  });
});
