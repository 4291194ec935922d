import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import type { ScriptedFault, SimulatedLatency } from '../../src/venues/simulated/index.js';
import { manyRuns } from '../properties/many-runs.js';
import { Desk, type DeskOptions } from './desk.js';
import { ManualClock } from './manual-clock.js';
import { Feeder, step } from './random-steps.js';

const chance = fc.constantFrom(0.1, 0.5);

const runs = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 60 }),
  cut: fc.nat(60),
  latency: fc.constantFrom<SimulatedLatency>(
    { submit: 0, report: 0 },
    { submit: 3, report: 2 },
    { submit: 0, report: 4 },
    { submit: { kind: 'uniform', from: 0, to: 6 }, report: { kind: 'lognormal', median: 2, sigma: 1 } },
    { submit: 1, report: (random) => 5 * random(), inOrder: false, seed: 7 },
  ),
  selfTradePrevention: fc.constantFrom('none' as const, 'cancelOldest' as const, 'cancelBoth' as const),
  faults: fc.option(
    fc.record({
      seed: fc.nat(1_000),
      timeout: fc.constantFrom(1, 9, 40),
      outage: fc.constantFrom(1, 20),
      lateness: fc.constantFrom(1, 9),
      chances: fc.record(
        {
          reject: chance,
          lostRequest: chance,
          lostReply: chance,
          fillAfterCancel: chance,
          disconnect: chance,
          late: chance,
          reorder: chance,
          double: chance,
          repeatedExecution: chance,
        },
        { requiredKeys: [] },
      ),
      script: fc.constantFrom<readonly ScriptedFault[]>(
        [],
        [
          { fault: 'disconnect', from: 12, lasts: 9 },
          { fault: 'lostReply', nth: 2 },
          { fault: 'late', nth: 3, lasts: 11 },
        ],
      ),
    }),
  ),
});

describe('save and restore', () => {
  test('a venue that is saved and restored anywhere goes on to the bit', () => {
    fc.assert(
      fc.property(runs, ({ steps, cut, latency, selfTradePrevention, faults }) => {
        const venue = { latency, selfTradePrevention, remembered: 5, ...(faults === null ? {} : { faults }) };
        const options: DeskOptions = { venue };
        const whole = new Feeder(new Desk(options));
        for (const one of steps) whole.feed(one);
        whole.desk.at(1_000);

        const before = new Feeder(new Desk(options));
        for (const one of steps.slice(0, cut)) before.feed(one);
        const saved = structuredClone(before.desk.save());
        const clock = new ManualClock(before.desk.clock.now());
        const after = new Feeder(new Desk({ ...options, clock, restored: saved }), before.known);
        // Restored and saved again at once: nothing was lost, nothing added.
        expect(stateHash(after.desk.save())).toBe(stateHash(saved));
        for (const one of steps.slice(cut)) after.feed(one);
        after.desk.at(1_000);

        expect([...before.desk.reports, ...after.desk.reports]).toEqual(whole.desk.reports);
        expect([...before.desk.log, ...after.desk.log]).toEqual(whole.desk.log);
        expect(stateHash(after.desk.save())).toBe(stateHash(whole.desk.save()));
      }),
      { numRuns: manyRuns(300) },
    );
  });

  test('what was saved does not change afterwards', () => {
    const desk = new Desk()
      .snapshot([99, 10], [101, 5])
      .submit('a', { side: 'buy', quantity: 9, price: 101 });
    const saved = desk.save();
    const hash = stateHash(saved);
    desk.trade(100, 2, 'sell').submit('b', { side: 'sell', quantity: 3 }).cancel('a').delta(11, [99, 1]);
    expect(stateHash(saved)).toBe(hash);
    expect(stateHash(desk.save())).not.toBe(hash);
  });

  test('positions are kept for whoever reconciles', () => {
    const desk = new Desk().snapshot([99, 10], [101, 5]).submit('a', { side: 'sell', quantity: 7 });
    const state = desk.save() as { exchange: { registrar: { positions: Record<string, number> } } };
    expect(state.exchange.registrar.positions).toEqual({ 'BTC-USDT.SPOT@binance': -7 });
  });

  test('memory stays bounded over many orders', () => {
    const desk = new Desk({ venue: { remembered: 10 } }).snapshot([99, 10], [101, 5]);
    for (let round = 0; round < 2_000; round++) {
      desk.submit(`o${round}`, { side: 'buy', quantity: 2, price: 99 });
      if (round % 2 === 0) desk.cancel(`o${round}`);
      else desk.trade(98, 2, 'sell');
      desk.snapshot([99, 10], [101 + (round % 50), 5], round + 11);
      desk.submit(`t${round}`, { side: 'buy', quantity: 2 });
    }
    const state = desk.save() as { exchange: { registrar: { finished: unknown[] } } };
    expect(state.exchange.registrar.finished).toHaveLength(10);
    expect(JSON.stringify(state).length).toBeLessThan(20_000);
  });
});
