import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Gate, type GateOptions } from '../../src/core/gate.js';
import { clientOrderId } from '../../src/domain/brand.js';
import type { CancelCommand, Command, SubmitCommand } from '../../src/domain/command.js';
import type { FillReport, OutsideEvent } from '../../src/domain/event.js';
import type { Plain } from '../../src/domain/plain.js';
import { manyRuns } from '../properties/many-runs.js';
import { btc, fill, orderOf, proposal, report, submit } from './support.js';

const cancel = (id: string): CancelCommand => ({
  kind: 'cancel',
  venue: 'v',
  instrument: btc.id,
  clientOrderId: clientOrderId(id),
  requestTime: 1,
  reason: 'enough',
});

const word = (command: Command): string =>
  command.kind === 'submit'
    ? `submit ${command.order.clientOrderId}`
    : command.kind === 'cancel'
      ? `cancel ${command.clientOrderId}`
      : command.kind;

function gateOf(options: Partial<GateOptions> = {}, restored?: Plain) {
  const out: string[] = [];
  const said: OutsideEvent[] = [];
  const timers: number[] = [];
  const deliver = (command: Command): void => {
    out.push(word(command));
    if (command.kind === 'timer') timers.push(command.due);
  };
  const gate = new Gate(
    { deliver, offer: (event) => said.push(event) },
    { role: 'leader', acknowledgers: 0, ...options },
    restored,
  );
  return { gate, out, said, timers };
}

/** An order of five lots in the gate's table. */
const row = (id: string, accepted = false, executions: readonly unknown[] = []): readonly unknown[] => [
  id,
  'v',
  btc.id,
  5,
  '',
  accepted,
  executions,
];

describe('submits', () => {
  test('leave at once where nobody has to acknowledge', () => {
    const { gate, out } = gateOf();
    gate.handle(7, [submit('a')]);
    expect(out).toEqual(['submit a']);
  });

  test('wait until the slowest acknowledger has their place in the log, and leave in order', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3 }),
        fc.array(fc.tuple(fc.nat(2), fc.nat(12)), { maxLength: 30 }),
        (acknowledgers, words) => {
          const { gate, out } = gateOf({ acknowledgers });
          for (let seq = 1; seq <= 10; seq++) gate.handle(seq, [submit(`o${seq}`)]);
          expect(out).toEqual([]);
          const heard = new Array<number>(acknowledgers).fill(0);
          for (const [who, seq] of words) {
            const index = who % acknowledgers;
            gate.acknowledge(index, seq);
            heard[index] = Math.max(heard[index] as number, seq);
            const upTo = Math.min(10, ...heard);
            expect(out).toEqual(Array.from({ length: upTo }, (_, place) => `submit o${place + 1}`));
            expect(gate.held).toBe(10 - upTo);
          }
        },
      ),
      { numRuns: manyRuns(100) },
    );
  });

  test('leave at once when their place was acknowledged before', () => {
    const { gate, out } = gateOf({ acknowledgers: 2 });
    gate.acknowledge(0, 5);
    gate.acknowledge(1, 9);
    gate.handle(5, [submit('a')]);
    gate.handle(6, [submit('b')]);
    expect(out).toEqual(['submit a']);
  });
});

describe('cancels', () => {
  test('never wait', () => {
    const { gate, out } = gateOf({ acknowledgers: 1 });
    gate.handle(1, [cancel('of an earlier run')]);
    expect(out).toEqual(['cancel of an earlier run']);
  });

  test('annihilate a submit that is still held, and say so', () => {
    const { gate, out, said } = gateOf({ acknowledgers: 1 });
    gate.handle(1, [submit('a'), submit('b')]);
    gate.handle(2, [cancel('a')]);
    gate.acknowledge(0, 10);
    expect(out).toEqual(['submit b']);
    expect(said).toEqual([expect.objectContaining({ kind: 'report', type: 'canceled', clientOrderId: 'a' })]);
    expect(said[0]).toMatchObject({ venue: 'v', instrument: btc.id, reason: 'canceled before it was sent' });
    expect(gate.open).toBe(1);
  });

  test('go to the venue when the order was sent', () => {
    const { gate, out, said } = gateOf();
    gate.handle(1, [submit('a')]);
    gate.handle(2, [cancel('a')]);
    expect(out).toEqual(['submit a', 'cancel a']);
    expect(said).toEqual([]);
  });
});

