import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Message } from '../../../src/failover/protocol/message.js';
import { reduce } from '../../../src/failover/protocol/reduce.js';
import type { MemberState } from '../../../src/failover/protocol/state.js';
import { manyRuns } from '../../properties/many-runs.js';
import { mirror, paired, solo } from './pair.js';

const number = fc.oneof(
  fc.integer({ min: -2, max: 20 }),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1.5, 2 ** 60, undefined, '7', null),
);
const text = fc.constantFrom('a', 'b', 'b1', 'b2', 'k', 's', 'c', '', undefined, 5);
const reigns = fc.oneof(
  fc.array(fc.record({ epoch: number, firstSeq: number }), { maxLength: 3 }),
  fc.constantFrom([], undefined, 'x', [null]),
);

/** Messages that have the right names, and anything behind them. */
const message = fc.record({
  type: fc.constantFrom(
    'hello',
    'reject',
    'welcome',
    'snapshot',
    'append',
    'ack',
    'heartbeat',
    'handOver',
    'x',
  ),
  ...Object.fromEntries(
    'epoch session attempt last truncateTo snapshotSeq from to end upTo credit seq chunk chunks version'
      .split(' ')
      .map((name) => [name, number]),
  ),
  ...Object.fromEntries(
    'node incarnation holder coreHash schemaHash configurationHash code message'
      .split(' ')
      .map((name) => [name, text]),
  ),
  epochs: reigns,
  gap: fc.boolean(),
  paired: fc.boolean(),
  shadow: fc.boolean(),
  state: fc.option(fc.record({ seq: number, hash: text }), { nil: undefined }),
  block: fc.constant(new Uint8Array(1)),
});

function sane({ end, journaled, highest, reign, epochs }: MemberState): boolean {
  const counts = [end, journaled, highest, ...epochs.flatMap(({ epoch, firstSeq }) => [epoch, firstSeq])];
  if (reign !== undefined) counts.push(reign.committed, reign.epoch, reign.peer?.acked ?? 0);
  return counts.every((value) => Number.isSafeInteger(value) && value >= 0) && (reign?.committed ?? 0) <= end;
}

describe('whatever is said', () => {
  test.each([
    ['a leader alone', solo],
    ['a leader of a pair', paired],
    ['a mirror', mirror],
  ] as const)('%s neither throws nor loses count', (_, make) => {
    fc.assert(
      fc.property(fc.array(fc.tuple(message, fc.integer({ min: 0, max: 60 })), { maxLength: 12 }), (said) => {
        const member = make();
        for (const [each, wait] of said) {
          member.at += wait;
          const committed = member.state.reign?.committed ?? 0;
          member.hears(each as unknown as Message);
          expect(sane(member.state)).toBe(true);
          if (member.state.reign !== undefined && member.state.reign.epoch === 1)
            expect(member.state.reign.committed).toBeGreaterThanOrEqual(committed);
          member.take({ type: 'tick' });
          expect(sane(member.state)).toBe(true);
        }
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('a state is never written to, and the same input gives the same turn', () => {
    const freeze = (value: unknown): void => {
      if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
      Object.freeze(value);
      for (const each of Object.values(value)) freeze(each);
    };
    fc.assert(
      fc.property(fc.constantFrom(solo, paired, mirror), message, fc.nat(2_000), (make, said, wait) => {
        const { state, at } = make();
        freeze(state);
        for (const input of [
          { type: 'message' as const, message: said as unknown as Message, at: at + wait },
          { type: 'tick' as const, at: at + wait },
          { type: 'link' as const, link: 'down' as const, at: at + wait },
        ])
          expect(reduce(state, input)).toEqual(reduce(state, input));
      }),
      { numRuns: manyRuns(200) },
    );
  });
});
