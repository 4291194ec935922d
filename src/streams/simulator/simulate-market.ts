import type { OutsideEvent, TimedEvent } from '../../domain/event.js';
import type { Instrument } from '../../domain/instrument.js';
import type { EventBatch, RecordingSource } from '../recording/source.js';
import { EfficientPrice } from './efficient-price.js';
import { type Simulation, type SimulationSettings, simulation } from './settings.js';
import { SimulatedMarket } from './simulated-market.js';
import { isStablecoin, RATE_INTERVAL, StablecoinRate } from './stablecoin-rate.js';

/** Something that speaks at a time of its own: a market, or a published rate. */
interface Speaker {
  /** When it speaks next, in milliseconds since the start. */
  due: number;
  speak(time: number): { readonly events: readonly OutsideEvent[]; readonly pause: number };
}

/**
 * A realistic market made up from a seed: several venues that grope for one price per asset, late and
 * with noise, so that an arbitrage sometimes pays; books whose spread and depth vary; order flow that weakly
 * leans on what comes next.
 *
 * ```
 * binance   S-d--dq---td--d-
 * coinbase  S---d----dq--td-
 * cme       S------d--------
 *           batches()
 * output    [SSSddddq] [tddqtdd] |
 * ```
 *
 * Each instrument begins with its definition, its status, a book snapshot (S) and a quote; then deltas with
 * contiguous ids (d), trades out of displayed levels (t) and quotes where the best changed (q). `ts` is the
 * venue's time plus the delay of its feed, in Unix milliseconds rounded to microseconds.
 *
 * It is a simulation and says so in its name. `bytesTotal` and `bytesRead` count events: the total is what the
 * rates promise, and progress follows the simulated time.
 *
 * @example
 * const source = simulateMarket({ seed: 7, duration: 600_000 });
 * for await (const { events } of source.batches()) for (const { ts, event } of events) console.log(ts, event.kind);
 * @throws ConfigurationError naming the setting, the value and what would be right
 */
export function simulateMarket(settings: SimulationSettings = {}): RecordingSource {
  const setup = simulation(settings);
  const perSecond = setup.instruments.reduce((sum, { eventsPerSecond }) => sum + eventsPerSecond, 0);
  const bytesTotal = Math.max(1, Math.round((perSecond * setup.duration) / 1_000));
  return {
    name: `simulated market, seed ${setup.seed}`,
    kind: 'market',
    bytesTotal,
    instruments: setup.instruments.map(({ definition }): Instrument => definition),
    batches: () => generate(setup, bytesTotal),
  };
}

async function* generate(setup: Simulation, bytesTotal: number): AsyncGenerator<EventBatch> {
  const { start, duration, batchSize } = setup;
  const rates = stablecoinRates(setup);
  const markets = simulatedMarkets(setup, rates);
  let events: TimedEvent[] = opening(setup, rates, markets);
  const speakers = [...rates.map((rate) => rateSpeaker(rate, start)), ...markets.map(marketSpeaker(start))];
  for (;;) {
    const next = soonest(speakers);
    if (next.due > duration) break;
    const ts = start + next.due;
    const said = next.speak(next.due);
    for (const event of said.events) events.push({ ts, event });
    next.due = microseconds(next.due + said.pause);
    if (events.length < batchSize) continue;
    yield { events, bytesRead: Math.min(bytesTotal - 1, Math.floor((bytesTotal * next.due) / duration)) };
    events = [];
  }
  yield { events, bytesRead: bytesTotal };
}

const microseconds = (time: number): number => Math.round(time * 1_000) / 1_000;

/** Ties go to the first in the list, so that the order is the same in every run. */
function soonest(speakers: readonly Speaker[]): Speaker {
  let best = speakers[0] as Speaker;
  for (const speaker of speakers) if (speaker.due < best.due) best = speaker;
  return best;
}

function stablecoinRates(setup: Simulation): StablecoinRate[] {
  const currencies = new Set(
    setup.instruments.map(({ definition }) => definition.quote).filter(isStablecoin),
  );
  return [...currencies].map((currency) => new StablecoinRate(setup.seed, currency));
}

function simulatedMarkets(setup: Simulation, rates: readonly StablecoinRate[]): SimulatedMarket[] {
  const assets = new Map<string, EfficientPrice>();
  return setup.instruments.map((settings) => {
    const { base, quote } = settings.definition;
    const asset = assets.get(base) ?? new EfficientPrice(setup.seed, base, setup.prices[base] as number);
    assets.set(base, asset);
    const rate = rates.find(({ currency }) => currency === quote);
    return new SimulatedMarket(setup.seed, settings, asset, rate);
  });
}

/** What is known before anything moves: definitions, statuses, rates, then a book and a quote each. */
function opening(
  setup: Simulation,
  rates: readonly StablecoinRate[],
  markets: readonly SimulatedMarket[],
): TimedEvent[] {
  const ts = setup.start;
  const said: OutsideEvent[] = rates.map((rate) => rate.event(ts));
  for (const { definition, delay } of setup.instruments) {
    const venueTime = Math.max(0, ts - delay);
    said.push({ kind: 'instrument', venueTime, definition });
    said.push({ kind: 'status', instrument: definition.id, venueTime, state: 'open' });
  }
  for (const market of markets) said.push(...market.open(0, Math.max(0, ts - market.settings.delay)));
  return said.map((event) => ({ ts, event }));
}

function rateSpeaker(rate: StablecoinRate, start: number): Speaker {
  return {
    due: RATE_INTERVAL,
    speak(time) {
      rate.step();
      return { events: [rate.event(start + time)], pause: RATE_INTERVAL };
    },
  };
}

function marketSpeaker(start: number): (market: SimulatedMarket) => Speaker {
  return (market) => ({
    due: microseconds(market.pause(1)),
    speak(time) {
      const venueTime = microseconds(Math.max(0, start + time - market.settings.delay));
      const events = market.act(time, venueTime);
      return { events, pause: market.pause(events.length) };
    },
  });
}
