import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as zeromq from 'zeromq';
import { checkBridgeOptions } from '../../../src/failover/bridge/bridge-options.js';
import { encodeMessage } from '../../../src/failover/bridge/encode-message.js';
import { ServerSocket } from '../../../src/failover/bridge/server-socket.js';
import { beat } from './open-pair.js';

/** A ROUTER whose network is the test. */
class PuppetRouter extends EventEmitter {
  readonly events = this;
  readonly lastEndpoint = 'tcp://127.0.0.1:7001';
  closed = false;
  reachable = true;
  #waiting: ((message: Buffer[]) => void) | undefined;
  readonly #said: Buffer[][] = [];

  bind(): Promise<void> {
    return Promise.resolve();
  }

  send(): Promise<void> {
    return this.reachable
      ? Promise.resolve()
      : Promise.reject(Object.assign(new Error('Host unreachable'), { code: 'EHOSTUNREACH' }));
  }

  say(...message: Buffer[]): void {
    if (this.#waiting === undefined) this.#said.push(message);
    else this.#waiting(message);
    this.#waiting = undefined;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer[]> {
    for (;;) yield this.#said.shift() ?? (await new Promise((resolve) => (this.#waiting = resolve)));
  }

  close(): void {
    this.closed = true;
    this.emit('end');
  }
}

function listening(): { server: ServerSocket; routers: PuppetRouter[]; told: string[] } {
  const routers: PuppetRouter[] = [];
  const told: string[] = [];
  const Router = class extends PuppetRouter {
    constructor() {
      super();
      routers.push(this);
    }
  };
  const server = new ServerSocket(
    { ...zeromq, Router } as unknown as typeof zeromq,
    new zeromq.Context(),
    checkBridgeOptions({ node: 'a', bind: 'tcp://127.0.0.1:*' }),
    {
      message: (from, { type }) => told.push(`${Buffer.from(from, 'hex')} ${type}`),
      link: (peer, up) => told.push(`${Buffer.from(peer, 'hex')} ${up ? 'up' : 'down'}`),
      trouble: (text) => told.push(text),
    },
  );
  onTestFinished(() => server.close());
  return { server, routers, told };
}

const [header] = encodeMessage(beat(1));
const said = Buffer.from(header);
const id = (name: string): Buffer => Buffer.from(name);

test('what a lost connection still had on the way neither counts nor brings it up again', async () => {
  const { server, routers, told } = listening();
  await server.bind();
  const [router] = routers as [PuppetRouter];
  router.say(id('b/1'), said);
  await vi.waitFor(() => expect(told).toEqual(['b/1 up', 'b/1 heartbeat']));
  router.reachable = false;
  server.send(id('b/1').toString('hex'), [said]);
  await vi.waitFor(() => expect(told.at(-1)).toBe('b/1 down'));
  router.reachable = true;
  router.say(id('b/1'), said);
  router.say(id('b/2'), said);
  await vi.waitFor(() => expect(told.slice(3)).toEqual(['b/2 up', 'b/2 heartbeat']));
  expect(server.send(id('b/1').toString('hex'), [said])).toBe('gone');
});
