import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { compose } from '../../src/core/compose.js';
import {
  featureView,
  type Label,
  offlineFeatures,
  onlineFeatures,
  recordFeatures,
} from '../../src/feature-store/index.js';
import {
  bookImbalance,
  books,
  ema,
  features,
  microprice,
  orderFlowImbalance,
  realisedVolatility,
  rollingQuantile,
  tradeFlow,
} from '../../src/operators/index.js';
import { play } from '../bars/play.js';
import { readRecorded } from '../expected/support.js';
import { describeWithData } from '../shared-data.js';
import { bits } from './rows.js';

const SET = {
  fast: ema({ period: 10 }),
  micro: microprice(),
  flow: orderFlowImbalance({ window: 20 }),
  imbalance: bookImbalance({ levels: 5 }),
  volatility: realisedVolatility({ window: 20 }),
  median: rollingQuantile({ window: 30, quantile: 0.5 }),
  traded: tradeFlow({ halfLife: '5s' }),
};
const VIEW = featureView({ name: 'session', version: 1, features: SET, ttl: '500ms' });

interface Arrival {
  readonly instrument: string;
  readonly eventTime: number;
  readonly knownTime: number;
  readonly values: readonly number[];
}

describeWithData('live and training on a recorded session', (data) => {
  it('give the same to the bit, with rows that come late, twice, or not in time', async () => {
    const { source, events } = await readRecorded(
      data('binance/cryptofeed_binance_usdm_20210722_30s.jsonl.gz'),
    );
    const core = compose({ instruments: [...source.instruments] }, books(), features(SET));
    const { frames } = play(core, events.slice(0, 6_000));
    const arrivals: Arrival[] = [];
    const record = recordFeatures({
      view: VIEW,
      write: (instrument, eventTime, knownTime, values) => {
        const index = arrivals.length;
        // Each seventh is on its way for long, each ninth comes twice.
        const late = index % 7 === 0 ? 37 * (index % 5) : 0;
        const row = { instrument, eventTime, knownTime: knownTime + late, values: Array.from(values) };
        arrivals.push(row);
        if (index % 9 === 0) arrivals.push({ ...row, knownTime: row.knownTime + 5 });
      },
    });
    for (const frame of frames) record(frame);
    arrivals.sort((a, b) => a.knownTime - b.knownTime);
    expect(arrivals.length).toBeGreaterThan(800);

    const folder = mkdtempSync(join(tmpdir(), 'millrace-parity-'));
    const offline = await offlineFeatures({ view: VIEW, folder, batchRows: 100, segmentRows: 1_000 });
    try {
      const online = onlineFeatures(VIEW, { rows: 50 });
      const labels: Label[] = [];
      const live: string[] = [];
      const known: number[] = [];
      let lateRows = 0;
      for (const { instrument, eventTime, knownTime, values } of arrivals) {
        const before = online.asOf(instrument, knownTime);
        if (before !== undefined && before.eventTime > eventTime) lateRows += 1;
        online.write(instrument, eventTime, knownTime, values);
        offline.write(instrument, eventTime, knownTime, values);
        // What an agent reads right behind the row: rows of the same moment are all known by then.
        labels.push({ instrument, at: knownTime + 0.001 });
      }
      expect(lateRows).toBeGreaterThan(50);
      const again = onlineFeatures(VIEW, { rows: 100_000 });
      let next = 0;
      labels.sort((a, b) => a.at - b.at);
      for (const { instrument, at } of labels) {
        for (; next < arrivals.length && (arrivals[next] as Arrival).knownTime <= at; next++) {
          const row = arrivals[next] as Arrival;
          again.write(row.instrument, row.eventTime, row.knownTime, row.values);
        }
        const row = again.asOf(instrument, at);
        live.push(bits(row?.values ?? VIEW.columns.map(() => Number.NaN)));
        known.push(row?.knownTime ?? Number.NaN);
      }
      const set = await offline.trainingSet(labels);
      expect(set.found).toBeGreaterThan(labels.length / 2);
      expect(labels.map((_label, index) => bits(set.row(index)))).toEqual(live);
      // Of a row that came twice it is when it came first.
      expect([...set.knownTimes]).toEqual(known);
      // Once everything is known, the past still answers as it did then.
      expect(
        labels.map(({ instrument, at }) =>
          bits(again.asOf(instrument, at)?.values ?? VIEW.columns.map(() => Number.NaN)),
        ),
      ).toEqual(live);
    } finally {
      await offline.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
