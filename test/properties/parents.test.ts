import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { decodeSnapshot, encodeSnapshot, type Snapshot } from '../../src/core/snapshot.js';
import type { Instrument } from '../../src/domain/instrument.js';
import { InstrumentTable } from '../../src/domain/instrument-table.js';
import {
  agent,
  agents,
  books,
  confidenceWeighted,
  dispatch,
  ledger,
  lookUps,
  maxPosition,
  type ParentFields,
  type Placement,
  risk,
  type Schedule,
  sizing,
  smartRouting,
  transactionCosts,
} from '../../src/operators/index.js';
import { type SimulatedFaults, simulatedVenue } from '../../src/venues/simulated/index.js';
import { market } from './full-desk.js';
import { LONG, manyRuns } from './many-runs.js';
import { type Played, playRecorded } from './play.js';

type ParentFrame = Frame & ParentFields;

/** Two agents that change their minds every now and then, and do not agree. */
const fickle = (name: string, every: number) =>
  agent<Frame, { asked: number }>({
    name,
    lifetime: '10s',
    on: 'every event',
    memory: () => ({ asked: 0 }),
    decide: (frame, memory) => {
      memory.asked++;
      if (frame.event.kind !== 'barrier' && memory.asked % every !== 1) return undefined;
      return { of: { asset: 'BTC' }, exposure: ((memory.asked * 7) % 13) / 13 - 0.4, confidence: 0.5 };
    },
  });

function parentDesk(
  instruments: readonly Instrument[],
  schedule: Schedule,
  placement: Placement,
): Core<ParentFrame> {
  return compose(
    { name: 'parents', instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 1_000_000 }),
    lookUps({
      venues: Object.fromEntries(
        ['binance', 'coinbase', 'cme'].map((venue) => [venue, { requestExpiry: EXPIRY }]),
      ),
      firstWait: 50,
      longestWait: 500,
    }),
    agents([fickle('one', 400), fickle('two', 630)]),
    confidenceWeighted(),
    sizing({ budget: 300_000, minimumTrade: 0.01, retryAfter: '200ms', recheckEvery: '1s' }),
    smartRouting({ schedule, placement, retryAfter: '100ms' }),
    risk([maxPosition({ limit: 200_000 })]),
    dispatch({ desk: 'pa' }),
    transactionCosts(),
  ) as unknown as Core<ParentFrame>;
}

const schedules = fc.constantFrom<Schedule>(
  { kind: 'immediate' },
  { kind: 'twap', over: '1s', every: '150ms' },
  { kind: 'vwap', over: '1s', every: '100ms', curve: [1, 2, 3] },
  { kind: 'participation', share: 0.3, every: '100ms' },
  { kind: 'iceberg', display: 0.3 },
);
const placements = fc.constantFrom<Placement>(
  { kind: 'take' },
  { kind: 'post', patience: '200ms' },
  { kind: 'post', patience: '120ms', afterwards: 'take' },
  { kind: 'cheapest', patience: '300ms', waitingCost: 0.0002 },
);
const latencies = fc.constantFrom(0, 3, 45.5);

/** What leaves the desk in doubt; nothing that makes fills of their own. */
const faults = fc.constantFrom<SimulatedFaults | undefined>(undefined, undefined, {
  seed: 3,
  timeout: 80,
  chances: { reject: 0.1, lostRequest: 0.1, lostReply: 0.15, late: 0.2, reorder: 0.1, disconnect: 0.02 },
});

/** Milliseconds after which the venue refuses a request. */
const EXPIRY = 150;

const venues = (latency: number, going: SimulatedFaults | undefined) =>
  ['binance', 'coinbase', 'cme'].map((venue) =>
    simulatedVenue({
      venue,
      latency: { submit: latency, report: latency },
      ...(going === undefined ? {} : { faults: going }),
      capabilities: { requestExpiry: EXPIRY },
    }),
  );

/** Bitcoin that is worth no order anywhere. */
const SMALLEST = 0.001;