describe('a follower', () => {
  test('lets nothing out, asks for nothing, and says nothing; timers it keeps', () => {
    const { gate, out, said } = gateOf({ role: 'follower' });
    gate.handle(1, [
      submit('a'),
      cancel('a'),
      { kind: 'ask', what: 'book', venue: 'v', instrument: btc.id },
      { kind: 'timer', name: 't', due: 5 },
    ]);
    gate.halt('broken', 2);
    gate.handle(3, [submit('b')]);
    expect(out).toEqual(['timer', 'timer']);
    expect(said).toEqual([]);
  });

  test('keeps the table of what its leader sent', () => {
    const { gate } = gateOf({ role: 'follower' });
    gate.handle(1, [submit('a'), submit('b')]);
    gate.observe(report('b', 'canceled'), 1);
    expect(gate.save()).toEqual({ alive: [row('a')], filled: [] });
  });
});

describe('the table of sent orders', () => {
  test.each(['canceled', 'expired', 'rejected'] as const)('forgets an order that was %s', (type) => {
    const { gate } = gateOf();
    gate.handle(1, [submit('a')]);
    gate.observe(report('a', type), 1);
    expect(gate.open).toBe(0);
  });

  test.each(['accepted', 'unknown'] as const)('keeps an order that is %s', (type) => {
    const { gate } = gateOf();
    gate.handle(1, [submit('a')]);
    gate.observe(report('a', type), 1);
    expect(gate.open).toBe(1);
  });

  test('forgets an order when all of it is filled, or more', () => {
    const { gate } = gateOf();
    gate.handle(1, [submit('a'), submit('b')]);
    gate.observe(fill('a', 2), 1);
    expect(gate.save()).toMatchObject({ alive: [row('a', true, [[expect.any(String), 2]]), row('b')] });
    gate.observe(fill('a', 3), 1);
    gate.observe(fill('b', 9), 1);
    gate.observe(fill('of somebody else', 1), 1);
    expect(gate.open).toBe(0);
  });

  test('counts an execution once, however often it is told', () => {
    const { gate } = gateOf();
    gate.handle(1, [submit('a')]);
    const once = fill('a', 3);
    gate.observe(once, 1);
    gate.observe({ ...once, venueTime: 9 }, 1);
    expect(gate.open).toBe(1);
    gate.observe(fill('a', 2), 1);
    expect(gate.open).toBe(0);
  });

  test('has an order again that gets lots back by a bust or a correction, until the venue ends it', () => {
    const { gate, out } = gateOf();
    gate.handle(1, [submit('a'), submit('b'), submit('c')]);
    const fills = (['a', 'b', 'c'] as const).map((id) => fill(id, 5));
    for (const each of fills) gate.observe(each, 1);
    expect(gate.open).toBe(0);
    const [a, b, c] = fills as [FillReport, FillReport, FillReport];
    const { venue, instrument, venueTime } = a;
    const common = { kind: 'report', venue, instrument, venueTime, reason: '' } as const;
    gate.observe({ ...common, type: 'bust', clientOrderId: a.clientOrderId, executionId: a.executionId }, 1);
    gate.observe({ ...b, type: 'correction', quantity: 4, reason: '' }, 1);
    gate.observe({ ...c, type: 'correction', price: 7, reason: '' }, 1);
    // What was busted stays busted, whatever comes late.
    gate.observe(a, 1);
    gate.observe({ ...a, type: 'correction', reason: '' }, 1);
    const again = gateOf({}, structuredClone(gate.save()));
    for (const each of [gate, again.gate]) {
      expect(each.open).toBe(2);
      each.observe(report('b', 'canceled'), 1);
      each.halt('broken', 3);
    }
    expect(out.slice(3)).toEqual(['cancel a', 'timer']);
    expect(again.out).toEqual(['cancel a', 'timer']);
  });

  test('remembers so many filled orders, and then no more', () => {
    const { gate } = gateOf();
    for (let nth = 0; nth <= 1_001; nth++) {
      gate.handle(1, [submit(`o${nth}`)]);
      gate.observe(fill(`o${nth}`, 5), 1);
    }
    expect((gate.save() as { filled: unknown[] }).filled).toHaveLength(1_000);
  });

  test('lets a replacement take the place of what it replaces', () => {
    const { gate } = gateOf();
    gate.handle(1, [submit('old'), submit('new', proposal({ replaces: clientOrderId('old') }))]);
    expect(gate.open).toBe(2);
    gate.observe(report('new', 'replaced'), 1);
    expect(gate.save()).toMatchObject({ alive: [['new', 'v', btc.id, 5, 'old', true, []]] });
    gate.handle(2, [submit('newer', proposal({ replaces: clientOrderId('new') }))]);
    gate.observe(report('newer', 'replaceRejected'), 1);
    expect(gate.save()).toMatchObject({ alive: [['new', 'v', btc.id, 5, 'old', true, []]] });
  });

  test('forgets an order that never arrived, and keeps one of which nobody can tell', () => {
    const { gate } = gateOf();
    gate.handle(1, [submit('a'), submit('b')]);
    const about = { kind: 'lookedUp', instrument: btc.id, reason: '' } as const;
    gate.observe({ ...about, clientOrderId: clientOrderId('a'), outcome: 'neverArrived' }, 1);
    gate.observe({ ...about, clientOrderId: clientOrderId('b'), outcome: 'quarantined' }, 1);
    expect(gate.save()).toEqual({ alive: [row('b')], filled: [] });
  });

  test('keeps a live order when the venue rejects a duplicate of its id', () => {
    const { gate } = gateOf();
    gate.handle(1, [submit('a'), submit('b')]);
    gate.observe(report('a', 'accepted'), 1);
    gate.observe(report('a', 'rejected'), 1);
    gate.observe(report('b', 'rejected'), 1);
    expect(gate.save()).toEqual({ alive: [row('a', true)], filled: [] });
  });

  test('goes on after a restore, sorted, without what was held', () => {
    const { gate } = gateOf({ acknowledgers: 1 });
    gate.acknowledge(0, 1);
    gate.handle(1, [submit('b'), submit('a')]);
    gate.handle(2, [submit('held')]);
    const saved = gate.save();
    expect(saved).toEqual({ alive: [row('a'), row('b')], filled: [] });
    const again = gateOf({}, structuredClone(saved));
    expect(again.gate.save()).toEqual(saved);
    again.gate.observe(report('b', 'canceled'), 1);
    again.gate.halt('broken', 3);
    expect(again.out).toEqual(['cancel a', 'timer']);
  });
});

