import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { Subject } from 'rxjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { asynchronousAgents, deliberate, inWorker } from '../../src/agents/index.js';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import { run } from '../../src/core/run.js';
import type { Decision } from '../../src/domain/decision.js';
import type { OutsideEvent } from '../../src/domain/event.js';
import { agent, agents, books, type MarketFields } from '../../src/operators/index.js';
import { events, liveClock } from '../../src/streams/index.js';
import { quote } from '../../src/testing/index.js';
import { BTC, openDesk, type RemoteDesk, until } from '../agents/remote-desk.js';
import { nodeAgent, python, pythonAgent } from './agents-desk.js';

const long = process.env['MILLRACE_LONG'] === '1';
const required = process.env['CI'] === 'true' && long;
const ROUNDS = Number(process.env['MILLRACE_KILLS'] ?? 12);

/** Prices by the place of the quote, so that a decision can be held against what it is based on. */
const priceAt = (tick: number): number => 100 + ((tick * 37) % 90);

/** Tells a price each millisecond, or as near to it as the machine's timers come. */
function trade(desk: RemoteDesk): { readonly stop: () => void; readonly ticks: number } {
  let ticks = 0;
  let due = performance.now();
  const timer = setInterval(() => {
    for (const now = performance.now(); due <= now; due += 1) desk.tell(priceAt(ticks++));
  }, 1);
  onTestFinished(() => clearInterval(timer));
  return {
    stop: () => clearInterval(timer),
    get ticks() {
      return ticks;
    },
  };
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(share * values.length))] ??
  Number.NaN;

describe.skipIf(!long)('agents that are real processes', () => {
  test.skipIf(python === undefined && !required)(
    python === undefined
      ? 'survive kill -9 (skipped: no python3 with zmq and msgpack; apt-get install python3-zmq python3-msgpack)'
      : `two of Python and one of Node at 1,000 snapshots/s: ${ROUNDS} times kill -9, and nobody else notices`,
    { timeout: 600_000 },
    async () => {
      expect(python, 'python3 with zmq and msgpack is required here').toBeDefined();
      const names = ['snake', 'adder', 'node'] as const;
      const settings = { every: 1, lifetime: '1h', lane: { deadline: '30s', failures: 1_000 } } as const;
      const desk = await openDesk({ snake: settings, adder: settings, node: settings });
      const { address } = desk.hub;
      const start = (name: (typeof names)[number]): ChildProcess =>
        name === 'node' ? nodeAgent(address, name) : pythonAgent(address, name);
      const running = new Map(names.map((name) => [name, start(name)]));
      onTestFinished(() => {
        for (const child of running.values()) child.kill('SIGKILL');
      });
      const market = trade(desk);
      const answered = (name: string): number =>
        desk.hub.health().find(({ agent }) => agent === name)?.answered ?? 0;
      await until(() => names.every((name) => answered(name) > 0));
      const back: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        const victim = names[(round * 7 + (round >> 2)) % 3] as (typeof names)[number];
        const child = running.get(victim) as ChildProcess;
        const exit = once(child, 'exit');
        const killedAt = performance.now();
        child.kill('SIGKILL');
        await exit;
        const before = answered(victim);
        running.set(victim, start(victim));
        // What was on its way when it was killed may count as one more.
        await until(() => answered(victim) > before + 1);
        back.push(performance.now() - killedAt);
        await pause(50);
      }
      market.stop();
      // Everybody, whoever was killed beside it, was right in each decision, and said none twice.
      const prices = new Map<number, number>();
      for (const { seq, event } of desk.journal.events)
        if (event.kind === 'quote') prices.set(seq, (event.bidPrice + event.askPrice) / 200);
      for (const name of names) {
        const said: readonly Decision[] = desk.decisions.filter(({ agent }) => agent === name);
        expect(said.length, name).toBeGreaterThan(100);
        expect(new Set(said.map(({ basedOn }) => basedOn)).size, name).toBe(said.length);
        const wrong = said.filter(
          ({ basedOn, exposure }) => !(Math.abs(exposure - ((prices.get(basedOn) ?? 0) - 100) / 100) < 1e-9),
        );
        expect(wrong, name).toEqual([]);
      }
      expect(desk.codes().filter((code) => !/ (absent|present|not-asked)$/.test(code))).toEqual([]);
      console.log(
        `${market.ticks} snapshots, ${desk.decisions.length} decisions; back after kill -9 in ` +
          `${percentile(back, 0.5).toFixed(0)} ms (p50), ${percentile(back, 1).toFixed(0)} ms (most) ` +
          `of ${ROUNDS} rounds; the goal is 1,000 ms`,
      );
    },
  );

  test.skipIf(python === undefined && !required)(
    python === undefined
      ? 'replicas (skipped: no python3 with zmq and msgpack)'
      : 'of two replicas one is killed in flight: no gap in decisions',
    { timeout: 60_000 },
    async () => {
      const desk = await openDesk({
        twin: { every: 1, replicas: 2, lifetime: '1h', lane: { deadline: '30s' } },
      });
      const start = (replica: number): ChildProcess => pythonAgent(desk.hub.address, 'twin', replica);
      const running = [start(0), start(1)];
      onTestFinished(() => {
        for (const child of running) child.kill('SIGKILL');
      });
      const market = trade(desk);
      await until(() => desk.hub.health().every(({ answered }) => answered > 50));
      for (let round = 0; round < 4; round++) {
        const victim = round % 2;
        const exit = once(running[victim] as ChildProcess, 'exit');
        (running[victim] as ChildProcess).kill('SIGKILL');
        await exit;
        const before = desk.decisions.length;
        // While it is not back yet, decisions go on.
        await until(
          () => desk.decisions.length > before + 20 && desk.hub.health()[victim]?.state === 'absent',
        );
        running[victim] = start(victim);
        await until(() => desk.hub.health()[victim]?.state === 'well');
      }
      market.stop();
      const places = desk.decisions.map(({ basedOn }) => basedOn);
      expect(places).toEqual([...new Set(places)].sort((a, b) => a - b));
    },
  );
});

