import { Observable } from 'rxjs';
import type { Driver } from '../../core/driver.js';
import { nonEmptyName } from '../../domain/check.js';
import type { OutsideEvent } from '../../domain/event.js';
import { messageOf } from '../../services/within.js';
import type { SignalFeed } from './signal-feed.js';

/**
 * A feed as a driver: what others say becomes `signal` events, so that it joins the pool of the pipeline. Only who leads
 * listens; what counts is told again to who takes over.
 *
 * ```
 * feed     -a--b-----
 * leading  t-----f--t
 * events   -a--b----ab
 * ```
 *
 * @throws ConfigurationError for a name that is none
 * @example
 * run(desk, { clock: liveClock(), drivers: [signalFeedDriver(feed)] });
 */
export function signalFeedDriver(feed: SignalFeed, name = 'signal-feed'): Driver {
  nonEmptyName('signalFeedDriver.name', name);
  return {
    name,
    connect: ({ leading$ }) =>
      new Observable<OutsideEvent>((subscriber) => {
        let session: AbortController | undefined;
        const hear = async (abort: AbortSignal): Promise<void> => {
          for await (const signal of feed.listen(abort)) {
            if (abort.aborted) return;
            subscriber.next({ kind: 'signal', signal });
          }
        };
        const leading = leading$.subscribe((leads) => {
          if (leads === (session !== undefined)) return;
          session?.abort();
          session = leads ? new AbortController() : undefined;
          if (session === undefined) return;
          hear(session.signal).catch((error: unknown) => {
            subscriber.next({
              kind: 'fault',
              component: `feed:${name}`,
              code: 'unreadable',
              message: messageOf(error),
              severity: 'notice',
            });
          });
        });
        return () => {
          session?.abort();
          leading.unsubscribe();
        };
      }),
  };
}
