import { connect, type Socket } from 'node:net';
import type { SignalEntry, SignalLog } from 'millrace/queues';
import type { FeedAnswer, FeedRequest } from './venue/feed-messages.js';
import { readLines, writeLine } from './venue/lines.js';

/** The signal feed of the venue process as a {@link SignalLog}: a queue of one's own takes no more than this. */
export function feedSignalLog(port: number, host = '127.0.0.1'): SignalLog {
  const name = `the signal feed at ${host}:${port}`;
  let control: Socket | undefined;
  /** Made ahead of the reading that takes it. */
  let ready: Socket | undefined;
  let calls = 0;
  const answers = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  const dial = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect(port, host, () => resolve(socket));
      socket.setNoDelay(true);
      socket.on('error', reject);
    });
  const controlled = async (): Promise<Socket> => {
    if (control !== undefined) return control;
    const socket = await dial();
    control = socket;
    readLines(socket, (value) => {
      const answer = value as FeedAnswer;
      if (answer.kind !== 'acked') return;
      answers.get(answer.call)?.resolve();
      answers.delete(answer.call);
    });
    socket.on('close', () => {
      control = undefined;
      for (const { reject } of answers.values()) reject(new Error(`${name} is gone`));
      answers.clear();
    });
    return socket;
  };
  return {
    name,
    async open(signal) {
      if (ready !== undefined) return;
      const socket = await dial();
      if (signal.aborted || ready !== undefined) {
        socket.destroy();
        return;
      }
      ready = socket;
      signal.addEventListener('abort', () => {
        if (ready === socket) socket.destroy();
      });
      socket.on('close', () => {
        if (ready === socket) ready = undefined;
      });
    },
    append: () => Promise.reject(new Error(`${name} only reads`)),
    async *readFrom(position, signal): AsyncIterable<SignalEntry> {
      const socket = ready ?? (await dial());
      ready = undefined;
      const entries: SignalEntry[] = [];
      let wake: () => void = () => undefined;
      let closed = false;
      const end = (): void => {
        closed = true;
        wake();
      };
      readLines(socket, (value) => {
        const answer = value as FeedAnswer;
        if (answer.kind !== 'entry') return;
        entries.push({
          position: answer.position,
          id: answer.id,
          payload: Buffer.from(answer.payload),
          deliveries: 0,
        });
        wake();
      });
      socket.on('close', end);
      signal.addEventListener('abort', end);
      try {
        writeLine(socket, { op: 'read', after: position } satisfies FeedRequest);
        while (!signal.aborted) {
          const entry = entries.shift();
          if (entry !== undefined) yield entry;
          else if (closed) throw new Error(`${name} is gone`);
          else
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
        }
      } finally {
        signal.removeEventListener('abort', end);
        socket.destroy();
      }
    },
    async ack(position) {
      const socket = await controlled();
      const call = ++calls;
      await new Promise<void>((resolve, reject) => {
        answers.set(call, { resolve, reject });
        writeLine(socket, { op: 'ack', position, call } satisfies FeedRequest);
      });
    },
    async close() {
      control?.destroy();
      ready?.destroy();
    },
  };
}