/** Follows every parent from its words and the reports alone. */
function heldTo(frames: readonly ParentFrame[], instruments: readonly Instrument[]) {
  const table = new InstrumentTable(instruments);
  const parents = new Map<string, { quantity: number; committed: number }>();
  const orders = new Map<
    string,
    { parent: string; quantity: number; filled: number; units: number; over: boolean }
  >();
  const committed = (id: string) => {
    let units = 0;
    for (const { parent, over, filled, quantity, units: each } of orders.values())
      if (parent === id) units += (over ? filled : quantity) * each;
    return units;
  };
  const filledOf = (id: string) => {
    let units = 0;
    for (const { parent, filled, units: each } of orders.values()) if (parent === id) units += filled * each;
    return units;
  };
  const executions = new Set<string>();
  let children = 0;
  for (const { event, parents: words } of frames) {
    if (event.kind === 'lookedUp' && event.outcome === 'neverArrived') {
      const order = orders.get(event.clientOrderId);
      if (order !== undefined) order.over = true;
    }
    if (event.kind === 'denied') expect(event.rule).not.toBe('validity');
    if (event.kind === 'submitted') {
      const { order } = event;
      const id = order.parent?.id as string;
      children++;
      const listed = table.at(table.indexOf(order.instrument));
      const units = listed.quantities.toNumber(1) * Number(listed.definition.multiplier);
      orders.set(order.clientOrderId, {
        parent: id,
        quantity: order.quantity,
        filled: 0,
        units,
        over: false,
      });
      // Never more than the parent wants, at any time.
      expect(committed(id)).toBeLessThanOrEqual((parents.get(id)?.quantity as number) + 1e-9);
    } else if (event.kind === 'report') {
      const order = orders.get(event.clientOrderId);
      if (order === undefined) throw new Error(`nobody sent ${event.clientOrderId}`);
      // A look-up repeats fills.
      if (event.type === 'fill' && !executions.has(event.executionId)) {
        executions.add(event.executionId);
        order.filled += event.quantity;
      } else if (event.type === 'canceled' || event.type === 'expired' || event.type === 'rejected')
        order.over = true;
      if (order.filled === order.quantity) order.over = true;
    }
    for (const { type, id, quantity, filled, reason } of words) {
      if (type === 'ended') {
        // All of it was traded, but for what makes no order.
        if (reason === 'done') expect(filled).toBeGreaterThan(quantity - SMALLEST);
        // A parent may be given up while an order of it is in doubt: that one is not filled.
        expect(filled).toBeCloseTo(filledOf(id), 9);
      }
      parents.set(id, { quantity, committed: 0 });
    }
  }
  return children;
}

const partedAt = (one: readonly string[], two: readonly string[]): unknown => {
  for (let index = 0; index < Math.max(one.length, two.length); index++)
    if (one[index] !== two[index]) return [index, one[index], two[index]];
  return undefined;
};

describe('parent orders', () => {
  test('never more than wanted, nothing lost, and a restore anywhere goes on to the bit', {
    timeout: LONG,
  }, async () => {
    let children = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 1_000 }),
        schedules,
        placements,
        latencies,
        faults,
        fc.integer({ min: 50, max: 200 }),
        fc.nat(),
        async (seed, schedule, placement, latency, going, barrierEvery, cut) => {
          const source = market(seed, 1_500);
          const core = parentDesk(source.instruments, schedule, placement);
          const options = { grace: 2_000, barrierEvery };
          const whole: Played<ParentFrame> = await playRecorded(core, source, {
            ...options,
            drivers: venues(latency, going),
          });
          expect(whole.halts).toEqual([]);
          children += heldTo(whole.frames, source.instruments);
          const cuts = whole.snapshots.slice(0, -1);
          fc.pre(cuts.length > 0);
          const restore = cuts[cut % cuts.length] as Snapshot;
          const rest = await playRecorded(core, source, {
            ...options,
            drivers: venues(latency, going),
            restore: decodeSnapshot(encodeSnapshot(restore)),
          });
          const expected = whole.digests.slice(
            1 + whole.digests.findIndex((line) => line.startsWith(`${restore.seq}.0 `)),
          );
          expect(partedAt(rest.digests, expected)).toBeUndefined();
          expect(rest.hash).toBe(whole.hash);
        },
      ),
      { numRuns: manyRuns(4) },
    );
    expect(children).toBeGreaterThan(0);
  });
});
