// @ts-check
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { featureView, offlineFeatures, onlineFeatures } from 'millrace/feature-store';
import { loadModel, openModel } from 'millrace/models';
import { nanosecondsEach } from '../harness/measure.js';

const COLUMNS = Array.from({ length: 20 }, (_, index) => `f${index}`);
const VIEW = featureView({
  name: 'bench',
  version: 1,
  features: Object.fromEntries(COLUMNS.map((name) => [name, { fingerprint: `${name}()` }])),
  ttl: '1h',
});
const NAMES = Array.from({ length: 16 }, (_, index) => `S${index}@venue`);
const FIXTURES = 'test/models/fixtures';
const MODEL_VIEW = { name: 'test', fingerprint: 'f1'.repeat(32), columns: ['a', 'b', 'c', 'd'] };

/** @param {number} rows */
async function offline(rows) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  try {
    const store = await offlineFeatures({ view: VIEW, folder, batchRows: 4_096 });
    const values = new Float64Array(20);
    let start = performance.now();
    for (let row = 0; row < rows; row++) {
      values[row % 20] = row;
      store.write(/** @type {string} */ (NAMES[row & 15]), row, row, values);
    }
    await store.flush();
    const write = rows / (performance.now() - start);
    const labels = Array.from({ length: rows }, (_, at) => ({
      instrument: /** @type {string} */ (NAMES[(at * 7) & 15]),
      at,
    }));
    start = performance.now();
    const set = await store.trainingSet(labels);
    const join_ = set.size / (performance.now() - start);
    await store.close();
    return { write: write * 1_000, join: join_ * 1_000 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Largest delay of the loop while an ONNX model answers, in milliseconds. @param {'here' | 'worker'} place */
async function delay(place) {
  const model = await openModel({
    path: join(FIXTURES, 'mlp.onnx'),
    view: MODEL_VIEW,
    trainedOn: MODEL_VIEW.fingerprint,
    place,
  });
  const row = [0.1, 0.2, 0.3, 0.4];
  for (let warm = 0; warm < 200; warm++) await model.predict(row);
  const watch = monitorEventLoopDelay({ resolution: 1 });
  watch.enable();
  const start = performance.now();
  let count = 0;
  while (performance.now() - start < 500) {
    await model.predict(row);
    if (++count % 64 === 0) await new Promise((turn) => setImmediate(turn));
  }
  watch.disable();
  const us = ((performance.now() - start) * 1_000) / count;
  await model.close();
  return { us, delay: watch.percentile(99) / 1e6 };
}

/** @param {{ variant: string, warmUp: number, count: number }} task */
export async function work({ variant, warmUp, count }) {
  if (variant === 'offline') return await offline(count * 2);
  if (variant === 'here' || variant === 'worker') return await delay(variant);
  if (variant === 'models') {
    /** @type {Record<string, number>} */
    const each = {};
    for (const name of ['lightgbm-binary', 'xgboost-binary', 'dense-binary']) {
      const { model: text, rows } = JSON.parse(readFileSync(join(FIXTURES, `${name}.json`), 'utf8'));
      const model = loadModel(JSON.stringify(text), MODEL_VIEW);
      const into = new Float64Array(model.outputs);
      const inputs = rows.map((/** @type {(number | null)[]} */ row) =>
        Float64Array.from(row, (value) => value ?? Number.NaN),
      );
      each[name] = nanosecondsEach(
        (from, to) => {
          for (let at = from; at < to; at++) model.predict(inputs[at % inputs.length], into);
        },
        { warmUp, count },
      );
    }
    return { each };
  }
  const online = onlineFeatures(VIEW, { rows: 4_096 });
  const values = new Float64Array(20);
  let time = 0;
  const write = nanosecondsEach(
    (from, to) => {
      for (let at = from; at < to; at++, time++) {
        values[at % 20] = at;
        online.write(/** @type {string} */ (NAMES[at & 15]), time - (at % 3), time, values);
      }
    },
    { warmUp, count },
  );
  const into = new Float64Array(20);
  const read = nanosecondsEach(
    (from, to) => {
      for (let at = from; at < to; at++)
        online.read(/** @type {string} */ (NAMES[at & 15]), time - (at % 5_000), into);
    },
    { warmUp, count },
  );
  return { write, read };
}
