import { parentPort, workerData } from 'node:worker_threads';
import { outcomeOf } from './run-jobs.js';
import { type Job, loadStudy } from './study.js';

/** Runs in a worker thread: loads the study once, then one job after another. */
const port = parentPort;
if (port !== null) {
  const { study: href } = workerData as { readonly study: string };
  try {
    const study = await loadStudy(href);
    port.on('message', ({ index, job }: { readonly index: number; readonly job: Job }) => {
      void outcomeOf(study, job, index).then((outcome) => port.postMessage({ outcome }));
    });
    port.postMessage({ ready: true });
  } catch (error) {
    port.postMessage({ failed: error instanceof Error ? error.message : String(error) });
  }
}
