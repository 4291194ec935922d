import { expect, test } from 'vitest';
import type { FaultEvent } from '../../src/domain/event.js';
import { bought, open, quote, verdicts } from './verdicts.js';

const fault = (severity: FaultEvent['severity']): FaultEvent => ({
  kind: 'fault',
  component: 'venue:one',
  code: 'unapproved',
  message: 'order "a" carries no approval that risk made',
  severity,
});

test('a fault of severity halt from a driver halts the desk', async () => {
  const [before, after] = await verdicts([], {}, [quote, open, fault('halt'), open], 20);
  expect(before).toBe('approved buy 20');
  expect(after).toMatch(/^denied buy 20 .*: desk is halted \(venue:one: order "a" carries no approval/);
});

test('what is held can still be sold off', async () => {
  const events = [quote, bought(30), fault('halt')];
  expect(await verdicts([], { onKill: 'flatten' }, events)).toEqual(['approved sell 30']);
});

test('a fault of less severity stops nothing', async () => {
  expect(await verdicts([], {}, [quote, fault('notice'), fault('quarantine'), open], 20)).toEqual([
    'approved buy 20',
  ]);
});
