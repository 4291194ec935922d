import { EventEmitter } from 'node:events';
import { expect, onTestFinished, test, vi } from 'vitest';
import * as zeromq from 'zeromq';
import { checkBridgeOptions } from '../../../src/failover/bridge/bridge-options.js';
import { ClientSocket } from '../../../src/failover/bridge/client-socket.js';
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

test.each(['ROUTER', 'DEALER'])(
  'a %s that always has another message lets timers have their turn',
  async (kind) => {
    let heard = 0;
    let over = false;
    const before: number[] = [];
    class Endless extends EventEmitter {
      readonly events = this;
      closed = false;
      bind = async (): Promise<void> => {};
      connect = (): void => {};
      send = async (): Promise<void> => {};
      close = (): void => {
        this.closed = true;
        this.emit('end');
      };
      async *[Symbol.asyncIterator](): AsyncGenerator<Buffer[]> {
        // Whoever hears none but these for ever is let go after many.
        while (!over && heard < 100_000) yield kind === 'ROUTER' ? [id('b/1'), said] : [said];
      }
    }
    const fake = { ...zeromq, Router: Endless, Dealer: Endless } as unknown as typeof zeromq;
    const events = { message: () => void heard++, link: () => {}, trouble: () => {} };
    const settings = checkBridgeOptions({
      node: 'a',
      bind: 'tcp://127.0.0.1:*',
      connect: 'tcp://127.0.0.1:7001',
    });
    const context = new zeromq.Context();
    const server = new ServerSocket(fake, context, settings, events);
    const client = new ClientSocket(fake, context, settings, events);
    onTestFinished(() => {
      over = true;
      server.close();
      client.close();
    });
    if (kind === 'ROUTER') await server.bind();
    else client.open();
    for (let turn = 0; turn < 3; turn++) {
      await new Promise((resolve) => setImmediate(resolve));
      before.push(heard);
    }
    expect(before[0]).toBeGreaterThan(0);
    expect(before[2]).toBeLessThan(10_000);
  },
);
