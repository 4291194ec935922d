import { map, type Observable, Subject } from 'rxjs';
import type { Network } from '../ports.js';
import type { Message } from '../protocol/message.js';
import type { Bridge } from './bridge.js';
import { type PeerId, UPSTREAM } from './socket-events.js';

/** Followers whose HELLO was heard lately and can be answered. */
const MOST_FOLLOWERS = 16;

/**
 * The bridge as the protocol sees it: one way to the other member.
 *
 * What a follower says goes through the connection that it made. What a leader says goes to the connection by which
 * the addressed incarnation said HELLO; what is addressed to nobody by name goes to whom the last WELCOME went.
 *
 * @example
 * const network = pairNetwork(bridge);
 */
export function pairNetwork(bridge: Bridge): Network {
  const followers = new Map<string, PeerId>();
  const links = new Subject<'up' | 'down'>();
  let welcomed: PeerId | undefined;
  let reconnecting = false;
  const learn = (incarnation: string, from: PeerId): void => {
    followers.delete(incarnation);
    for (const oldest of followers.keys()) {
      if (followers.size < MOST_FOLLOWERS) break;
      followers.delete(oldest);
    }
    followers.set(incarnation, from);
  };
  const wayOf = (message: Message): PeerId | undefined => {
    switch (message.type) {
      case 'hello':
      case 'ack':
        return UPSTREAM;
      case 'reject':
        return followers.get(message.to);
      case 'welcome':
        welcomed = followers.get(message.to);
        return welcomed;
      default:
        return welcomed;
    }
  };
  const messages$: Observable<Message> = bridge.messages$.pipe(
    map(({ from, message }) => {
      if (message.type === 'hello' && from !== UPSTREAM) learn(message.incarnation, from);
      return message;
    }),
  );
  bridge.links$.subscribe({
    next: ({ peer, up }) => {
      // Whoever gives a connection up knows it; and a follower of the past is nobody's loss.
      if ((peer === UPSTREAM && !reconnecting) || peer === welcomed) links.next(up ? 'up' : 'down');
    },
    complete: () => links.complete(),
  });
  return {
    messages$: shared(messages$),
    links$: links.asObservable(),
    send(message) {
      const way = wayOf(message);
      return way !== undefined && bridge.send(way, message) === 'queued';
    },
    reconnect() {
      reconnecting = true;
      try {
        bridge.reconnect();
      } finally {
        reconnecting = false;
      }
    },
    close: () => bridge.close(),
  };
}

/** Subscribed at once and to the end, so that a HELLO is learnt from whoever listens. */
function shared<T>(source$: Observable<T>): Observable<T> {
  const subject = new Subject<T>();
  source$.subscribe(subject);
  return subject.asObservable();
}
