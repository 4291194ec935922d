import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compose, type Frame, pure } from 'millrace';
import { loadModel, predictOne } from 'millrace/models';
import { books, type FeatureFields, features, type MarketFields, signal, signals } from 'millrace/operators';
import { backtest, simulateMarket } from 'millrace/streams';
import { FEATURES, HORIZON, VIEW } from './definition.js';

type Seen = Frame & MarketFields & FeatureFields<keyof typeof FEATURES>;

/** Takes the trained model into the pipeline, on a market that it has not seen, and counts how often it was right. */
export async function predict(folder: string, seed: number, duration: number): Promise<string> {
  const model = loadModel(readFileSync(join(folder, 'model.json'), 'utf8'), VIEW);
  const source = simulateMarket({ seed, duration });
  const { instruments } = source;
  const opinion = signal({
    name: model.name,
    horizon: HORIZON,
    lifetime: 1_000,
    halfLife: 500,
    model: model.name,
    features: VIEW.fingerprint,
    evaluate: ({ up }: Seen & { readonly up: number }) =>
      Math.abs(up - 0.5) > 0.05
        ? { direction: up > 0.5 ? 1 : -1, strength: Math.abs(2 * up - 1), confidence: 0.5 }
        : undefined,
  });
  const core = compose(
    { name: 'predict', instruments },
    books(),
    features(FEATURES),
    pure('up', ({ features }: Seen) => predictOne(model, features.values), Number.NaN),
    signals([opinion]),
  );
  const open: {
    readonly instrument: string;
    readonly due: number;
    readonly mid: number;
    readonly direction: number;
  }[] = [];
  const mids = new Map<string, number>();
  const last = new Map<string, number>();
  let [right, wrong, said] = [0, 0, 0];
  await new Promise<void>((resolve, reject) => {
    backtest(core, source).subscribe({
      next: ({ event, mid, ts, signals: spoken }) => {
        if (!('instrument' in event)) return;
        if (!Number.isNaN(mid)) mids.set(event.instrument, mid);
        while (open[0] !== undefined && open[0].due <= ts) {
          const { instrument, mid: then, direction } = open.shift() as (typeof open)[number];
          const move = Math.sign((mids.get(instrument) as number) - then);
          if (move === direction) right += 1;
          else if (move !== 0) wrong += 1;
        }
        for (const { direction, instrument } of spoken) {
          said += 1;
          // One a second: the rest say the same.
          if (ts - (last.get(instrument) ?? 0) < 1_000) continue;
          last.set(instrument, ts);
          open.push({ instrument, due: ts + HORIZON, mid, direction });
        }
      },
      error: reject,
      complete: resolve,
    });
  });
  const share = right + wrong > 0 ? (100 * right) / (right + wrong) : Number.NaN;
  return `${model.name}: ${said} signals, ${right + wrong} looked at, ${share.toFixed(1)}% right`;
}
