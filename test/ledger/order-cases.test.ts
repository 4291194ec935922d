import { expect, test } from 'vitest';
import type { OrderStatus } from '../../src/domain/order.js';
import { nextStatus, type OrderInput } from '../../src/operators/ledger/order-states.js';
import { describeWithData } from '../shared-data.js';
import { Desk } from './desk.js';
import { readCases } from './shared-cases.js';

const STATUSES: Readonly<Record<string, OrderStatus>> = {
  SUBMITTED: 'submitted',
  ACCEPTED: 'accepted',
  PARTIALLY_FILLED: 'partiallyFilled',
  PENDING_CANCEL: 'pendingCancel',
  FILLED: 'filled',
  CANCELED: 'canceled',
  EXPIRED: 'expired',
  REJECTED: 'rejected',
};

const INPUTS: Readonly<Record<string, OrderInput>> = {
  Accepted: 'accepted',
  Rejected: 'rejected',
  Canceled: 'canceled',
  Expired: 'expired',
  PendingCancel: 'cancelRequested',
  CancelRejected: 'cancelRejected',
  Filled: 'lastFill',
};

/**
 * Where we differ, on purpose: words that come late or twice change nothing and are no alarm, every fill is
 * booked, an expiry needs no acknowledgement before it, a cancel may overtake its order and be refused, and a pending cancel stays pending until it is answered.
 */
const DIFFERENCES: Readonly<Record<string, OrderStatus>> = {
  'SUBMITTED Expired': 'expired',
  'SUBMITTED CancelRejected': 'submitted',
  'ACCEPTED Accepted': 'accepted',
  'ACCEPTED CancelRejected': 'accepted',
  'PARTIALLY_FILLED CancelRejected': 'partiallyFilled',
  'PARTIALLY_FILLED Accepted': 'partiallyFilled',
  'PENDING_CANCEL Accepted': 'pendingCancel',
  'FILLED Accepted': 'filled',
  'FILLED CancelRejected': 'filled',
  'FILLED Filled': 'filled',
  'CANCELED Accepted': 'canceled',
  'CANCELED Canceled': 'canceled',
  'CANCELED CancelRejected': 'canceled',
  'EXPIRED Accepted': 'expired',
  'EXPIRED Expired': 'expired',
  'EXPIRED CancelRejected': 'expired',
  'EXPIRED Filled': 'filled',
  'REJECTED Rejected': 'rejected',
  'REJECTED CancelRejected': 'rejected',
  'REJECTED Filled': 'filled',
};

describeWithData('shared cases of orders', (data) => {
  const sharedCase = readCases(data('cases.json'));

  test('ORD-01: the transitions that both know, but for the differences we mean', () => {
    type Transitions = { validTransitions: Record<string, Record<string, string>> };
    const { input } = sharedCase<Transitions, unknown>('ORD-01');
    const differences: Record<string, OrderStatus | undefined> = {};
    for (const [theirStatus, status] of Object.entries(STATUSES)) {
      for (const [theirInput, event] of Object.entries(INPUTS)) {
        const theirs = input.validTransitions[theirStatus]?.[theirInput]?.replace(
          'FILLED|PARTIALLY_FILLED',
          'FILLED',
        );
        const expected = theirs === '<status before pending>' ? 'accepted' : theirs && STATUSES[theirs];
        const ours = nextStatus(status, event, 'accepted');
        if (ours !== expected) differences[`${theirStatus} ${theirInput}`] = ours;
      }
    }
    expect(differences).toEqual(DIFFERENCES);
  });

  test('ORD-02: a fill after the cancel; ours stays canceled where theirs reopens', () => {
    type Expected = { statusAfterEach: string[]; filledQty: string };
    const { expected } = sharedCase<{ quantity: string }, Expected>('ORD-02');
    const desk = new Desk();
    const ours: (string | undefined)[] = [];
    const note = (): void => {
      ours.push(desk.order('a')?.status);
    };
    desk.submit('a', 'buy', 100_000);
    note();
    desk.say('a', 'accepted');
    note();
    desk.say('a', 'canceled');
    note();
    desk.fill('a', 50_000, 100);
    note();
    expect(desk.say('a', 'canceled')).toEqual([]);
    note();
    const theirs = expected.statusAfterEach.map((status) => STATUSES[status]);
    theirs[3] = 'canceled';
    expect(ours).toEqual(theirs);
    expect(desk.order('a')?.filled).toBe(Number(expected.filledQty));
  });

  test('ORD-03: overfills', () => {
    type Runs = { quantity: string; runs: string[][] };
    type Results = { results: { status: string; filled: string; leaves: string; overfill: string }[] };
    const { input, expected } = sharedCase<Runs, Results>('ORD-03');
    input.runs.forEach((fills, index) => {
      const result = expected.results[index] as Results['results'][number];
      const desk = new Desk();
      desk.submit('a', 'buy', Number(input.quantity));
      const notices = fills.flatMap((quantity) => desk.fill('a', Number(quantity), 100));
      expect(notices).toEqual(result.overfill === '0' ? [] : ['overfill']);
      expect(desk.order('a')).toEqual({
        status: STATUSES[result.status],
        filled: Number(result.filled),
        remaining: Number(result.leaves),
      });
    });
    expect(input.runs).toHaveLength(3);
  });

  test('ORD-06: the rows that a report can say', () => {
    const { input } = sharedCase<{ rows: [string, string][] }, unknown>('ORD-06');
    expect(input.rows).toHaveLength(18);
    const desk = new Desk();
    expect(desk.say('untracked', 'expired')).toEqual(['unknown-order']);
    expect([desk.ledger.openOrderCount, desk.order('untracked')]).toEqual([0, undefined]);
    for (const ending of ['canceled', 'rejected', 'expired'] as const) {
      desk.submit(ending, 'buy', 1);
      desk.say(ending, ending);
    }
    desk.trade('buy', 1, 100);
    expect(desk.ledger.openOrderCount).toBe(0);
    desk.submit('a', 'buy', 1);
    desk.say('a', 'accepted');
    expect(desk.order('a')?.status).toBe('accepted');
    desk.cancel('a');
    desk.say('a', 'accepted');
    expect(desk.order('a')?.status).toBe('pendingCancel');
    desk.cancel('a');
    expect(desk.order('a')?.status).toBe('pendingCancel');
  });
});
