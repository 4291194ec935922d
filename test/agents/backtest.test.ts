import { of } from 'rxjs';
import { describe, expect, test } from 'vitest';
import {
  asynchronousAgents,
  type Decide,
  deliberate,
  inWorker,
  type LatencyModel,
  languageAgent,
  type Mind,
  type Shown,
} from '../../src/agents/index.js';
import { stateHash } from '../../src/core/canonical.js';
import { compose } from '../../src/core/compose.js';
import type { Frame } from '../../src/core/frame.js';
import type { Snapshot } from '../../src/core/snapshot.js';
import type { Plain } from '../../src/domain/plain.js';
import { agents, books, confidenceWeighted, type MarketFields } from '../../src/operators/index.js';
import { backtest, MemoryJournal, recordingOf, reenact } from '../../src/streams/index.js';
import { perpetual, quote } from '../../src/testing/index.js';

const BTC = perpetual({});
const START = 1_700_000_000_000;
const recording = () =>
  recordingOf(
    Array.from({ length: 200 }, (_, at) => ({
      ts: START + 10 * at,
      event: quote(BTC, 100 + ((at * 7) % 13)),
    })),
    [BTC],
  );
const follow = ({ snapshot }: { readonly snapshot: Plain }) => ({
  of: { asset: 'BTC' },
  exposure: ((snapshot as { readonly mid: number }).mid - 106) / 13,
  confidence: 1,
});
/** Answers after a while that differs from call to call, as the world does. */
const unsteady = (): Decide => {
  let calls = 0;
  return async (shown) => {
    calls += 1;
    for (let turn = 0; turn < (calls * 5) % 7; turn++) await new Promise(setImmediate);
    return [follow(shown)];
  };
};
const LATENCY: LatencyModel = { kind: 'lognormal', median: 25, sigma: 0.7 };

function desk(decide: Decide | Mind, seed = 1) {
  const model = deliberate({
    name: 'model',
    every: 15,
    replicas: 2,
    observe: ({ mid }: Frame & MarketFields) => ({ mid }),
    decide,
    latency: LATENCY,
    lane: { deadline: 60, failures: 2, pause: 100, concurrency: 2 },
  });
  const core = compose({ name: 'desk', instruments: [BTC] }, books(), agents([model]), confidenceWeighted());
  return { core, drivers: [asynchronousAgents([model], { seed })] };
}

async function play(decide: Decide | Mind, options: { seed?: number; restore?: Snapshot } = {}) {
  const { core, drivers } = desk(decide, options.seed);
  const journal = new MemoryJournal();
  const snapshots: Snapshot[] = [];
  const targets: string[] = [];
  const { restore } = options;
  const running = backtest(core, recording(), {
    drivers,
    journal,
    barrierEvery: 97,
    ...(restore === undefined ? {} : { restore }),
  });
  running.snapshots$.subscribe((snapshot) => snapshots.push(snapshot));
  await new Promise<void>((resolve, reject) => {
    running.subscribe({
      next: ({ seq, targets: some }) => {
        for (const { exposure } of some) targets.push(`${seq} ${exposure}`);
      },
      error: reject,
      complete: resolve,
    });
  });
  return { journal, snapshots, targets };
}

