// @ts-check
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

const ONNX = { path: join(FIXTURES, 'mlp.onnx'), trainedOn: MODEL_VIEW.fingerprint };

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

/** A dense network of about `width` squared weights, as a file. @param {string} folder @param {number} width */
function wide(folder, width) {
  const layer = (/** @type {number} */ inputs, /** @type {number} */ outputs) => ({
    weights: Array.from({ length: outputs }, () => new Array(inputs).fill(1 / inputs)),
    bias: new Array(outputs).fill(0),
    activation: 'relu',
  });
  const path = join(folder, 'wide.json');
  const layers = [layer(4, width), layer(width, width), layer(width, 1)];
  writeFileSync(
    path,
    JSON.stringify({
      name: 'wide',
      kind: 'dense',
      fingerprint: MODEL_VIEW.fingerprint,
      columns: MODEL_VIEW.columns,
      model: { layers },
    }),
  );
  return path;
}

/**
 * Microseconds of a prediction, and the delay of the loop meanwhile, in milliseconds. WebAssembly runs as it was first compiled for some
 * thousand predictions, ten times slower: they are the warm-up.
 *
 * @param {object} model @param {'here' | 'worker'} place @param {number} warmUp
 */
async function delay(model, place, warmUp) {
  const opened = await openModel({ .../** @type {any} */ (model), view: MODEL_VIEW, place });
  const row = [0.1, 0.2, 0.3, 0.4];
  for (let turn = 0; turn < warmUp; turn++) await opened.predict(row);
  await new Promise((done) => setTimeout(done, 300));
  for (let turn = 0; turn < warmUp; turn++) await opened.predict(row);
  const watch = monitorEventLoopDelay({ resolution: 1 });
  watch.enable();
  const start = performance.now();
  let count = 0;
  for (let now = start, turned = start; now - start < 500; now = performance.now()) {
    await opened.predict(row);
    count += 1;
    if (now - turned < 1) continue;
    await new Promise((turn) => setImmediate(turn));
    turned = now;
  }
  watch.disable();
  const us = ((performance.now() - start) * 1_000) / count;
  const { runtime } = opened;
  await opened.close();
  return { us, delay: watch.percentile(99) / 1e6, runtime };
}

/** @param {'here' | 'worker'} place @param {number} width */
async function slowDelay(place, width) {
  const folder = mkdtempSync(join(tmpdir(), 'millrace-bench-'));
  try {
    return await delay({ path: wide(folder, width) }, place, 5);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param {{ variant: string, warmUp: number, count: number }} task */
export async function work({ variant, warmUp, count }) {
  if (variant === 'offline') return await offline(count * 2);
  const [what, place] = variant.split(' ');
  if (place === 'here' || place === 'worker')
    return what === 'onnx'
      ? await delay(ONNX, place, Math.min(warmUp, 20_000))
      : await slowDelay(place, warmUp < 50_000 ? 200 : 2_000);
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
