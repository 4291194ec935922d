import { compose } from '../../src/core/compose.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import type { TimedEvent } from '../../src/domain/event.js';
import { type Instrument, instrument } from '../../src/domain/instrument.js';
import {
  agent,
  agents,
  bestNetPrice,
  books,
  confidenceWeighted,
  dispatch,
  ledger,
  type MarketFields,
  risk,
  sizing,
} from '../../src/operators/index.js';
import type { Study } from '../../src/research/index.js';
import { recordingOf } from '../../src/streams/replay/memory.js';
import { quote } from '../../src/testing/index.js';

export const BTC: Instrument = instrument({
  venue: 'binance',
  symbol: 'BTCUSDT',
  kind: 'perpetual',
  base: 'BTC',
  quote: 'USDT',
  tick: '0.01',
  lot: '0.00001',
  fees: { maker: 0, taker: 0.0001 },
});

export const START = 1_700_000_000_000;

/** A price that goes up and down by 2 of 100 with a period of 80 s: a quote a second. */
export const waves = (seconds: number): readonly TimedEvent[] =>
  Array.from({ length: seconds }, (_, second) => ({
    ts: START + second * 1_000,
    event: quote(BTC, Math.round(40_000 + 800 * Math.sin((2 * Math.PI * second) / 80))),
  }));

/** Long while the price is above the one of `lookback` quotes ago, else short; a lookback of 13 is refused. */
export function momentumDesk({ lookback }: { lookback: number }): Core<Frame> {
  if (lookback === 13) throw new Error('thirteen is refused');
  return compose(
    { name: 'momentum', instruments: [BTC] },
    books(),
    ledger({ reportingCurrency: 'USDT' }),
    agents([
      agent({
        name: 'momentum',
        memory: (): { past: number[] } => ({ past: [] }),
        decide: ({ mid }: Frame & MarketFields, memory) => {
          memory.past.push(mid);
          if (memory.past.length <= lookback) return undefined;
          const before = memory.past.shift() as number;
          return { of: { asset: 'BTC' }, exposure: mid > before ? 1 : -1, confidence: 1 };
        },
      }),
    ]),
    confidenceWeighted(),
    sizing({ budget: 10_000, minimumTrade: 0.5 }),
    bestNetPrice({ collar: 0.01 }),
    risk([]),
    dispatch(),
  ) as unknown as Core<Frame>;
}

export const study = (seconds: number): Study => ({
  market: () => recordingOf(waves(seconds), [BTC]),
  desk: momentumDesk,
});
