import { beforeAll, describe, expect, test } from 'vitest';
import { stateHash } from '../../src/core/canonical.js';
import type { DashboardView } from '../../src/dashboard/index.js';
import { DeskModel } from '../../src/dashboard/model/desk-model.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import { backtest, simulateMarket } from '../../src/streams/index.js';
import { simulatedVenues } from '../crossing.js';
import { type ShownFrame, shownDesk, type Truth } from './desk.js';

const source = simulateMarket({ seed: 3, duration: 8_000 });
const table = new InstrumentTable(source.instruments);

const surroundings = {
  title: 'desk',
  note: '',
  server: 'x',
  drawnUpAt: 0,
  silentFor: 0,
  inbox: { waiting: 0, merged: 0, refused: 0 },
  halted: undefined,
  pair: null,
  monitor: undefined,
  ended: false,
};

describe('the picture of a desk that ran', () => {
  const model = new DeskModel(table, 1_000);
  let view: DashboardView;
  let truth: Truth;
  let submitted = 0;
  let denied = 0;
  const mids: number[] = [];
  const executions = new Set<string>();
  let last: ShownFrame;

  beforeAll(async () => {
    const run = backtest(shownDesk(source.instruments), source, { drivers: simulatedVenues() });
    await run.forEach((frame) => {
      model.observe(frame);
      last = frame;
      const { event } = frame;
      if (event.kind === 'submitted') submitted++;
      else if (event.kind === 'denied') denied++;
      else if (event.kind === 'report' && event.type === 'fill')
        executions.add(`${event.venue} ${event.executionId}`);
      if (frame.instrument === 0 && frame.bid !== undefined && frame.ask !== undefined)
        mids.push((frame.bid + frame.ask) / 2);
      if (frame.truth !== undefined) truth = frame.truth;
    });
    view = model.view(surroundings);
  });

  test('is that of its ledger', () => {
    expect(view.money).toMatchObject({
      currency: 'USD',
      profit: truth.profit,
      equity: truth.equity,
      exposure: truth.exposure,
      fees: truth.fees,
    });
    expect(view.money.drawdown).toBeCloseTo(truth.drawdown, 9);
    expect(view.money.drawdownShare).toBeCloseTo(truth.drawdown / (truth.equity + truth.drawdown), 12);
    const held = table.list.map(
      ({ id }) => view.positions.find(({ instrument }) => instrument === id)?.position ?? 0,
    );
    expect(held).toEqual(
      table.list.map(({ index, quantities }) => quantities.toNumber(truth.positions[index] as number)),
    );
    expect(held.some((lots) => lots !== 0)).toBe(true);
    expect(view.openOrders).toBe(truth.openOrders);
    expect(Object.fromEntries(view.agents.map(({ agent, profit }) => [agent, profit]))).toEqual(truth.agents);
  });

  test('is that of its books', () => {
    expect(view.markets.map(({ bid }) => bid)).toEqual(truth.bids);
    expect(view.markets.map(({ ask }) => ask)).toEqual(truth.asks);
    for (const { bids, asks, bid, ask, synced } of view.markets) {
      expect(synced).toBe(true);
      if (bids.length > 0) expect(bids[0]).toBe(bid);
      if (asks.length > 0) expect(asks[0]).toBe(ask);
    }
  });

  test('counts what happened', () => {
    expect(view.counts).toEqual({ orders: submitted, fills: executions.size, denied, rejected: 0 });
    expect(submitted).toBeGreaterThan(5);
    expect(denied).toBeGreaterThan(0);
    expect(view.log).toMatchObject({ seq: last.seq, ts: last.ts });
    expect(view.state).toMatchObject({ trading: 'active', reason: '', broken: '', ended: false });
  });

  test('has candles that hold every mid, one after another', () => {
    const candles = model.history().candles[source.instruments[0]?.id as string] ?? [];
    const known = mids.filter((mid) => Number.isFinite(mid));
    expect(candles.length).toBeGreaterThan(5);
    expect(Math.max(...candles.map(([, , high]) => high))).toBe(Math.max(...known));
    expect(Math.min(...candles.map(([, , , low]) => low))).toBe(Math.min(...known));
    expect(candles[0]?.[1]).toBe(known[0]);
    expect(candles.at(-1)?.[4]).toBe(known.at(-1));
    for (const [nth, [start]] of candles.entries()) {
      expect(start % 1_000).toBe(0);
      expect(start).toBeGreaterThan(candles[nth - 1]?.[0] ?? 0);
    }
  });

  test('shows votes with the weight that their part comes from', () => {
    const votes = view.agents.flatMap((each) => each.votes);
    expect(votes.length).toBeGreaterThan(0);
    for (const { exposure, part, weight } of votes)
      if (weight !== null) expect(weight * exposure).toBeCloseTo(part as number, 12);
    for (const { of, exposure } of view.targets) {
      const parts = votes.filter((vote) => vote.of === of).reduce((sum, { part }) => sum + (part ?? 0), 0);
      if (votes.filter((vote) => vote.of === of).length === 2) expect(parts).toBeCloseTo(exposure, 9);
    }
  });

  test('is plain data that JSON holds without loss', () => {
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(JSON.parse(JSON.stringify(model.history()))).toEqual(model.history());
  });

  test('changes nothing: the overview is the only stage that knows of it', async () => {
    const hashes: string[] = [];
    const short = simulateMarket({ seed: 3, duration: 2_000 });
    for (const watched of [true, false]) {
      const run = backtest(shownDesk(short.instruments), short, { drivers: simulatedVenues() });
      run.snapshots$.subscribe(({ stages }) => hashes.push(stateHash(stages)));
      const other = new DeskModel(table, 1_000);
      await run.forEach((frame) => {
        if (watched) other.observe(frame);
      });
    }
    expect(hashes[0]).toBe(hashes[1]);
  });
});

