import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import { Desk, type DeskOptions } from './desk.js';
import { ManualClock } from './manual-clock.js';
import { Feeder, step } from './random-steps.js';

const runs = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 60 }),
  cut: fc.nat(60),
  latency: fc.constantFrom({ submit: 0, report: 0 }, { submit: 3, report: 2 }, { submit: 0, report: 4 }),
});

describe('save and restore', () => {
  test('a venue that is saved and restored anywhere goes on to the bit', () => {
    fc.assert(
      fc.property(runs, ({ steps, cut, latency }) => {
        const options: DeskOptions = { venue: { latency, remembered: 5 } };
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
        expect(stateHash(after.desk.save())).toBe(stateHash(whole.desk.save()));
      }),
      { numRuns: 300 },
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
