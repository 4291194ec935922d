// @ts-check
import { compose, instrument } from 'millrace';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  concentration,
  confidenceWeighted,
  dispatch,
  ema,
  features,
  grossExposure,
  ledger,
  leverage,
  maxDailyLoss,
  maxVenueExposure,
  risk,
  sizing,
} from 'millrace/operators';
import { backtest } from 'millrace/streams';
import { simulatedVenue } from 'millrace/venues/simulated';

const VENUES = ['one', 'two', 'three', 'four'];
const BUDGET = 1_000;

/** Goes long each asset once, and holds it. */
const holder = () =>
  agent({
    name: 'holder',
    lifetime: '30d',
    memory: () => ({ held: /** @type {string[]} */ ([]) }),
    decide: (/** @type {any} */ { event, mid, instrument: index }, memory) => {
      if (index < 0 || event.kind !== 'quote' || !(mid > 0)) return undefined;
      const asset = /^[A-Z]\d+/.exec(event.instrument)?.[0];
      if (asset === undefined || memory.held[index] !== undefined) return undefined;
      memory.held[index] = asset;
      return { of: { asset }, exposure: 1, confidence: 1 };
    },
  });

/** @param {{ size: number, count: number }} task */
export async function work({ size, count }) {
  const instruments = Array.from({ length: size }, (_, index) =>
    instrument({
      venue: /** @type {string} */ (VENUES[index % VENUES.length]),
      symbol: `S${index}`,
      kind: 'perpetual',
      base: `S${index}`,
      quote: 'USD',
      tick: '0.01',
      lot: '0.001',
    }),
  );
  const core = /** @type {any} */ (compose)(
    { name: 'many', instruments },
    books(),
    ledger({ reportingCurrency: 'USD', capital: 10_000_000 }),
    features({ fast: ema({ period: 5 }), slow: ema({ period: 20 }) }),
    agents(/** @type {any} */ ([holder()])),
    confidenceWeighted({ hysteresis: 0 }),
    sizing({ budget: BUDGET, minimumTrade: 0.5 }),
    bestNetPrice(),
    risk([
      maxDailyLoss({ limit: 5_000_000 }),
      maxVenueExposure({ limit: 5_000_000 }),
      grossExposure({ limit: 10_000_000 }),
      leverage({ limit: 3 }),
      concentration({ limit: 0.9, from: 100_000 }),
    ]),
    dispatch({ desk: 'many' }),
  );
  const prices = new Float64Array(size).fill(10_000);
  let random = 1;
  const below = (/** @type {number} */ bound) => {
    random = (Math.imul(random, 1_103_515_245) + 12_345) & 0x7fff_ffff;
    return (random >>> 8) % bound;
  };
  const quoteOf = (/** @type {number} */ index, /** @type {number} */ at) => {
    prices[index] = /** @type {number} */ (prices[index]) + below(3) - 1;
    const price = /** @type {number} */ (prices[index]);
    return {
      ts: at,
      event: {
        kind: /** @type {const} */ ('quote'),
        instrument: /** @type {any} */ (instruments[index]).id,
        venueTime: at,
        bidPrice: price - 1,
        bidQuantity: 1e6,
        askPrice: price + 1,
        askQuantity: 1e6,
        updateId: at,
      },
    };
  };
  // Every instrument comes twice, and is held by then; then as they come.
  const opening = 2 * size;
  const warm = opening + Math.min(count, 50_000);
  const total = warm + count;
  let started = process.cpuUsage();
  const recording = {
    name: 'many',
    kind: /** @type {const} */ ('market'),
    bytesTotal: total,
    instruments,
    async *batches() {
      for (let from = 0; from < total; ) {
        const to = Math.min(from < warm ? warm : total, from + 4_096);
        const events = [];
        for (let at = from; at < to; at++) events.push(quoteOf(at < opening ? at % size : below(size), at));
        yield { events, bytesRead: to };
        if (from < warm && to >= warm) started = process.cpuUsage();
        from = to;
      }
    },
  };
  let fills = 0;
  await backtest(core, recording, {
    development: false,
    drivers: VENUES.slice(0, size).map((venue) => simulatedVenue({ venue })),
  }).forEach((/** @type {any} */ { event }) => {
    if (event.kind === 'report' && event.type === 'fill') fills++;
  });
  const { user, system } = process.cpuUsage(started);
  return { each: ((user + system) * 1_000) / count, held: fills };
}
