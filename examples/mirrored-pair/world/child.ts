import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const running = new Set<ChildProcess>();
// Stopped ones too: nothing outlives this process.
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/**
 * Starts a program that lies beside this one, with its options as one JSON argument. It has a process group of its own:
 * Ctrl-C is ours.
 */
export function start(program: string, options: object): ChildProcess {
  const child = fork(fileURLToPath(new URL(`../${program}`, import.meta.url)), [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    detached: true,
  });
  track(child);
  return child;
}

/** Kills the child when this process ends. */
export function track(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

/** Resolves when the process is gone. */
export async function killed(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  // One that is stopped dies too, without another turn.
  child.kill('SIGKILL');
  await gone;
}

/** The next message of a child that `is` takes; `undefined` when none comes in time. */
export function nextWord<T>(
  child: ChildProcess,
  is: (word: unknown) => word is T,
  patience: number,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    const done = (word: T | undefined): void => {
      clearTimeout(timer);
      child.off('message', hear);
      child.off('exit', gone);
      resolve(word);
    };
    const hear = (word: unknown): void => {
      if (is(word)) done(word);
    };
    const gone = (): void => done(undefined);
    const timer = setTimeout(gone, patience);
    child.on('message', hear);
    child.on('exit', gone);
  });
}

/** Sends a question to a child that may be gone. */
export function ask(child: ChildProcess, question: string): void {
  if (child.connected) child.send(question, () => undefined);
}