describe('a halt', () => {
  test('cancels whatever may be alive, once, and annihilates what was held', () => {
    const { gate, out, said } = gateOf({ acknowledgers: 1 });
    gate.acknowledge(0, 1);
    gate.handle(1, [submit('a'), submit('b')]);
    gate.handle(2, [submit('held')]);
    gate.observe(report('a', 'canceled'), 1);
    out.length = 0;
    gate.halt('the ledger threw', 9);
    gate.halt('again', 10);
    expect(out).toEqual(['cancel b', 'timer']);
    expect(said).toEqual([expect.objectContaining({ type: 'canceled', clientOrderId: 'held' })]);
    expect(gate.shut).toBe('the ledger threw');
  });

  test('lets no submit out any more, not even an acknowledged one, and says so of each', () => {
    const { gate, out, said } = gateOf({ acknowledgers: 1 });
    gate.halt('broken', 9);
    gate.handle(3, [submit('a')]);
    gate.acknowledge(0, 10);
    gate.handle(4, [submit('b')]);
    expect(out).toEqual([]);
    expect(said.map((event) => event.kind === 'report' && event.clientOrderId)).toEqual(['a', 'b']);
  });

  test('lets cancels, asks and timers through', () => {
    const { gate, out } = gateOf();
    gate.halt('broken', 9);
    gate.handle(3, [cancel('a'), { kind: 'timer', name: 't', due: 1 }]);
    expect(out).toEqual(['cancel a', 'timer']);
  });
});

