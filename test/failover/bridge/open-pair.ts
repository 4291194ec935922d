import { filter, firstValueFrom, map, type Observable, ReplaySubject, timeout } from 'rxjs';
import { onTestFinished } from 'vitest';
import { type Bridge, openBridge, type Received } from '../../../src/failover/bridge/bridge.js';
import type { BridgeOptions } from '../../../src/failover/bridge/bridge-options.js';
import type { PeerId } from '../../../src/failover/bridge/socket-events.js';
import type { Heartbeat } from '../../../src/failover/protocol/message.js';

/** Patience of tests, in milliseconds: for a machine that is busy. */
const PATIENCE = 20_000;

/** A bridge that is closed when the test is over, and what it said so far. */
export interface Watched {
  readonly bridge: Bridge;
  readonly received: Received[];
  readonly troubles: string[];
  /** The next message of which `wanted` holds, those that came already included. */
  message(wanted: (received: Received) => boolean): Promise<Received>;
  link(up: boolean, peer?: PeerId): Promise<PeerId>;
  trouble(part: string): Promise<string>;
}

export async function watched(options: BridgeOptions): Promise<Watched> {
  const bridge = await openBridge(options);
  onTestFinished(() => bridge.close());
  const received: Received[] = [];
  const troubles: string[] = [];
  const messages$ = new ReplaySubject<Received>(1_000);
  const links$ = new ReplaySubject<{ readonly peer: PeerId; readonly up: boolean }>(1_000);
  const troubles$ = new ReplaySubject<string>(1_000);
  bridge.messages$.subscribe((each) => received.push(each));
  bridge.messages$.subscribe(messages$);
  bridge.links$.subscribe(links$);
  bridge.troubles$.subscribe((each) => troubles.push(each));
  bridge.troubles$.subscribe(troubles$);
  return {
    bridge,
    received,
    troubles,
    message: (wanted) => first(messages$.pipe(filter(wanted))),
    link: (up, peer) =>
      first(
        links$.pipe(
          filter((link) => link.up === up && (peer === undefined || link.peer === peer)),
          map((link) => link.peer),
        ),
      ),
    trouble: (part) => first(troubles$.pipe(filter((text) => text.includes(part)))),
  };
}

const first = <T>(source$: Observable<T>): Promise<T> => firstValueFrom(source$.pipe(timeout(PATIENCE)));

/** Waits until `done` holds. */
export async function until(done: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE;
  while (!done()) {
    if (performance.now() > end) throw new Error('it did not come true in time');
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export const beat = (end: number, session = 1): Heartbeat => ({
  type: 'heartbeat',
  epoch: 1,
  session,
  end,
  paired: false,
});