describe('a picture', () => {
  const frame = (event: unknown, fields: object = {}): ShownFrame =>
    ({
      seq: 1,
      sub: 0,
      ts: 1_000,
      event,
      instrument: -1,
      snapshot: undefined,
      requests: [],
      ...fields,
    }) as unknown as ShownFrame;

  test('of a desk of which nothing is known holds no number that is none', () => {
    const view = new DeskModel(table, 1_000).view(surroundings);
    expect(view.money).toEqual({
      currency: '',
      profit: null,
      equity: null,
      dayProfit: null,
      drawdown: null,
      drawdownShare: null,
      exposure: null,
      fees: null,
    });
    expect(view.state.trading).toBe('unknown');
    expect(view).toMatchObject({
      signals: [],
      agents: [],
      orders: [],
      positions: [],
      limits: [],
      latency: [],
      notices: [],
    });
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
  });

  test('bears numbers that are none, huge or negative', () => {
    const model = new DeskModel(table, 1_000);
    for (const [bid, ask, profit] of [
      [Number.NaN, Number.NaN, Number.NaN],
      [Number.POSITIVE_INFINITY, 1, Number.NEGATIVE_INFINITY],
      [-37.63, -37.62, -1e300],
      [1e300, 1e301, 1e300],
    ] as const)
      model.observe(
        frame(
          { kind: 'quote' },
          {
            instrument: 0,
            bid,
            ask,
            bidQuantity: 0,
            askQuantity: 0,
            lastPrice: Number.NaN,
            synced: true,
            profit,
          },
        ),
      );
    const view = model.view(surroundings);
    expect(JSON.parse(JSON.stringify(view))).toEqual(view);
    expect(JSON.parse(JSON.stringify(model.history()))).toEqual(model.history());
  });

  test('tells why the desk stands still, until it does no more', () => {
    const model = new DeskModel(table, 1_000);
    model.observe(
      frame(
        { kind: 'control', action: 'kill', scope: 'desk', value: 0, by: 'anna', reason: 'fat finger' },
        { tradingStatus: 'halted' },
      ),
    );
    model.observe(
      frame(
        {
          kind: 'fault',
          component: 'risk',
          code: 'kill',
          message: 'desk: kill by anna: fat finger',
          severity: 'notice',
        },
        { sub: 1, tradingStatus: 'halted' },
      ),
    );
    expect(model.view(surroundings).state).toMatchObject({
      trading: 'halted',
      reason: 'kill by anna: fat finger',
      since: 1_000,
    });
    expect(model.view(surroundings).notices[0]?.text).toBe('risk: desk: kill by anna: fat finger');
    model.observe(
      frame(
        { kind: 'control', action: 'resume', scope: 'desk', value: 0, by: 'anna', reason: 'ok' },
        { tradingStatus: 'active' },
      ),
    );
    expect(model.view(surroundings).state).toMatchObject({ trading: 'active', reason: '', since: null });
  });

  test('follows a limit that an operator changed, once risk took it', () => {
    const model = new DeskModel(table, 1_000);
    const overview = {
      positions: [],
      agents: [],
      venues: [],
      openOrderCount: 0,
      openOrders: [],
      depth: [],
      limits: [{ name: 'maxPosition', limit: 1, used: 0.5, unit: 'BTC' }],
    };
    const control = {
      kind: 'control',
      action: 'limit',
      scope: 'limit:maxPosition',
      value: 2,
      by: 'anna',
      reason: 'more',
    };
    model.observe(frame(control, { overview }));
    expect(model.view(surroundings).limits[0]).toMatchObject({ limit: 1, ratio: 0.5 });
    model.observe(
      frame({ kind: 'fault', component: 'risk', code: 'limit-changed', message: '', severity: 'notice' }),
    );
    expect(model.view(surroundings).limits[0]).toMatchObject({ limit: 2, ratio: 0.25 });
  });

  test('has bounded memory, whatever comes', () => {
    const model = new DeskModel(table, 1);
    const target = { of: { asset: 'BTC' }, exposure: 0, contributions: [] };
    for (let nth = 0; nth < 3_000; nth++) {
      model.observe(
        frame(
          { kind: 'fault', component: `c${nth}`, code: 'x', message: 'm'.repeat(10_000), severity: 'notice' },
          {
            ts: nth * 10,
            instrument: 0,
            bid: nth,
            ask: nth,
            profit: nth % 7,
            signals: [
              {
                name: `s${nth}`,
                instrument: 'X',
                direction: 1,
                strength: 1,
                confidence: 1,
                validUntil: 1e12,
              },
            ],
            decisions: [
              {
                agent: `a${nth}`,
                of: { asset: 'BTC' },
                exposure: 1,
                confidence: 1,
                basedOn: 1,
                validUntil: 1e12,
              },
            ],
            targets: [{ ...target, of: { asset: `T${nth}` } }],
          },
        ),
      );
      model.observe(frame({ kind: 'link', venue: `v${nth}`, channel: 'market', state: 'down', reason: '' }));
    }
    const size = JSON.stringify(model.view(surroundings)).length + JSON.stringify(model.history()).length;
    expect(size).toBeLessThan(300_000);
  });

  test('counts an execution that is told twice once', () => {
    const model = new DeskModel(table, 1_000);
    const { id, venue } = source.instruments[0] as (typeof source.instruments)[number];
    const fill = {
      kind: 'report',
      type: 'fill',
      venue,
      instrument: id,
      executionId: 'e',
      side: 'buy',
      price: 100,
      quantity: 1,
      liquidity: 'taker',
    };
    model.observe(frame(fill));
    model.observe(frame(fill));
    expect(model.view(surroundings).counts.fills).toBe(1);
    expect(model.view(surroundings).fills).toHaveLength(1);
  });

  test('has a book whose best levels are those of now, though its depth is of a moment ago', () => {
    const model = new DeskModel(table, 1_000);
    const depth = [{ index: 0, bids: [99, 1, 98, 2, 97, 3], asks: [100, 4, 101, 5] }];
    const overview = {
      positions: [],
      agents: [],
      venues: [],
      openOrderCount: 0,
      openOrders: [],
      limits: [],
      depth,
    };
    const best = (bid: number, ask: number) => ({
      instrument: 0,
      bid,
      ask,
      bidQuantity: 7,
      askQuantity: 8,
      lastPrice: 1,
      synced: true,
    });
    model.observe(frame({ kind: 'quote' }, { ...best(99, 100), overview }));
    expect(model.view(surroundings).markets[0]).toMatchObject({
      bids: [99, 7, 98, 2, 97, 3],
      asks: [100, 8, 101, 5],
    });
    model.observe(frame({ kind: 'quote' }, best(97.5, 98.5)));
    expect(model.view(surroundings).markets[0]).toMatchObject({
      bids: [97.5, 7, 97, 3],
      asks: [98.5, 8, 100, 4, 101, 5],
    });
    model.observe(frame({ kind: 'quote' }, best(100.5, 102)));
    expect(model.view(surroundings).markets[0]).toMatchObject({
      bids: [100.5, 7, 99, 1, 98, 2, 97, 3],
      asks: [102, 8],
    });
    model.observe(frame({ kind: 'quote' }, best(Number.NaN, Number.NaN)));
    expect(model.view(surroundings).markets[0]).toMatchObject({ bids: [], asks: [] });
  });

  test('takes the prices of a venue away when its market link goes down', () => {
    const model = new DeskModel(table, 1_000);
    const { venue } = source.instruments[0] as (typeof source.instruments)[number];
    model.observe(
      frame(
        { kind: 'quote' },
        { instrument: 0, bid: 1, ask: 2, bidQuantity: 1, askQuantity: 1, lastPrice: 1, synced: true },
      ),
    );
    expect(model.view(surroundings).markets[0]).toMatchObject({ bid: 1, synced: true });
    model.observe(frame({ kind: 'link', venue, channel: 'market', state: 'down', reason: 'gone' }));
    const view = model.view(surroundings);
    expect(view.markets[0]).toMatchObject({ bid: null, ask: null, spread: null, synced: false });
    expect(view.venues.find((each) => each.venue === venue)?.channels).toEqual([
      { channel: 'market', state: 'down', reason: 'gone', since: 1_000 },
    ]);
  });
});
