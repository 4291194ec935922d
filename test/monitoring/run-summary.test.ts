import { describe, expect, it } from 'vitest';
import { ConfigurationError, type Event } from '../../src/index.js';
import { RunSummary } from '../../src/monitoring/index.js';
import { DOLLARS, fill, frame, type Given, order, TETHER } from './frames.js';

const TICK: Event = { kind: 'barrier', id: '' };
const instruments = [DOLLARS, TETHER];

function summaryOf(...frames: readonly (readonly [number, Event, Given?])[]) {
  const summary = new RunSummary({ instruments });
  for (const [ts, event, given] of frames) summary.observe(frame(ts, event, given));
  return summary.result();
}

describe('RunSummary', () => {
  it('measures slippage against the arrival mid, by side, weighted by notional', () => {
    const [buy, sell] = [order('a'), order('b', { side: 'sell' })];
    const { fills } = summaryOf(
      [0, { kind: 'submitted', order: buy }, { sub: 1 }],
      // 1% above the mid for one, 3% above for another half: 100 and 300 basis points.
      [1, fill(buy, 10_100, 500), { notional: 50.5 }],
      [2, fill(buy, 10_300, 500), { notional: 51.5 }],
      [3, { kind: 'submitted', order: sell }, { sub: 1 }],
      // Sold 2% above the mid: a gain of 200.
      [4, fill(sell, 10_200, 1_000, { liquidity: 'maker' }), { notional: 102 }],
    );
    expect(fills).toMatchObject({ fills: 3, maker: 1, unpriced: 0 });
    expect(fills.volume).toBeCloseTo(50.5 + 51.5 + 102, 10);
    expect(fills.slippage).toBeCloseTo((100 * 50.5 + 300 * 51.5 - 200 * 102) / 204, 9);
    expect(fills.slippageCost).toBeCloseTo((100 * 50.5 + 300 * 51.5 - 200 * 102) / 10_000, 9);
  });

  it('counts fills as they are now: once, without what was busted, as corrected', () => {
    const buy = order('a');
    const [one, two] = [fill(buy, 10_100, 500), fill(buy, 10_300, 500)];
    const { venue, instrument, clientOrderId, venueTime } = one;
    const about = { kind: 'report', venue, instrument, clientOrderId, venueTime, reason: '' } as const;
    const bust = { ...about, type: 'bust', executionId: one.executionId } as const;
    const { fills, venues, busts, corrections } = summaryOf(
      [0, { kind: 'submitted', order: buy }, { sub: 1 }],
      [1, one, { notional: 50.5 }],
      [1, one, { notional: 50.5 }],
      [2, two, { notional: 51.5 }],
      [3, bust],
      [3, { ...bust, executionId: 'of somebody else' }],
      [4, { ...two, type: 'correction', price: 10_200, reason: '' }, { notional: 51 }],
    );
    expect(fills).toMatchObject({ fills: 1, volume: 51, slippage: expect.closeTo(200, 9) });
    expect(venues).toMatchObject([{ fills: 1, volume: 51 }]);
    expect([busts, corrections]).toEqual([2, 1]);
  });

  it('shows funding and interest as last known, and how truths differed', () => {
    const fault = (component: string, code: string): Event => ({
      kind: 'fault',
      component,
      code,
      message: '',
      severity: 'notice',
    });
    const nothing = { orders: [], fills: [], positions: [], balances: [] };
    const { funding, interest, reconciliation } = summaryOf(
      [0, TICK, { funding: -2, interest: 0.5 }],
      [1, TICK, { funding: Number.NaN, interest: Number.NaN }],
      [2, { kind: 'truth', venue: 'binance', venueTime: 2, coversClosed: true, ...nothing }],
      ...['truth-fill', 'truth-order', 'truth-position', 'truth-position', 'truth-balance', 'overfill'].map(
        (code) => [3, fault('ledger', code), { sub: 1, funding: -2, interest: 0.5 }] as const,
      ),
      [4, fault('other', 'truth-fill'), { funding: -2, interest: 0.5 }],
    );
    expect([funding, interest]).toEqual([-2, 0.5]);
    expect(reconciliation).toEqual({
      truths: 1,
      differences: { fills: 1, orders: 1, positions: 2, balances: 1 },
    });
  });

  it('keeps venues apart; what has no rate or no mid is not made up', () => {
    const [there, here] = [
      order('a', { instrument: TETHER.id, venue: 'binance' }),
      order('b', { arrivalMid: Number.NaN }),
    ];
    const { venues, fills } = summaryOf(
      [0, { kind: 'submitted', order: there }],
      [0, { kind: 'submitted', order: here }],
      [1, fill(there, 10_100, 400), { notional: 20.2 }],
      [1, fill(there, 10_100, 600)],
      [2, fill(here, 10_000, 1_000), { notional: 100 }],
    );
    expect(venues.map(({ venue }) => venue)).toEqual(['binance', 'coinbase']);
    expect(venues[0]).toMatchObject({ orders: 1, fills: 2, unpriced: 1 });
    expect(venues[0]?.volume).toBeCloseTo(20.2, 10);
    expect(venues[0]?.slippage).toBeCloseTo(100, 9);
    expect(venues[1]).toMatchObject({ orders: 1, fills: 1, volume: 100, slippage: null });
    expect(fills.slippage).toBeCloseTo(100, 9);
  });

  it('counts orders, their ends and the wait for the first word', () => {
    const [filled, part, refused, open] = ['a', 'b', 'c', 'd'].map((id) => order(id)) as [
      ReturnType<typeof order>,
      ReturnType<typeof order>,
      ReturnType<typeof order>,
      ReturnType<typeof order>,
    ];
    const word = (of: typeof filled, type: 'canceled' | 'rejected' | 'accepted'): Event => ({
      kind: 'report',
      type,
      venue: of.venue,
      instrument: of.instrument,
      clientOrderId: of.clientOrderId,
      venueTime: 0,
      reason: '',
    });
    const result = summaryOf(
      ...[filled, part, refused, open].map((one): [number, Event, Given] => [
        0,
        { kind: 'submitted', order: one },
        { sub: 1 },
      ]),
      [10, word(filled, 'accepted')],
      [50, fill(filled, 10_000, 1_000)],
      [20, fill(part, 10_000, 1)],
      [21, word(part, 'canceled')],
      [30, word(refused, 'rejected')],
    );
    expect(result).toMatchObject({
      orders: 4,
      ordersFilled: 2,
      ordersDone: 3,
      rejected: 1,
      derived: 4,
      events: 5,
    });
    expect(result.latency).toEqual({ mean: 20, most: 30 });
  });

  it('groups denials by rule with the first reason, and faults by what failed', () => {
    const denied = (rule: string, reason: string): Event => ({
      kind: 'denied',
      proposal: order('x'),
      rule,
      reason,
    });
    const fault: Event = {
      kind: 'fault',
      component: 'agent:a',
      code: 'threw',
      message: 'no',
      severity: 'quarantine',
    };
    const result = summaryOf(
      [0, denied('maxVenueExposure', 'far')],
      [1, denied('maxPosition', 'first')],
      [2, denied('maxPosition', 'second')],
      [3, fault],
      [4, { ...fault, message: 'again' }],
    );
    expect(result.denied).toBe(3);
    expect(result.denials).toEqual([
      { rule: 'maxPosition', count: 2, example: 'first' },
      { rule: 'maxVenueExposure', count: 1, example: 'far' },
    ]);
    expect(result.faults).toEqual([
      { component: 'agent:a', code: 'threw', severity: 'quarantine', count: 2, example: 'no' },
    ]);
  });

  it('knows the exact peak and drawdown; an unknown profit leaves the last one standing', () => {
    const profits = [0, 10, Number.NaN, -5, 20, 12];
    const { profit, exposure } = summaryOf(
      ...profits.map((value, place): [number, Event, Given] => [
        place * 1_000,
        TICK,
        { profit: value, exposure: 7 },
      ]),
    );
    expect(profit).toMatchObject({ peak: 20, lowest: -5, last: 12, maximumDrawdown: 15 });
    expect(profit.curve.map(({ value }) => value)).toEqual([0, 10, 10, -5, 20, 12]);
    expect(exposure.most).toBe(7);
  });

  it('holds no more points than it may, from the first time to the last', () => {
    const summary = new RunSummary({ instruments, points: 16 });
    for (let place = 0; place <= 5_000; place++)
      summary.observe(frame(place * 1_000, TICK, { profit: place }));
    const { curve } = summary.result().profit;
    expect(curve.length).toBeGreaterThan(8);
    expect(curve.length).toBeLessThanOrEqual(17);
    expect(curve[0]).toEqual({ ts: 0, value: 0 });
    expect(curve.at(-1)).toEqual({ ts: 5_000_000, value: 5_000 });
    for (const { ts, value } of curve) expect(value).toBe(ts / 1_000);
  });

  it('counts a gap of years as a pause, so that both sides of it stay readable', () => {
    const year = 365 * 86_400_000;
    const summary = new RunSummary({ instruments, points: 64 });
    for (const start of [0, year])
      for (let second = 0; second < 600; second++) summary.observe(frame(start + second * 1_000, TICK));
    const { curve } = summary.result().profit;
    const before = curve.filter(({ ts }) => ts < year).length;
    expect(before).toBeGreaterThan(curve.length / 3);
    expect(before).toBeLessThan((curve.length * 2) / 3);
  });

  it('says nothing of an empty run, and refuses options that cannot be', () => {
    expect(summaryOf()).toMatchObject({
      events: 0,
      orders: 0,
      denied: 0,
      latency: null,
      venues: [],
      faults: [],
    });
    expect(() => new RunSummary({ instruments, points: 3 })).toThrow(ConfigurationError);
  });
});
