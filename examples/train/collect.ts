import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compose } from 'millrace';
import { offlineFeatures, recordFeatures } from 'millrace/feature-store';
import { books, features } from 'millrace/operators';
import { backtest, simulateMarket } from 'millrace/streams';
import { FEATURES, HORIZON, VIEW } from './definition.js';

/** A label: where the price was `HORIZON` later. */
interface Outcome {
  readonly instrument: string;
  readonly at: number;
  readonly up: boolean;
}

/**
 * Replays a market into a feature store, and writes a training set: for each second what was known then, and whether the
 * mid was higher `HORIZON` later.
 */
export async function collect(folder: string, seed: number, duration: number): Promise<string> {
  const source = simulateMarket({ seed, duration });
  const { instruments } = source;
  const store = await offlineFeatures({ view: VIEW, folder: join(folder, 'features') });
  const record = recordFeatures(store);
  const mids = new Map<string, [at: number, mid: number][]>();
  await new Promise<void>((resolve, reject) => {
    backtest(compose({ name: 'collect', instruments }, books(), features(FEATURES)), source).subscribe({
      next: (frame) => {
        record(frame);
        const { event, mid, ts } = frame;
        if (!('instrument' in event) || Number.isNaN(mid)) return;
        const list = mids.get(event.instrument) ?? [];
        mids.set(event.instrument, list);
        // The mid as it stood at the end of each second.
        const second = Math.floor(ts / 1_000) * 1_000;
        if (list.at(-1)?.[0] === second) (list.at(-1) as [number, number])[1] = mid;
        else list.push([second, mid]);
      },
      error: reject,
      complete: resolve,
    });
  });
  const outcomes: Outcome[] = [];
  for (const [instrument, list] of mids) {
    const later = HORIZON / 1_000;
    for (let index = 0; index + later < list.length; index++) {
      const [second, mid] = list[index] as [number, number];
      const [, then] = list[index + later] as [number, number];
      if (then !== mid) outcomes.push({ instrument, at: second + 999, up: then > mid });
    }
  }
  outcomes.sort((a, b) => a.at - b.at);
  const set = await store.trainingSet(outcomes);
  const lines = [['at', 'instrument', ...VIEW.columns, 'up'].join(',')];
  outcomes.forEach(({ at, instrument, up }, index) => {
    if (Number.isNaN(set.knownTimes[index])) return;
    const cells = Array.from(set.row(index), (value) => (Number.isNaN(value) ? '' : String(value)));
    lines.push([at, instrument, ...cells, up ? 1 : 0].join(','));
  });
  writeFileSync(join(folder, 'training.csv'), `${lines.join('\n')}\n`);
  const { name, fingerprint, columns } = VIEW;
  writeFileSync(join(folder, 'view.json'), `${JSON.stringify({ name, fingerprint, columns })}\n`);
  await store.close();
  return `${lines.length - 1} rows of ${columns.length} features in ${join(folder, 'training.csv')}`;
}
