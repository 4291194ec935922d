import type { Driver, OutsideEvent } from 'millrace';
import { Observable } from 'rxjs';

/** When a member that takes over had come how far. Unix milliseconds, each behind the one before it. */
export interface TakeoverPhases {
  /** It led: the register is its own. */
  readonly led: number;
  /** Its journal held the mark of its reign: orders may leave. */
  readonly open: number;
  /** The first signal from the queue was in its log. */
  readonly signalled: number;
  /** The gate let its first order out. */
  readonly sent: number;
}

/** What it listens to. */
interface PhaseOptions {
  /** Up to which `seq` the pair holds the log. */
  readonly held$: Observable<number>;
  /** Told once for each time that the member began to lead, when its first order leaves. */
  readonly tell: (phases: TakeoverPhases) => void;
}

/**
 * A driver that says nothing and watches how a member takes over. It stands in front of the venue's driver, so that an order
 * counts as sent before it is written.
 */
export function takeoverPhases({ held$, tell }: PhaseOptions): Driver {
  return {
    name: 'phases',
    connect: ({ leading$, events$, commands$ }) =>
      new Observable<OutsideEvent>(() => {
        let mark = Number.POSITIVE_INFINITY;
        let led: number | undefined;
        let open = 0;
        let signalled = 0;
        const subscriptions = [
          leading$.subscribe((leads) => {
            led = leads ? Date.now() : undefined;
            mark = Number.POSITIVE_INFINITY;
            open = 0;
            signalled = 0;
          }),
          events$.subscribe(({ seq, event }) => {
            if (led === undefined) return;
            if (event.kind === 'epoch') mark = seq;
            else if (event.kind === 'signal' && signalled === 0) signalled = Date.now();
          }),
          held$.subscribe((seq) => {
            if (led !== undefined && open === 0 && seq >= mark) open = Date.now();
          }),
          commands$.subscribe(({ kind }) => {
            if (kind !== 'submit' || led === undefined) return;
            const sent = Date.now();
            // An order that its former leader had held leaves without another signal, and before we hear that it may.
            tell({ led, open: open || sent, signalled: signalled || sent, sent });
            led = undefined;
          }),
        ];
        return () => {
          for (const subscription of subscriptions) subscription.unsubscribe();
        };
      }),
  };
}
