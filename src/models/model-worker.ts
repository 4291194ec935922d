import { parentPort, workerData } from 'node:worker_threads';
import { loadModel } from './load-model.js';
import type { ModelInputs } from './model.js';
import { type OnnxRuntime, openSession } from './onnx-session.js';

/** What computes a model. */
export type ModelRuntime = 'millrace' | OnnxRuntime;

/** What a worker is told when it starts. */
export type WorkerTask =
  | {
      readonly kind: 'onnx';
      readonly name: string;
      readonly bytes: Uint8Array;
      readonly inputs: number;
      readonly output?: string;
    }
  | { readonly kind: 'json'; readonly text: string; readonly view: ModelInputs };

/** A row to predict, and what became of it. */
export interface WorkerQuestion {
  readonly id: number;
  readonly row: Float64Array;
}
export interface WorkerAnswer {
  readonly id: number;
  readonly values?: Float64Array;
  /** Of the answer to being opened. */
  readonly runtime?: ModelRuntime;
  readonly error?: string;
}

/** The answer to being opened has this id. */
export const OPENED = 0;

interface Opened {
  readonly runtime: ModelRuntime;
  predict(row: Float64Array): Promise<Float64Array>;
}

async function open(task: WorkerTask): Promise<Opened> {
  if (task.kind === 'onnx') return await openSession(task.name, task.bytes, task.inputs, task.output);
  const model = loadModel(task.text, task.view);
  return {
    runtime: 'millrace',
    predict: async (row) => {
      const into = new Float64Array(model.outputs);
      model.predict(row, into);
      return into;
    },
  };
}

const port = parentPort;
if (port !== null) {
  const say = (answer: WorkerAnswer): void => port.postMessage(answer);
  const failed = (id: number) => (error: unknown) =>
    say({ id, error: error instanceof Error ? error.message : String(error) });
  const opening = open(workerData as WorkerTask);
  opening.then(({ runtime }) => say({ id: OPENED, runtime }), failed(OPENED));
  // One after the other: runtimes do not promise more.
  let last: Promise<unknown> = opening.catch(() => undefined);
  port.on('message', ({ id, row }: WorkerQuestion) => {
    last = last
      .then(async () => {
        const { predict } = await opening;
        say({ id, values: await predict(row) });
      })
      .catch(failed(id));
  });
}
