import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Starts a program that lies beside this one, with its options as one JSON argument. */
export function start(program: string, options: object): ChildProcess {
  return fork(fileURLToPath(new URL(`../${program}`, import.meta.url)), [JSON.stringify(options)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
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
