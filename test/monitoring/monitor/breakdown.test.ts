import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ConfigurationError, compose, type Frame, type OutsideEvent, pure } from '../../../src/index.js';
import { type BreakdownLedger, breakdown } from '../../../src/monitoring/index.js';
import { DOLLARS, fill, order, TETHER } from '../frames.js';

const ledger: BreakdownLedger = {
  reportingCurrency: 'USD',
  dayProfit: () => 5,
  agents: () => ['one'],
  agentProfit: () => 5,
  venueProfit: () => 5,
  exposure: () => 7,
  position: () => 0,
  realised: () => 0,
  unrealised: () => 0,
  funding: () => 0,
  convert: () => undefined,
};

const desk = (options?: Parameters<typeof breakdown>[0]) =>
  compose(
    { instruments: [DOLLARS, TETHER] },
    pure('ledger', (_: Frame) => ledger, ledger),
    breakdown(options),
  );

interface Step {
  readonly ts: number;
  readonly event: OutsideEvent;
}

let fills = 0;
const FILL = (): OutsideEvent => fill(order(`order-${++fills}`), 10_100, 500);
const TICK: OutsideEvent = {
  kind: 'trade',
  instrument: DOLLARS.id,
  venueTime: 0,
  tradeId: '1',
  price: 10_100,
  quantity: 1,
  aggressor: 'buy',
};
const BARRIER: OutsideEvent = { kind: 'barrier', id: 'end' };

/** When a breakdown was drawn up; each snapshot may be the beginning of another run. */
function drawn(
  steps: readonly Step[],
  options?: Parameters<typeof breakdown>[0],
  restarts = false,
): readonly number[] {
  const times: number[] = [];
  const core = desk(options);
  let running = core.start();
  steps.forEach(({ ts, event }, nth) => {
    const { breakdown: drawnUp, snapshot } = running.pass(nth + 1, 0, ts, event);
    if (drawnUp !== undefined) times.push(ts);
    if (restarts && snapshot !== undefined) running = core.start({ restored: structuredClone(snapshot) });
  });
  return times;
}

const at = (ts: number, event: OutsideEvent = TICK): Step => ({ ts, event });

describe('breakdown', () => {
  test('is drawn up at the first frame and once in each interval', () => {
    const steps = [0, 400, 999, 1_000, 1_500, 2_400, 3_399, 3_400].map((ts) => at(ts));
    expect(drawn(steps)).toEqual([0, 1_000, 2_400, 3_400]);
  });

  test('is drawn up with a fill, unless the last one is younger than the wait after fills: then at its end', () => {
    const steps = [
      at(0),
      at(100, FILL()),
      at(180, FILL()),
      at(249),
      at(250),
      at(260),
      at(700, FILL()),
      at(900),
    ];
    expect(drawn(steps)).toEqual([0, 250, 700]);
    expect(drawn(steps, { afterFill: 0 })).toEqual([0, 100, 180, 700]);
    expect(drawn(steps, { every: 80 })).toEqual([0, 100, 180, 260, 700, 900]);
  });

  test('is drawn up at a barrier, if a fill is in none: the last frame of a run has them all', () => {
    expect(drawn([at(0), at(10, FILL()), at(11, BARRIER), at(12, BARRIER)])).toEqual([0, 11]);
    expect(drawn([at(0), at(10), at(11, BARRIER)])).toEqual([0]);
  });

  test('tells the notional of each fill in the reporting currency, with and without being drawn up', () => {
    const running = desk().start();
    const traded = [TICK, FILL(), FILL(), fill(order('t', { instrument: TETHER.id }), 10_100, 500), TICK].map(
      (event, nth) => running.pass(nth + 1, 0, nth, event).tradedNotional,
    );
    // Nobody says what a tether is worth.
    expect(traded).toEqual([Number.NaN, 50.5, 50.5, Number.NaN, Number.NaN]);
  });

  test('refuses waits that cannot be', () => {
    for (const wrong of [
      { every: 0 },
      { afterFill: -1 },
      { afterFill: 1_001 },
      { every: 100, afterFill: 101 },
    ])
      expect(() => breakdown(wrong)).toThrow(ConfigurationError);
    expect(() => breakdown({ after: 5 } as never)).toThrow(/breakdown/);
  });

  test('never leaves a fill waiting longer than the wait, and goes on from any snapshot as if nothing had been', () => {
    const steps = fc
      .array(fc.tuple(fc.nat(400), fc.constantFrom('tick', 'fill', 'barrier')), { maxLength: 60 })
      .map((given) => {
        let ts = 0;
        return given.map(([after, what]) => {
          ts += after;
          return at(ts, what === 'fill' ? FILL() : what === 'barrier' ? BARRIER : TICK);
        });
      });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 900 }), fc.nat(900), (given, every, wait) => {
        const options = { every, afterFill: Math.min(every, wait) };
        const times = drawn(given, options);
        expect(drawn(given, options, true)).toEqual(times);
        for (const [nth, { ts, event }] of given.entries()) {
          if (event.kind !== 'report') continue;
          // The first frame that is late enough has it, whatever it is; so has a barrier before that.
          const late = given
            .slice(nth)
            .find((step) => step.ts >= ts + options.afterFill || step.event.kind === 'barrier');
          if (late !== undefined) expect(times.some((time) => time >= ts && time <= late.ts)).toBe(true);
        }
        // Nor is it drawn up more often than it was asked for: a barrier apart.
        const pace = Math.min(options.afterFill, every);
        const barriers = new Set(given.filter(({ event }) => event.kind === 'barrier').map(({ ts }) => ts));
        times.slice(1).forEach((time, nth) => {
          if (!barriers.has(time)) expect(time - (times[nth] as number)).toBeGreaterThanOrEqual(pace);
        });
      }),
    );
  });
});
