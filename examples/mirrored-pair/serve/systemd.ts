import { type ChildProcess, spawn } from 'node:child_process';

/** Tells systemd how the service is; without systemd nobody hears it. */
export interface Notifier {
  ready(): void;
  status(text: string): void;
  stopping(): void;
  /** Gives signs of life as long as `alive` says so; systemd kills and restarts who gives none. */
  watchdog(alive: () => boolean): void;
  close(): void;
}

/**
 * Speaks systemd's notification protocol when `NOTIFY_SOCKET` is set.
 *
 * Node has no Unix datagram sockets. So one small shell lives beside the member and hands each line that it is given to
 * `systemd-notify`: the member itself never forks after its start. The unit needs `NotifyAccess=all`.
 */
export function systemdNotifier(
  environment: Readonly<Record<string, string | undefined>>,
  failed: (reason: string) => void,
): Notifier {
  if (environment['NOTIFY_SOCKET'] === undefined) {
    const nothing = (): void => undefined;
    return { ready: nothing, status: nothing, stopping: nothing, watchdog: nothing, close: nothing };
  }
  let timer: NodeJS.Timeout | undefined;
  const shell: ChildProcess = spawn(
    '/bin/sh',
    ['-c', 'while IFS= read -r word; do systemd-notify "$word"; done'],
    { stdio: ['pipe', 'ignore', 'inherit'] },
  );
  shell.on('error', (error) => failed(error.message));
  shell.on('exit', (code) => failed(`the shell that speaks to systemd ended (${code})`));
  shell.stdin?.on('error', (error) => failed(error.message));
  shell.unref();
  const say = (word: string): void => {
    shell.stdin?.write(`${word.replaceAll('\n', ' ')}\n`);
  };
  return {
    ready: () => say('READY=1'),
    status: (text) => say(`STATUS=${text}`),
    stopping: () => say('STOPPING=1'),
    watchdog(alive) {
      const { WATCHDOG_USEC: every, WATCHDOG_PID: pid } = environment;
      if (every === undefined || !(Number(every) > 0)) return;
      if (pid !== undefined && Number(pid) !== process.pid) return;
      timer = setInterval(
        () => {
          if (alive()) say('WATCHDOG=1');
        },
        Number(every) / 1_000 / 3,
      );
      timer.unref();
    },
    close() {
      clearInterval(timer);
      shell.removeAllListeners('exit');
      shell.stdin?.end();
    },
  };
}
