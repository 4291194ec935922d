import { describe, expect, test } from 'vitest';
import { type Outlet, WriterQueue } from '../../../src/services/zeromq/writer-queue.js';

/** A socket that takes a message when it is told to. */
class Socket implements Outlet {
  readonly taken: string[] = [];
  #pending: { text: string; resolve: () => void; reject: (error: Error) => void } | undefined;

  write(peer: string, frames: readonly Uint8Array[]): Promise<void> {
    expect(this.#pending).toBeUndefined();
    return new Promise((resolve, reject) => {
      this.#pending = { text: `${peer}${Buffer.from(frames[0] as Uint8Array)}`, resolve, reject };
    });
  }

  gone(): void {}

  failed(error: Error): void {
    throw error;
  }

  /** Takes what is written until nothing is any more. */
  async takeAll(): Promise<readonly string[]> {
    for (; this.#pending !== undefined; await new Promise(setImmediate)) {
      const { text, resolve } = this.#pending;
      this.#pending = undefined;
      this.taken.push(text);
      resolve();
    }
    return this.taken;
  }
}

const frames = (text: string): readonly Uint8Array[] => [Buffer.from(text)];

describe('the one writer of a socket', () => {
  const queue = (socket: Socket, messages = 3): WriterQueue =>
    new WriterQueue(socket, { messages, bytes: 1_000 });

  test('takes what there is room for, and writes it in order', async () => {
    const socket = new Socket();
    const writer = queue(socket);
    expect(['1', '2', '3', '4'].map((text) => writer.push('p', frames(text)))).toEqual([
      'queued',
      'queued',
      'queued',
      'full',
    ]);
    expect(await socket.takeAll()).toEqual(['p1', 'p2', 'p3']);
  });

  test('of messages that say the same, only the newest waits; what is being written stays what it is', async () => {
    const socket = new Socket();
    const writer = queue(socket);
    for (const text of ['1', '2', '3', '4', '5']) expect(writer.push('p', frames(text), true)).toBe('queued');
    expect(await socket.takeAll()).toEqual(['p1', 'p5']);
  });

  test('a newer one never overtakes what was said between', async () => {
    const socket = new Socket();
    const writer = queue(socket, 10);
    for (const [text, newest] of [
      ['a', false],
      ['1', true],
      ['2', true],
      ['b', false],
      ['3', true],
      ['4', true],
    ] as const)
      writer.push('p', frames(text), newest);
    expect(await socket.takeAll()).toEqual(['pa', 'p2', 'pb', 'p4']);
  });

  test('each peer has its own newest', async () => {
    const socket = new Socket();
    const writer = queue(socket);
    for (const [peer, text] of ['p1', 'q1', 'p2', 'q2', 'p3'].map((each) => [...each] as [string, string]))
      writer.push(peer, frames(text), true);
    expect((await socket.takeAll()).toSorted()).toEqual(['p1', 'p3', 'q2']);
  });

  test('one that takes the place of another counts by its own length', async () => {
    const socket = new Socket();
    const writer = new WriterQueue(socket, { messages: 3, bytes: 10 });
    writer.push('p', frames('x'));
    expect(writer.push('p', frames('12345678'), true)).toBe('queued');
    expect(writer.push('p', frames('12'), true)).toBe('queued');
    expect(writer.push('p', frames('1234567'))).toBe('queued');
    expect(writer.push('p', frames('1'))).toBe('full');
    expect(await socket.takeAll()).toEqual(['px', 'p12', 'p1234567']);
  });
});
