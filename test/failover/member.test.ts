import { EMPTY as NOTHING, Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { Member } from '../../src/failover/member.js';
import type { MemberPorts, Replica, ReplicatedLog } from '../../src/failover/ports.js';
import type { Message } from '../../src/failover/protocol/message.js';
import { HeapClock } from '../simulation/heap-clock.js';
import { options } from './protocol/pair.js';

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A member on a virtual clock, beside a register that never answers. */
function beside(ask: () => void, log: Partial<ReplicatedLog> = {}) {
  const clock = new HeapClock();
  const sent: Message[] = [];
  const messages = new Subject<Message>();
  const never = (): Promise<never> => {
    ask();
    return new Promise<never>(() => {});
  };
  const ports = {
    clock: { now: () => clock.now, after: (delay: number, action: () => void) => clock.after(delay, action) },
    network: {
      messages$: messages,
      links$: NOTHING,
      send: (message: Message) => sent.push(message) > 0,
      reconnect: () => {},
      close: () => Promise.resolve(),
    },
    register: { name: 'dead', get: never, compareAndSet: never, close: () => Promise.resolve() },
    log: {
      last: 0,
      first: 1,
      epochs: [],
      newestSnapshot: () => Promise.resolve(undefined),
      events: async function* () {},
      ...log,
    } as unknown as ReplicatedLog,
    replica: {
      appended$: NOTHING,
      barriers$: NOTHING,
      snapshots$: NOTHING,
      failures$: NOTHING,
      restore: () => {},
      flush: () => {},
      stepDown: () => {},
      halt: () => {},
    } as unknown as Replica,
  } satisfies MemberPorts;
  return { clock, sent, messages, member: new Member(options('a'), ports) };
}

describe('a member', () => {
  test('asks a register that never answers again, and leads nothing meanwhile', async () => {
    let asked = 0;
    const { clock, member } = beside(() => {
      asked += 1;
    });
    await member.start();
    await clock.run(5_000, () => false);
    expect(asked).toBeGreaterThan(3);
    expect(asked).toBeLessThan(12);
    expect(member.state.role).toBe('boot');
    member.abort();
  });

  test('ends once, with its code, and says nothing more', async () => {
    const { clock, sent, member } = beside(() => {});
    const exits: number[] = [];
    let complete = false;
    member.exit$.subscribe({ next: ({ code }) => exits.push(code), complete: () => (complete = true) });
    await member.start();
    member.stop();
    member.stop();
    const said = sent.length;
    await clock.run(2_000, () => false);
    expect(exits).toEqual([0]);
    expect(complete).toBe(true);
    expect(sent).toHaveLength(said);
  });

  test('a journal that cannot be read leaves it halted, with the reason', async () => {
    const { member } = beside(() => {}, {
      newestSnapshot: () => Promise.reject(new Error('the segment is damaged')),
    });
    await member.start();
    await settled();
    expect(member.state.role).toBe('halted');
    expect(member.state.why).toMatch(/the segment is damaged/);
  });

  test('a process that ends while its journal is being read does not come back to life', async () => {
    const { clock, sent, member } = beside(() => {});
    const starting = member.start();
    member.abort();
    await starting;
    await clock.run(2_000, () => false);
    expect(sent).toEqual([]);
  });

  test.each([
    [{ heartbeat: -1 }, 'failover.heartbeat'],
    [{ peer: 'a' }, 'failover.peer'],
  ])('refuses %o when it is made', (more, name) => {
    expect(() => new Member({ ...options('a'), ...more }, {} as MemberPorts)).toThrow(name);
  });
});