describe('an order leaves only as risk approved it', () => {
  const genuine = submit('a');
  const forged = { kind: 'approved', proposal: proposal() } as unknown as SubmitCommand['approved'];

  test.each([
    ['a literal that looks like an approval', { ...genuine, approved: forged }],
    ['a spread copy of one', { ...genuine, approved: { ...genuine.approved } as never }],
    ['an object on its prototype', { ...genuine, approved: Object.create(genuine.approved) as never }],
    ['none at all', { ...genuine, approved: undefined as never }],
  ])('and not with %s', (_name, command) => {
    const { gate, out } = gateOf();
    expect(() => gate.handle(1, [command])).toThrow(/order a carries no approval of risk/);
    expect(out).toEqual([]);
    expect(gate.open).toBe(0);
  });

  test.each([
    ['side', 'sell'],
    ['type', 'market'],
    ['timeInForce', 'IOC'],
    ['price', 101],
    ['quantity', 6],
    ['reduceOnly', true],
    ['postOnly', true],
    ['instrument', 'another'],
    ['stopPrice', 7],
    ['trail', 3],
    ['display', 1],
    ['expireTime', 9],
    ['group', { id: 'x', kind: 'oco' }],
    ['replaces', 'other'],
  ] as const)('and not with another %s', (field, value) => {
    const { gate, out } = gateOf();
    const altered = { ...genuine, order: { ...genuine.order, [field]: value } } as SubmitCommand;
    expect(() => gate.handle(1, [altered])).toThrow(new RegExp(`altered after risk approved it: ${field}`));
    expect(out).toEqual([]);
  });

  test('and only once: an approval is not good for a second order', () => {
    const { gate, out } = gateOf();
    gate.handle(1, [genuine]);
    expect(() => gate.handle(2, [{ ...genuine, order: orderOf('b') }])).toThrow(/order b.*approval.*before/);
    expect(out).toEqual(['submit a']);
  });

  test('and its proposal cannot be altered any more', () => {
    const { approved } = submit('z');
    expect(() => {
      (approved.proposal as { quantity: number }).quantity = 1_000;
    }).toThrow(TypeError);
    expect(() => {
      (approved.proposal.attribution as unknown as unknown[]).push({});
    }).toThrow(TypeError);
    expect(() => {
      (approved as { proposal: unknown }).proposal = proposal({ quantity: 1_000 });
    }).toThrow(TypeError);
  });

  test('asks again until a report says that the order has ended, ever more rarely', () => {
    const { gate, out, timers } = gateOf();
    gate.handle(1, [submit('a'), submit('b')]);
    gate.halt('broken', 1_000);
    expect(timers).toEqual([2_000]);
    const wake = (due: number, ts: number = due): string[] => {
      out.length = 0;
      gate.observe({ kind: 'timer', name: 'gate:cancels', due }, ts);
      return out.filter((each) => each !== 'timer');
    };
    expect(wake(2_000)).toEqual(['cancel a', 'cancel b']);
    expect(wake(2_000)).toEqual([]);
    gate.observe(report('a', 'unknown'), 2_001);
    expect(timers).toEqual([2_000, 4_000]);
    expect(wake(4_000)).toEqual(['cancel a', 'cancel b']);
    gate.observe(report('a', 'canceled'), 4_001);
    while (timers.length < 12) wake(timers.at(-1) as number);
    expect(timers).toEqual([2, 4, 8, 16, 32, 62, 92, 122, 152, 182, 212, 242].map((s) => s * 1_000));
    expect(wake(242_000)).toEqual(['cancel b']);
    gate.observe(report('b', 'expired'), 242_001);
    expect(wake(272_000)).toEqual([]);
    expect(timers).toHaveLength(13);
  });

  test('asks again at once when the link of orders is up again, but makes no storm', () => {
    const { gate, out, timers } = gateOf();
    gate.handle(1, [submit('a')]);
    gate.halt('broken', 1_000);
    const link = (
      venue: string,
      channel: 'orders' | 'market',
      state: 'up' | 'down',
      ts: number,
    ): string[] => {
      out.length = 0;
      gate.observe({ kind: 'link', venueTime: 0, venue, channel, state, reason: '' }, ts);
      return out.filter((each) => each !== 'timer');
    };
    expect(link('v', 'orders', 'down', 1_200)).toEqual([]);
    expect(link('v', 'market', 'up', 1_200)).toEqual([]);
    expect(link('elsewhere', 'orders', 'up', 1_200)).toEqual([]);
    expect(link('v', 'orders', 'up', 1_300)).toEqual(['cancel a']);
    expect(link('v', 'orders', 'up', 1_399)).toEqual([]);
    expect(link('v', 'orders', 'up', 1_400)).toEqual(['cancel a']);
    expect(timers.at(-1)).toBe(2_400);
  });

  test('asks for no more than ten at a time after the first', () => {
    const { gate, out, timers } = gateOf();
    gate.handle(
      1,
      Array.from({ length: 25 }, (_, nth) => submit(`o${nth}`)),
    );
    out.length = 0;
    gate.halt('broken', 1_000);
    expect(out).toHaveLength(26);
    const asked: number[] = [];
    for (let turn = 0; turn < 4; turn++) {
      out.length = 0;
      const due = timers.at(-1) as number;
      gate.observe({ kind: 'timer', name: 'gate:cancels', due }, due);
      asked.push(out.filter((each) => each !== 'timer').length);
    }
    expect(Math.max(...asked)).toBe(10);
    expect(asked.slice(0, 2)).toEqual([10, 10]);
    out.length = 0;
    gate.observe(
      { kind: 'link', venueTime: 0, venue: 'v', channel: 'orders', state: 'up', reason: '' },
      60_000,
    );
    expect(out.filter((each) => each !== 'timer')).toHaveLength(10);
  });

  test('a core that asks for the cancel itself is not asked over', () => {
    const { gate, out } = gateOf();
    gate.handle(1, [submit('a')]);
    gate.halt('broken', 1_000);
    gate.handle(2, [{ ...cancel('a'), requestTime: 1_500 }]);
    out.length = 0;
    gate.observe({ kind: 'timer', name: 'gate:cancels', due: 2_000 }, 2_000);
    expect(out).toEqual(['timer']);
  });

  test('while it is open, a timer or a link of that kind means nothing', () => {
    const { gate, out } = gateOf();
    gate.handle(1, [submit('a')]);
    out.length = 0;
    gate.observe({ kind: 'timer', name: 'gate:cancels', due: 2_000 }, 2_000);
    gate.observe(
      { kind: 'link', venueTime: 0, venue: 'v', channel: 'orders', state: 'up', reason: '' },
      3_000,
    );
    expect(out).toEqual([]);
  });

  test('lets no submit out any more, not even an acknowledged one, and says so of each', () => {
    const { gate, out, said } = gateOf({ acknowledgers: 1 });
    gate.halt('broken', 9);
    gate.handle(3, [submit('a')]);
    gate.acknowledge(0, 10);
    gate.handle(4, [submit('b')]);
    expect(out).toEqual([]);
    expect(said.map((event) => event.kind === 'report' && event.clientOrderId)).toEqual(['a', 'b']);
  });

  test('lets cancels, asks and timers through', () => {
    const { gate, out } = gateOf();
    gate.halt('broken', 9);
    gate.handle(3, [cancel('a'), { kind: 'timer', name: 't', due: 1 }]);
    expect(out).toEqual(['cancel a', 'timer']);
  });
});

