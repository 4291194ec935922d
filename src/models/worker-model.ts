import { Worker } from 'node:worker_threads';
import { InputError } from '../domain/errors.js';
import { ServiceError, within } from '../services/within.js';
import { OPENED, type WorkerAnswer, type WorkerTask } from './model-worker.js';

/** A model in a thread of its own. */
export interface ModelThread {
  predict(row: ArrayLike<number>): Promise<Float64Array>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(values: Float64Array): void;
  reject(error: Error): void;
}

/**
 * Starts a worker with a model. When the worker dies, what waits for it rejects, and so does whoever asks later.
 *
 * @throws InputError when the model cannot be opened
 */
export async function openThread(name: string, task: WorkerTask, timeout: number): Promise<ModelThread> {
  const worker = new Worker(new URL('./model-worker.js', import.meta.url), { workerData: task });
  const waiting = new Map<number, Waiting>();
  let next = OPENED;
  let dead: Error | undefined;
  const die = (error: Error): void => {
    dead ??= error;
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
  };
  worker.on('message', ({ id, values, error }: WorkerAnswer) => {
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(values ?? new Float64Array(0));
    else asked?.reject(new InputError(error));
  });
  worker.on('error', (error) => die(new ServiceError(`the worker of model ${name} died: ${error.message}`)));
  worker.on('exit', () => die(new ServiceError(`the worker of model ${name} has ended`)));
  const ask = (post?: (id: number) => void): Promise<Float64Array> => {
    if (dead !== undefined) return Promise.reject(dead);
    const id = next++;
    const answer = new Promise<Float64Array>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });
    post?.(id);
    return within(timeout, `model ${name}`, answer).finally(() => waiting.delete(id));
  };
  try {
    await ask();
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  // It does not keep the process alive.
  worker.unref();
  return {
    predict: (row) => ask((id) => worker.postMessage({ id, row: Float64Array.from(row) })),
    close: async () => {
      await worker.terminate();
    },
  };
}
