import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import { knownKeys, oneOf } from '../domain/check.js';
import { type Duration, milliseconds } from '../domain/duration.js';
import { InputError } from '../domain/errors.js';
import { checkFingerprint, checkRow, loadModel } from './load-model.js';
import type { ModelInputs, RemoteModel } from './model.js';
import type { ModelRuntime } from './model-worker.js';
import { openSession } from './onnx-session.js';
import { type ModelThread, openThread } from './worker-model.js';

/** Which model is opened, the features that it is asked with, and where it runs. */
export interface OpenModelOptions {
  /** An envelope with a model as JSON (see `loadModel`), or an `.onnx` file. */
  readonly path: string;
  /** The features that it is asked with. */
  readonly view: ModelInputs;
  /** Of an ONNX model, which cannot say it itself: the fingerprint of the features it was trained on. */
  readonly trainedOn?: string;
  /** Of an ONNX model: the output that counts. @default the last */
  readonly output?: string;
  /**
   * Where it runs. `auto` times it here, and moves it into a worker when a prediction takes longer than a millisecond:
   * until it is through, nothing else happens in a thread. @default "auto"
   */
  readonly place?: 'auto' | 'here' | 'worker';
  /** How long an answer of a worker may take. @default "10s" */
  readonly timeout?: Duration;
}

/** Milliseconds above which a model leaves the main thread. */
const SLOW = 1;
const TRIALS = 21;
/**
 * Milliseconds for which a model may prove itself: WebAssembly is compiled in haste at first, and anew in the background after some thousand
 * predictions; until then a small network takes as long as a large one.
 */
const PATIENCE = 500;

/** An open model, and where it runs. */
export interface OpenedModel extends RemoteModel {
  readonly place: 'here' | 'worker';
  /** What computes it: our own evaluators, or a runtime of ONNX. */
  readonly runtime: ModelRuntime;
}

/**
 * Opens a model for the edge: any that `loadModel` reads, or ONNX through `onnxruntime-node` or, where that is not
 * installed, `onnxruntime-web`.
 *
 * @throws ConfigurationError for options that cannot be or a runtime that is not installed; InputError for a file that is
 * no model, or was trained on other features
 * @example
 * const model = await openModel({ path: 'next-minute.onnx', view, trainedOn: fingerprint });
 * const [probability] = await model.predict(row);
 */
export async function openModel(options: OpenModelOptions): Promise<OpenedModel> {
  knownKeys('openModel', options, ['path', 'view', 'trainedOn', 'output', 'place', 'timeout']);
  const place = oneOf('openModel.place', options.place ?? 'auto', ['auto', 'here', 'worker']);
  const timeout = milliseconds('openModel.timeout', options.timeout ?? '10s');
  const bytes = await readFile(options.path);
  const model = options.path.endsWith('.onnx')
    ? onnx(options, bytes)
    : json(options.view, bytes.toString('utf8'));
  if (place !== 'worker') {
    const here = await model.here();
    if (place === 'here' || (await isQuick(here, options.view.columns.length)))
      return opened(options.view, model.name, 'here', here);
    await here.close();
  }
  return opened(options.view, model.name, 'worker', await openThread(model.name, model.task, timeout));
}

interface Source {
  readonly name: string;
  readonly task: Parameters<typeof openThread>[1];
  here(): Promise<ModelThread>;
}

function onnx({ path, view, trainedOn, output }: OpenModelOptions, bytes: Uint8Array): Source {
  const name = path.replace(/^.*[/\\]/, '');
  checkFingerprint(`model ${name}`, trainedOn, view);
  const inputs = view.columns.length;
  return {
    name,
    task: {
      kind: 'onnx',
      name,
      bytes: Uint8Array.from(bytes),
      inputs,
      ...(output !== undefined && { output }),
    },
    here: () => openSession(name, Uint8Array.from(bytes), inputs, output),
  };
}

function json({ name: viewName, fingerprint, columns }: ModelInputs, text: string): Source {
  const view = { name: viewName, fingerprint, columns: [...columns] };
  const model = loadModel(text, view);
  return {
    name: model.name,
    task: { kind: 'json', text, view },
    here: async () => ({
      runtime: 'millrace',
      predict: async (row) => {
        const into = new Float64Array(model.outputs);
        model.predict(row, into);
        return into;
      },
      close: async () => undefined,
    }),
  };
}

/** Whether a prediction comes to take no longer than it may. */
async function isQuick(model: ModelThread, inputs: number): Promise<boolean> {
  const start = performance.now();
  do {
    if ((await medianTime(model, inputs)) <= SLOW) return true;
    // Others have their turn in between.
    await new Promise((turn) => setImmediate(turn));
  } while (performance.now() - start < PATIENCE);
  return false;
}

async function medianTime(model: ModelThread, inputs: number): Promise<number> {
  const row = new Float64Array(inputs);
  const times: number[] = [];
  for (let trial = 0; trial < TRIALS; trial++) {
    const start = performance.now();
    await model.predict(row);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[TRIALS >> 1] as number;
}

function opened(view: ModelInputs, name: string, place: 'here' | 'worker', thread: ModelThread): OpenedModel {
  const inputs = view.columns.length;
  let closed = false;
  return {
    name,
    fingerprint: view.fingerprint,
    inputs,
    place,
    runtime: thread.runtime,
    predict: async (row) => {
      if (closed) throw new InputError(`model ${name} is closed`);
      checkRow(name, inputs, row);
      return await thread.predict(row);
    },
    close: async () => {
      closed = true;
      await thread.close();
    },
  };
}
