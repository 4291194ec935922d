import { Worker } from 'node:worker_threads';
import { InputError } from '../domain/errors.js';
import { ServiceError, within } from '../services/within.js';
import { type ModelRuntime, OPENED, type WorkerAnswer, type WorkerTask } from './model-worker.js';

/** A model in this thread or in one of its own. */
export interface ModelThread {
  readonly runtime: ModelRuntime;
  predict(row: ArrayLike<number>): Promise<Float64Array>;
  close(): Promise<void>;
}

interface Waiting {
  resolve(answer: WorkerAnswer): void;
  reject(error: Error): void;
}

/**
 * Starts a worker with a model. When the worker dies, what waits for it rejects, and so does whoever asks later.
 *
 * @throws InputError when the model cannot be opened
 */
export async function openThread(name: string, task: WorkerTask, timeout: number): Promise<ModelThread> {
  const worker = new Worker(new URL('./model-worker.js', import.meta.url), {
    workerData: task,
    // What this process was started with may be nothing for a worker: --input-type is refused.
    execArgv: [],
  });
  const waiting = new Map<number, Waiting>();
  let next = OPENED;
  let dead: Error | undefined;
  const die = (error: Error): void => {
    dead ??= error;
    for (const { reject } of waiting.values()) reject(dead);
    waiting.clear();
  };
  worker.on('message', (answer: WorkerAnswer) => {
    const { id, error } = answer;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(answer);
    else asked?.reject(new InputError(error));
  });
  worker.on('error', (error) => die(new ServiceError(`the worker of model ${name} died: ${error.message}`)));
  worker.on('exit', () => die(new ServiceError(`the worker of model ${name} has ended`)));
  const ask = (post?: (id: number) => void): Promise<WorkerAnswer> => {
    if (dead !== undefined) return Promise.reject(dead);
    const id = next++;
    const answer = new Promise<WorkerAnswer>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
    });
    post?.(id);
    return within(timeout, `model ${name}`, answer).finally(() => waiting.delete(id));
  };
  let opened: WorkerAnswer;
  try {
    opened = await ask();
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  // It does not keep the process alive.
  worker.unref();
  return {
    runtime: opened.runtime ?? 'millrace',
    predict: async (row) => {
      const { values } = await ask((id) => worker.postMessage({ id, row: Float64Array.from(row) }));
      return values ?? new Float64Array(0);
    },
    close: async () => {
      await worker.terminate();
    },
  };
}
