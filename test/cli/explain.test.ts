import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Enactment } from '../../src/cli/diff/enactment.js';
import { told } from '../../src/cli/explain/told.js';
import { type Explanation, Witness } from '../../src/cli/explain/witness.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { keyOf } from '../../src/domain/decision.js';
import type { SequencedEvent } from '../../src/domain/event.js';
import type { Order } from '../../src/domain/order.js';
import { openJournal, TurnJournal } from '../../src/journal/index.js';
import { backtest, simulateMarket } from '../../src/streams/index.js';
import { describeBuilt } from '../desk/built.js';
import { fullDesk, venues } from '../properties/full-desk.js';
import { watch } from '../properties/play.js';

describe('an explanation', () => {
  const source = simulateMarket({ seed: 11, duration: 12_000 });
  const core = fullDesk(source.instruments) as unknown as Core<Frame>;
  const log: SequencedEvent[] = [];
  const orders = new Map<string, Order>();
  let chosen: readonly string[];
  const explained = new Map<string, Explanation>();

  beforeAll(async () => {
    const journal = { append: (event: SequencedEvent) => void log.push(event) };
    await backtest(core, source, { drivers: venues(), journal }).forEach(({ event }) => {
      if (event.kind === 'submitted') orders.set(event.order.clientOrderId, event.order);
    });
    // A hundred of them, by a stride that meets all parts of the session.
    const all = [...orders.keys()];
    const stride = Math.max(1, Math.floor(all.length / 100));
    chosen = all.filter((_, nth) => nth % stride === 0).slice(0, 100);
    const witnesses = new Map(chosen.map((id) => [id, new Witness(id, core.instruments)]));
    const enactment = new Enactment(core);
    for (const event of log) {
      const frames = enactment.take(event);
      for (const witness of witnesses.values()) witness.take(frames);
    }
    for (const [id, { explanation }] of witnesses)
      if (explanation !== undefined) explained.set(id, explanation);
  });

  it('is found for every one of a hundred orders', () => {
    expect(chosen.length).toBeGreaterThanOrEqual(100);
    expect([...explained.keys()]).toEqual(chosen);
  });

  it('has the order as it left, and the event that caused it', () => {
    for (const [id, { order, cause }] of explained) {
      expect(order).toEqual(orders.get(id));
      expect(cause).toMatchObject({ seq: log[cause.seq - 1]?.seq, sub: 0, ts: log[cause.seq - 1]?.ts });
      expect(cause.event).toEqual(log[cause.seq - 1]?.event);
      expect(cause.ts).toBe(order.requestTime);
    }
  });

  it('has every word of the venue about it, in order, and no other', () => {
    let fills = 0;
    for (const [id, { order, later }] of explained) {
      const reports = log.flatMap(({ event }) =>
        event.kind === 'report' && event.clientOrderId === id ? [event] : [],
      );
      const heard = later.flatMap(({ event }) => (event.kind === 'report' ? [event] : []));
      expect(heard).toEqual(reports);
      fills += heard.filter(({ type }) => type === 'fill').length;
      for (const { after, ts } of later) expect(after).toBe(ts - order.requestTime);
      expect(later.map(({ after }) => after)).toEqual(
        [...later.map(({ after }) => after)].sort((a, b) => a - b),
      );
    }
    expect(fills).toBeGreaterThan(50);
  });

  it('has the votes whose parts add up to what the ensemble wanted', () => {
    let several = 0;
    for (const { targets, votes, order, intents } of explained.values()) {
      expect(targets.length).toBeGreaterThan(0);
      for (const { target } of targets) {
        const sum = target.contributions.reduce((total, { exposure }) => total + exposure, 0);
        expect(sum).toBeCloseTo(target.exposure, 9);
        if (target.contributions.length > 1) several++;
      }
      // A vote may have expired since the ensemble heard it; none is made up.
      for (const { part, decision } of votes) {
        const heard = targets.find(({ target: { of } }) => keyOf(of) === keyOf(decision.of))?.target;
        const own = heard?.contributions.find(({ agent }) => agent === decision.agent);
        expect(part).toBe(own?.exposure ?? null);
      }
      const sharing = new Set(intents.flatMap(({ shares }) => shares.map(({ agent }) => agent)));
      for (const { side } of intents) expect(side).toBe(order.side);
      for (const { agent } of order.attribution) expect(sharing).toContain(agent);
    }
    expect(several).toBeGreaterThan(10);
  });

  it('has the route that became the order', () => {
    for (const { order, proposals } of explained.values()) {
      const agents = ({ attribution }: { attribution: Order['attribution'] }) =>
        attribution.map(({ agent }) => agent);
      const own = proposals.filter(
        (each) =>
          each.instrument === order.instrument &&
          each.side === order.side &&
          each.price === order.price &&
          agents(each).join() === agents(order).join(),
      );
      // Risk may clip, it never adds.
      expect(own.some(({ quantity }) => quantity >= order.quantity)).toBe(true);
    }
  });

  it('is told as text that names each of these', () => {
    const [one] = [...explained.values()].filter(({ later }) =>
      later.some(({ event }) => event.kind === 'report' && event.type === 'fill'),
    );
    const words = told(one as Explanation);
    for (const part of [
      'market',
      'features',
      'signal',
      'vote',
      'ensemble',
      'sizing',
      'routing',
      'risk      approved',
      'accepted',
      'filled',
    ])
      expect(words).toContain(part);
    expect(words).not.toMatch(/undefined|NaN|\[object/);
  });
});

/** The same desk as a user would write it, in a module of its own. */
const MODULE = `
  import { compose } from ${JSON.stringify(resolve('dist/index.js'))};
  import { agent, agents, bestNetPrice, books, confidenceWeighted, dispatch, ledger, maxPosition, risk, sizing } from ${JSON.stringify(resolve('dist/operators/index.js'))};
  const keen = agent({
    name: 'keen',
    decide: (frame) => ({ of: { asset: 'BTC' }, exposure: frame.seq % 400 < 200 ? 1 : 0, confidence: 1 }),
  });
  export const desk = (instruments) => compose(
    { name: 'small', instruments }, books(), ledger({ reportingCurrency: 'USD' }), agents([keen]), confidenceWeighted(),
    sizing({ budget: 20_000 }), bestNetPrice(), risk([maxPosition({ limit: 500_000 })]), dispatch(),
  );
`;

describeBuilt('millrace explain', 'dist/cli/main.js', (millrace) => {
  const root = mkdtempSync(join(tmpdir(), 'cli-explain-'));
  const file = (name: string): string => join(root, name);
  const ids: string[] = [];
  afterAll(() => rmSync(root, { recursive: true }));

  beforeAll(async () => {
    const source = simulateMarket({ seed: 4, duration: 2_000 });
    writeFileSync(file('desk.mjs'), MODULE);
    const { desk } = (await import(file('desk.mjs'))) as { desk: (instruments: unknown) => Core<Frame> };
    const turns = new TurnJournal(
      await openJournal({ folder: file('journal'), instruments: source.instruments }),
    );
    const { frames } = await watch(
      backtest(desk(source.instruments), source, { drivers: venues(), journal: turns }),
    );
    for (const { event } of frames) if (event.kind === 'submitted') ids.push(event.order.clientOrderId);
    await turns.close();
  });

  it('explains an order of a journal on disk', async () => {
    const id = ids[Math.floor(ids.length / 2)] as string;
    const args = ['explain', id, '--journal', file('journal'), '--with', file('desk.mjs')];
    const shown = await millrace.run(args);
    expect(shown).toMatchObject({ code: 0 });
    expect(shown.stdout).toContain(`${id}: `);
    expect(shown.stdout).toContain('vote      keen: exposure');
    const json = await millrace.run([...args, '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      order: { clientOrderId: id },
      votes: [{ decision: { agent: 'keen' } }],
    });
  });

  it('says what is wrong in one line', async () => {
    const given = ['--journal', file('journal'), '--with', file('desk.mjs')];
    const wrong = [
      [['nobody', ...given], /did not make the order nobody: it made \d+, the last one mr-/],
      [[...given], /takes one order id, not 0/],
      [['a', '--with', file('desk.mjs')], /wants --journal/],
      [['a', '--journal', file('journal')], /wants --with/],
      [['a', '--journal', file('none'), '--with', file('desk.mjs')], /there is no such file/],
      [['a', ...given, '--every'], /--every/],
    ] as const;
    const answers = await Promise.all(wrong.map(([args]) => millrace.run(['explain', ...args])));
    for (const [nth, [, words]] of wrong.entries()) {
      expect(answers[nth]?.code).toBe(2);
      expect(answers[nth]?.stderr.trim().split('\n').at(-1)).toMatch(words);
    }
  });

  it('has a help of its own', async () => {
    expect((await millrace.run(['explain', '--help'])).stdout).toContain('--journal PATH');
  });
});
