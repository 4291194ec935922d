import { describe, expect, test } from 'vitest';
import type { OrderStatus } from '../../src/domain/order.js';
import { isOpen, nextStatus, type OrderInput } from '../../src/operators/ledger/order-states.js';

const INPUTS: readonly OrderInput[] = [
  'accepted',
  'rejected',
  'unknown',
  'partialFill',
  'lastFill',
  'canceled',
  'expired',
  'cancelRejected',
  'cancelRequested',
  'replaceRequested',
  'replaced',
  'replaceRejected',
  'fillBusted',
  'submitted',
  'denied',
  'notFound',
];

const LETTERS: Readonly<Record<string, OrderStatus>> = {
  I: 'initialised',
  D: 'denied',
  L: 'pendingReplace',
  S: 'submitted',
  U: 'unknown',
  A: 'accepted',
  P: 'partiallyFilled',
  C: 'pendingCancel',
  F: 'filled',
  X: 'canceled',
  E: 'expired',
  R: 'rejected',
};

/**
 * Columns as INPUTS; a dot is invalid; `*` is the state from before the cancel was asked for, `?` what the input makes
 * of that state.
 */
const EXPECTED: Readonly<Record<OrderStatus, string>> = {
  initialised: '. . . . . . . . . . . . . S D .',
  denied: '. . . . . . . . . . . . . . . .',
  submitted: 'A R U P F X E S C L A R . . . U',
  unknown: 'A R U P F X E U C L A R U . . U',
  accepted: 'A . A P F X E A C L A . A . . A',
  partiallyFilled: 'P . P P F X E P C L P . P . . P',
  pendingCancel: 'C ? C C F X E * C . C C C . . C',
  pendingReplace: 'L ? L L F X E * C L L * L . . L',
  filled: 'F . F . F . . F . . F . P . . F',
  canceled: 'X . X X F X . X . . . X X . . X',
  expired: 'E . E E F . E E . . . E E . . E',
  rejected: '. R R U F . . R . . . R . . . R',
};

describe.each(Object.entries(EXPECTED))('%s', (from, row) => {
  const outcomes = row.split(' ');
  test.each(INPUTS.map((input, column) => [input, outcomes[column] as string] as const))(
    'on %s: %s',
    (input, letter) => {
      for (const standing of ['submitted', 'unknown', 'accepted', 'partiallyFilled'] as const) {
        const next = nextStatus(from as OrderStatus, input, standing);
        const there = nextStatus(standing, input, standing);
        expect(next).toBe(letter === '*' ? standing : letter === '?' ? there : LETTERS[letter]);
      }
    },
  );
});

test('an order that may still trade is open, also when nobody knows of it', () => {
  const open = Object.values(LETTERS).filter(isOpen);
  expect(open).toEqual([
    'pendingReplace',
    'submitted',
    'unknown',
    'accepted',
    'partiallyFilled',
    'pendingCancel',
  ]);
});
