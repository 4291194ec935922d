/**
 * A feature and a stage of one's own, in a pipeline, and what the library then does for them: snapshots, look-ahead checks.
 *
 *     node .examples/custom-stage.js [--minutes 5] [--seed 1] [--json]
 *
 * The feature is the share of one-sided volume in buckets of equal volume (after Easley, López de Prado and O'Hara's VPIN);
 * the stage tells calm from one-sided markets with hysteresis, and keeps the time spent in each.
 */
import { ConfigurationError, compose, type Frame, pure, stage } from 'millrace';
import { books, type Feature, type FeatureFields, feature, features } from 'millrace/operators';
import { findLookAhead } from 'millrace/research';
import { backtest, type RecordingSource, simulateMarket } from 'millrace/streams';
import { JSON_FLAG, minutesOf, optionsFrom, SEED } from './command-line.js';

/** The running bucket, and how one-sided the last ones were. Plain data: so it is saved, restored and mirrored. */
type Buckets = { buys: number; sells: number; readonly closed: number[] };

/**
 * Mean share of one-sided volume over the last buckets, from 0 (both sides alike) to 1 (one side alone); `NaN` until the
 * first `buckets` are full.
 */
export function oneSidedVolume({ volume, buckets }: { volume: number; buckets: number }): Feature<Buckets> {
  if (!(volume > 0))
    throw new ConfigurationError(`oneSidedVolume.volume must be a number above 0, not ${volume}`);
  return feature<Buckets>({
    fingerprint: `oneSidedVolume(buckets=${buckets},volume=${volume})`,
    unit: 'from 0 to 1',
    warmUp: buckets,
    init: () => ({ buys: 0, sells: 0, closed: [] }),
    update: (state, { tradeSign, tradeQuantity }) => {
      if (tradeSign > 0) state.buys += tradeQuantity;
      else if (tradeSign < 0) state.sells += tradeQuantity;
      const filled = state.buys + state.sells;
      if (filled >= volume) {
        state.closed.push(Math.abs(state.buys - state.sells) / filled);
        if (state.closed.length > buckets) state.closed.shift();
        state.buys = 0;
        state.sells = 0;
      }
      if (state.closed.length < buckets) return Number.NaN;
      return state.closed.reduce((sum, share) => sum + share, 0) / buckets;
    },
  });
}

/** What the stage adds to a frame. */
interface RegimeFields {
  /** `unknown` until the feature is warm. */
  regime: 'unknown' | 'calm' | 'one-sided';
  /** Milliseconds spent in each so far. */
  spent: Readonly<Record<'calm' | 'one-sided', number>>;
}

interface RegimeState {
  regime: RegimeFields['regime'];
  since: number;
  calm: number;
  oneSided: number;
}

/** One-sided from `above` on, calm again below `below`: two bounds, so that it does not flicker. */
export const regimes = ({ above, below }: { above: number; below: number }) =>
  stage<Frame & FeatureFields<'toxicity'>, RegimeFields, RegimeState>({
    name: 'regimes',
    fingerprint: `above=${above},below=${below}`,
    adds: { regime: 'unknown', spent: { calm: 0, 'one-sided': 0 } },
    init: () => ({ regime: 'unknown', since: 0, calm: 0, oneSided: 0 }),
    step: (state, frame) => {
      // It looks at one instrument, the first; on frames of others its fields say what they said last.
      if (frame.instrument === 0) advance(state, frame, above, below);
      frame.regime = state.regime;
      // A new object each time: a frame may be kept.
      frame.spent = { calm: state.calm, 'one-sided': state.oneSided };
    },
    save: ({ regime, since, calm, oneSided }) => ({ regime, since, calm, oneSided }),
    restore: (saved) => ({ ...(saved as unknown as RegimeState) }),
  });

function advance(
  state: RegimeState,
  { ts, features: { toxicity } }: Frame & FeatureFields<'toxicity'>,
  above: number,
  below: number,
): void {
  const elapsed = ts - state.since;
  if (state.regime === 'calm') state.calm += elapsed;
  else if (state.regime === 'one-sided') state.oneSided += elapsed;
  state.since = ts;
  if (toxicity >= above) state.regime = 'one-sided';
  else if (toxicity <= below || (state.regime === 'unknown' && toxicity < above)) state.regime = 'calm';
}

/** Books, the feature, the stage, and a field of one expression. */
export const desk = (instruments: RecordingSource['instruments']) =>
  compose(
    { name: 'regimes', instruments },
    books(),
    features({ toxicity: oneSidedVolume({ volume: 10, buckets: 8 }) }),
    regimes({ above: 0.4, below: 0.3 }),
    pure('width', ({ ask, bid }) => ask - bid, Number.NaN),
  );

async function main(): Promise<void> {
  const { minutes, seed, json } = optionsFrom(
    "A feature and a stage of one's own, on a simulated market.",
    { minutes: minutesOf(5), seed: SEED },
    JSON_FLAG,
  );
  const source = simulateMarket({ seed, duration: minutes * 60_000 });
  const leader = source.instruments[0]?.id;
  const changes: { at: number; regime: string; toxicity: number }[] = [];
  const widths = { calm: { sum: 0, count: 0 }, 'one-sided': { sum: 0, count: 0 } };
  let spent: RegimeFields['spent'] = { calm: 0, 'one-sided': 0 };
  let last = 'unknown';
  const first = Date.UTC(2026, 2, 2, 14, 30);
  await backtest(desk(source.instruments), source).forEach(
    ({ ts, event, regime, features, width, ...frame }) => {
      if (!('instrument' in event) || event.instrument !== leader || regime === 'unknown') return;
      spent = frame.spent;
      if (Number.isFinite(width)) {
        widths[regime].sum += width;
        widths[regime].count++;
      }
      if (regime === last) return;
      last = regime;
      changes.push({ at: ts - first, regime, toxicity: features.toxicity });
    },
  );
  // The promise that a feature is to keep: another future changes nothing before it.
  const some = [];
  for await (const { events } of simulateMarket({ seed, duration: 20_000 }).batches()) some.push(...events);
  const peek = await findLookAhead(desk(source.instruments) as never, some, { seed });
  const width = (regime: 'calm' | 'one-sided'): number => widths[regime].sum / widths[regime].count;
  if (json) {
    console.log(JSON.stringify({ changes, spent, looksAhead: peek !== undefined }));
    return;
  }
  console.log(`One-sided volume at ${leader} on a simulated market (seed ${seed}, ${minutes} minutes):\n`);
  for (const { at, regime, toxicity } of changes.slice(0, 12))
    console.log(`  ${(at / 1_000).toFixed(1).padStart(7)} s  ${regime.padEnd(9)}  ${toxicity.toFixed(2)}`);
  if (changes.length > 12) console.log(`  and ${changes.length - 12} more changes`);
  for (const regime of ['calm', 'one-sided'] as const)
    console.log(
      `\n${regime}: ${(spent[regime] / 1_000).toFixed(0)} s, mean spread ${Number.isNaN(width(regime)) ? 'unknown' : `${width(regime).toFixed(2)} USDT`}`,
    );
  console.log(
    `\nLook-ahead: ${peek === undefined ? 'none found at 6 places with two other futures each' : `at ${peek.difference.field}`}.`,
  );
}

await main();
