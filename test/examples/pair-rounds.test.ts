import { describe, expect, test } from 'vitest';
import { wentAlone } from '../../examples/mirrored-pair/went-alone.js';

const told = (...texts: readonly (readonly [string, string])[]) =>
  texts.map(([node, text]) => ({ node, text }));

describe('a leader that lets its mirror go in the moment of a fault', () => {
  test('went alone when it said so before it started again', () => {
    const happenings = told(
      ['b', 'is killed (SIGKILL)'],
      ['b', 'solo, epoch 12: the mirror was silent'],
      ['b', 'was ended by SIGKILL'],
      ['b', 'starts'],
    );
    expect(wentAlone(happenings, 'b')).toBe(true);
    expect(wentAlone(happenings, 'a')).toBe(false);
  });

  test('did not when it came back first, though its mirror was in sync and should have led', () => {
    const happenings = told(
      ['b', 'is killed (SIGKILL)'],
      ['b', 'was ended by SIGKILL'],
      ['b', 'starts'],
      ['b', 'solo, epoch 13: nobody answers, and we are in sync'],
    );
    expect(wentAlone(happenings, 'b')).toBe(false);
  });
});
