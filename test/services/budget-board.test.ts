import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { natsBudgetBoard } from '../../src/scaling/nats-budget-board.js';
import { boardConformance } from '../scaling/board-conformance.js';
import { NATS } from './plans.js';
import { describeWithServer, RunningServer } from './server.js';

describeWithServer('a budget board in NATS', [NATS], () => {
  let server: RunningServer;
  beforeAll(async () => {
    server = await RunningServer.start(NATS);
  }, 120_000);
  afterAll(() => server?.stop());
  const open = (bucket: string, timeout = 2_000) =>
    natsBudgetBoard({ servers: [`nats://127.0.0.1:${server.port}`], bucket, timeout });

  boardConformance(() => {
    const bucket = `budget-${randomUUID()}`;
    return { open: () => open(bucket) };
  });

  test('a server that hangs, or was killed, is told by name; afterwards everything is still there', async () => {
    const board = open(`budget-${randomUUID()}`, 500);
    const loan = { version: 1, amount: 5, atMost: 5 };
    expect(await board.write((await board.read()).mark, { a: loan })).toBe(true);
    server.pause();
    await expect(board.read()).rejects.toThrow(/the budget board .* at 127\.0\.0\.1/);
    server.resume();
    await server.kill();
    await expect(board.read()).rejects.toThrow();
    await server.start();
    expect((await board.read()).table).toEqual({ a: loan });
    await board.close();
  }, 60_000);
});