describe.skipIf(!long)('an agent in a worker', () => {
  test('that blocks it for 10 s changes nothing of what the others decide, and delays them by no more than before', {
    timeout: 60_000,
  }, async () => {
    const blocking = deliberate<Frame & MarketFields>({
      name: 'blocking',
      every: 1,
      observe: ({ mid }) => (mid > 300 ? { blocks: 10_000 } : undefined),
      decide: inWorker(new URL('../agents/model.mjs', import.meta.url), { patience: '60s' }),
      lane: { deadline: '2s' },
    });
    const reflex = agent<Frame & MarketFields>({
      name: 'reflex',
      decide: ({ mid }) => ({ of: { asset: 'BTC' }, exposure: (mid % 2) - 1, confidence: 1 }),
    });
    const market = new Subject<OutsideEvent>();
    const core = compose({ name: 'desk', instruments: [BTC] }, books(), agents([blocking, reflex]));
    const driver = asynchronousAgents([blocking]);
    let decided = 0;
    const subscription = run(core, {
      clock: liveClock(),
      drivers: [driver, events('market', market)],
    }).subscribe((frame) => {
      decided += frame.decisions.filter(({ agent: name }) => name === 'reflex').length;
    });
    onTestFinished(() => subscription.unsubscribe());
    const play = async (forMilliseconds: number, price: number): Promise<readonly number[]> => {
      const times: number[] = [];
      const end = performance.now() + forMilliseconds;
      while (performance.now() < end) {
        const from = performance.now();
        market.next(quote(BTC, price + (times.length % 50) / 100));
        times.push(performance.now() - from);
        await pause(1);
      }
      return times;
    };
    await play(500, 100);
    const calm = await play(9_500, 100);
    const before = decided;
    const blocked = await play(9_500, 301);
    expect(decided - before).toBe(blocked.length);
    const [health] = driver.health();
    expect(health).toMatchObject({ answered: 0, lastFailure: 'no answer within 2000 ms' });
    const ratio = percentile(blocked, 0.99) / percentile(calm, 0.99);
    console.log(
      `a quote's pass, p99: ${percentile(calm, 0.99).toFixed(3)} ms, and ${percentile(blocked, 0.99).toFixed(3)} ms ` +
        `while the worker is blocked: ${ratio.toFixed(2)} times as long`,
    );
  });
});