describe('an order leaves only as risk approved it', () => {
  const genuine = submit('a');
  const forged = { kind: 'approved', proposal: proposal() } as unknown as SubmitCommand['approved'];

  test.each([
    ['a literal that looks like an approval', { ...genuine, approved: forged }],
    ['a spread copy of one', { ...genuine, approved: { ...genuine.approved } as never }],
    ['an object on its prototype', { ...genuine, approved: Object.create(genuine.approved) as never }],
    ['none at all', { ...genuine, approved: undefined as never }],
  ])('and not with %s', (_name, command) => {
    const { gate, out } = gateOf();
    expect(() => gate.handle(1, [command])).toThrow(/order a carries no approval of risk/);
    expect(out).toEqual([]);
    expect(gate.open).toBe(0);
  });

  test.each([
    ['side', 'sell'],
    ['type', 'market'],
    ['timeInForce', 'IOC'],
    ['price', 101],
    ['quantity', 6],
    ['reduceOnly', true],
    ['postOnly', true],
    ['instrument', 'another'],
    ['stopPrice', 7],
    ['trail', 3],
    ['display', 1],
    ['expireTime', 9],
    ['group', { id: 'x', kind: 'oco' }],
    ['replaces', 'other'],
  ] as const)('and not with another %s', (field, value) => {
    const { gate, out } = gateOf();
    const altered = { ...genuine, order: { ...genuine.order, [field]: value } } as SubmitCommand;
    expect(() => gate.handle(1, [altered])).toThrow(new RegExp(`altered after risk approved it: ${field}`));
    expect(out).toEqual([]);
  });

  test('and only once: an approval is not good for a second order', () => {
    const { gate, out } = gateOf();
    gate.handle(1, [genuine]);
    expect(() => gate.handle(2, [{ ...genuine, order: orderOf('b') }])).toThrow(/order b.*approval.*before/);
    expect(out).toEqual(['submit a']);
  });

  test('and its proposal cannot be altered any more', () => {
    const { approved } = submit('z');
    expect(() => {
      (approved.proposal as { quantity: number }).quantity = 1_000;
    }).toThrow(TypeError);
    expect(() => {
      (approved.proposal.attribution as unknown as unknown[]).push({});
    }).toThrow(TypeError);
    expect(() => {
      (approved as { proposal: unknown }).proposal = proposal({ quantity: 1_000 });
    }).toThrow(TypeError);
  });
});
