import { describe, test } from 'vitest';
import { floodedPair } from '../failover/bridge/flooded-pair.js';

describe('a bridge that who holds a key floods', () => {
  test('goes on, refuses it by name, and the pair speaks afterwards', async () => {
    await floodedPair(Number(process.env['MILLRACE_FLOOD'] ?? 5) * 1_000);
  });
});
