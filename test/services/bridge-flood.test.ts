import { describe, test } from 'vitest';
import { floodedPair } from '../failover/bridge/flooded-pair.js';

describe('a bridge that who holds a key floods', () => {
  test('holds no more however long it lasts, and the pair speaks afterwards', async () => {
    await floodedPair(Number(process.env['MILLRACE_FLOOD'] ?? 15) * 1_000);
  });
});