describe('a backtest with agents that answer by promises', () => {
  test('calls them with simulated latency, and gives the same however fast they are', async () => {
    const one = await play(unsteady());
    const other = await play(async (shown) => [follow(shown)]);
    const decisions = one.journal.events.filter(({ event }) => event.kind === 'decision');
    expect(decisions.length).toBeGreaterThan(60);
    expect(one.targets.length).toBeGreaterThan(30);
    expect(other.journal.events).toEqual(one.journal.events);
    expect(other.targets).toEqual(one.targets);
    const another = await play(unsteady(), { seed: 2 });
    expect(another.journal.events).not.toEqual(one.journal.events);
  });

  test('a worker thread gives the same again', async () => {
    const url = new URL('./follow.mjs', import.meta.url);
    const threaded = await play(inWorker(url));
    const plain = await play(async (shown) => [follow(shown)]);
    expect(threaded.journal.events).toEqual(plain.journal.events);
  });

  test('whatever form answers have: one, a list, none; of a function, a worker, a language model', async () => {
    const list = new URL('./follow.mjs', import.meta.url);
    const plain = await play(async (shown) => [follow(shown)]);
    expect(plain.targets.length).toBeGreaterThan(30);
    const told = (text: (answer: ReturnType<typeof follow>) => string) =>
      languageAgent<Frame & MarketFields>({
        name: 'model',
        every: 15,
        observe: ({ mid }) => ({ mid }),
        describe: (_snapshot, shown) => text(follow(shown)),
        ask: async (prompt) => /<<(.*)>>/.exec(prompt)?.[1] ?? '',
      }).mind;
    for (const same of [
      async (shown: Shown) => follow(shown),
      (shown: Shown) => [follow(shown)],
      (shown: Shown) => of(follow(shown)),
      inWorker(list, { export: 'list' }),
      told(
        ({ of: about, exposure }) => `<<[{"asset":"${about.asset}","exposure":${exposure},"confidence":1}]>>`,
      ),
    ] as (Decide | Mind)[])
      expect((await play(same)).targets).toEqual(plain.targets);
    for (const nothing of [
      () => [],
      async () => [],
      inWorker(list, { export: 'nothing' }),
      told(() => '<<[]>>'),
    ] as (Decide | Mind)[]) {
      const { journal } = await play(nothing);
      const said = journal.events.flatMap(({ event }) =>
        event.kind === 'decision' ? ['a decision'] : event.kind === 'fault' ? [event.message] : [],
      );
      // The latency that is drawn makes some of them late.
      expect(said.filter((text) => !/^(no answer within|it answers again)/.test(text))).toEqual([]);
    }
  });

  test('what is re-enacted from its journal is the same, and nobody is called', async () => {
    const { journal, targets } = await play(unsteady());
    let called = 0;
    const { core } = desk(() => {
      called += 1;
      return [];
    });
    const again: string[] = [];
    await new Promise<void>((resolve, reject) => {
      reenact(core, journal.source()).subscribe({
        next: ({ seq, targets: some }) => {
          for (const { exposure } of some) again.push(`${seq} ${exposure}`);
        },
        error: reject,
        complete: resolve,
      });
    });
    expect(again).toEqual(targets);
    expect(called).toBe(0);
  });

  test('restored from a snapshot in its midst it goes on to the bit', async () => {
    const whole = await play(unsteady());
    expect(whole.snapshots.length).toBeGreaterThan(2);
    for (const snapshot of whole.snapshots.slice(0, -1)) {
      const rest = await play(unsteady(), { restore: structuredClone(snapshot) });
      expect(rest.journal.events).toEqual(whole.journal.events.filter(({ seq }) => seq > snapshot.seq));
      const last = (played: typeof whole) => stateHash((played.snapshots.at(-1) as Snapshot).stages as never);
      expect(last(rest)).toBe(last(whole));
    }
  });

  test('agents that fail, lie or are late give the same, too', async () => {
    const bad = (wait: boolean): Decide => {
      let calls = 0;
      return async (shown) => {
        if (wait) await new Promise(setImmediate);
        calls = shown.seq;
        if (calls % 5 === 0) throw new Error('oops');
        return [calls % 7 === 0 ? { ...follow(shown), exposure: Number.NaN } : follow(shown)];
      };
    };
    const one = await play(bad(false));
    const other = await play(bad(true));
    expect(
      one.journal.events.some(({ event }) => event.kind === 'fault' && event.code === 'quarantined'),
    ).toBe(true);
    expect(other.journal.events).toEqual(one.journal.events);
  });

  test('agents that never stop, or fail with what cannot be shown, end it no sooner and no later', async () => {
    const endless = await play(function* (shown) {
      for (;;) yield follow(shown);
    });
    const bare = await play(() => Promise.reject(Object.create(null)));
    for (const [{ journal }, reason] of [
      [endless, 'more than 16 answers to one snapshot'],
      [bare, 'something that cannot be shown'],
    ] as const) {
      const faults = journal.events.flatMap(({ event }) => (event.kind === 'fault' ? [event.message] : []));
      expect(faults.some((message) => message.startsWith(reason))).toBe(true);
    }
  });
});
