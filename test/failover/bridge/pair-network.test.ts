import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { Bridge, Link, Received } from '../../../src/failover/bridge/bridge.js';
import { pairNetwork } from '../../../src/failover/bridge/pair-network.js';
import { UPSTREAM } from '../../../src/failover/bridge/socket-events.js';
import type { Hello, Message, Welcome } from '../../../src/failover/protocol/message.js';
import { beat } from './open-pair.js';

const hello = (incarnation: string): Hello => ({
  type: 'hello',
  version: 1,
  schemaHash: 's',
  configurationHash: 'c',
  coreHash: 'k',
  node: 'b',
  incarnation,
  holder: 'h',
  attempt: 1,
  epoch: 1,
  last: 0,
  epochs: [],
});
const welcome = (to: string): Welcome => ({
  type: 'welcome',
  epoch: 1,
  session: 1,
  to,
  attempt: 1,
  node: 'a',
  incarnation: 'a1',
  truncateTo: 0,
  snapshotSeq: 0,
  epochs: [],
  shadow: false,
});

/** A bridge that writes down what is sent, and through which connection. */
function recorded() {
  const messages$ = new Subject<Received>();
  const links$ = new Subject<Link>();
  const sent: [string, Message['type']][] = [];
  let answer: 'queued' | 'full' = 'queued';
  const bridge: Bridge = {
    address: 'tcp://127.0.0.1:1',
    messages$,
    links$,
    troubles$: new Subject<string>(),
    send(to, { type }) {
      sent.push([to, type]);
      return answer;
    },
    reconnect: () => links$.next({ peer: UPSTREAM, up: false }),
    close: async () => links$.complete(),
  };
  const network = pairNetwork(bridge);
  const links: string[] = [];
  network.links$.subscribe((link) => links.push(link));
  return {
    network,
    sent,
    links,
    hear: (from: string, message: Message) => messages$.next({ from, message }),
    link: (peer: string, up: boolean) => links$.next({ peer, up }),
    fill: () => {
      answer = 'full';
    },
  };
}

describe('the network of a pair', () => {
  test('a follower speaks through the connection that it made', () => {
    const { network, sent } = recorded();
    network.send(hello('x'));
    network.send({ type: 'ack', epoch: 1, session: 1, upTo: 1, credit: 1, gap: false });
    expect(sent).toEqual([
      [UPSTREAM, 'hello'],
      [UPSTREAM, 'ack'],
    ]);
  });

  test('a leader answers the incarnation that said HELLO, and then speaks to whom it welcomed', () => {
    const { network, sent, hear } = recorded();
    expect(network.send(beat(1))).toBe(false);
    hear('01', hello('old'));
    hear('02', hello('new'));
    expect(network.send(welcome('nobody'))).toBe(false);
    network.send({ type: 'reject', epoch: 1, to: 'old', session: 0, code: 'node', message: '' });
    expect(network.send(welcome('new'))).toBe(true);
    hear('03', hello('stranger'));
    network.send(beat(1));
    expect(sent).toEqual([
      ['01', 'reject'],
      ['02', 'welcome'],
      ['02', 'heartbeat'],
    ]);
  });

  test('the same incarnation is answered where it came from last', () => {
    const { network, sent, hear } = recorded();
    hear('01', hello('x'));
    hear('02', hello('x'));
    network.send(welcome('x'));
    expect(sent).toEqual([['02', 'welcome']]);
  });

  test('what finds no room is false', () => {
    const { network, fill } = recorded();
    fill();
    expect(network.send(hello('x'))).toBe(false);
  });

  test('strangers who say HELLO without end take no more memory than a few', () => {
    const { network, hear, sent } = recorded();
    for (let count = 0; count < 1_000; count += 1) hear(`0${count}`, hello(`i${count}`));
    expect(network.send(welcome('i0'))).toBe(false);
    expect(network.send(welcome('i999'))).toBe(true);
    expect(sent).toEqual([['0999', 'welcome']]);
  });

  test('links of the leader above and of the welcomed follower are told; those of others and our own reconnect are not', () => {
    const { network, links, hear, link } = recorded();
    link(UPSTREAM, true);
    link('01', true);
    link('01', false);
    hear('02', hello('x'));
    network.send(welcome('x'));
    link('02', false);
    network.reconnect();
    link(UPSTREAM, true);
    link(UPSTREAM, false);
    expect(links).toEqual(['up', 'down', 'up', 'down']);
  });
});
