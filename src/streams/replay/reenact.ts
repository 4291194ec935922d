import { Observable } from 'rxjs';
import type { Core } from '../../core/core.js';
import type { Frame } from '../../core/frame.js';
import { FrameLoop } from '../../core/frame-loop.js';
import { checkSnapshot, type Snapshot } from '../../core/snapshot.js';
import { ConfigurationError, InputError } from '../../domain/errors.js';
import type { SequencedEvent } from '../../domain/event.js';
import type { RecordingSource } from '../recording/source.js';

/** How a journal is re-enacted. */
export interface ReenactOptions {
  /** The last `seq` to re-enact. @default the journal's end */
  readonly upTo?: number;
  /** A snapshot to begin from; earlier events are passed over. */
  readonly restore?: Snapshot;
  /** Guards against late use of live views, and frozen frames. @default true */
  readonly development?: boolean;
  /** As in the run that wrote the journal. @default 10000 */
  readonly maximumDerived?: number;
}

/**
 * Passes every event of a journal through the core again: no drivers, the gate shut, the same frames and orders.
 *
 * ```
 * journal  1q-2q-3r-4q|
 *          reenact(core, journal)
 * frames   f--f--f--f-|
 * ```
 *
 * @throws ConfigurationError for recorded market data, which has no reports in it: see `backtest`
 *
 * @example
 * reenact(core, journal.source()).subscribe((frame) => log(frame.seq));
 */
export function reenact<F extends Frame>(
  core: Core<F>,
  journal: RecordingSource,
  options: ReenactOptions = {},
): Observable<F> {
  if (journal.kind !== 'journal') {
    throw new ConfigurationError(
      `${journal.name} is recorded market data, not a journal: nothing in it says what became of orders. Use backtest() for it`,
    );
  }
  const { restore, upTo = Number.POSITIVE_INFINITY, development, maximumDerived } = options;
  if (restore !== undefined) checkSnapshot(core, restore);
  return new Observable<F>((subscriber) => {
    const loop = new FrameLoop(
      core,
      {
        frame: (frame) => subscriber.next(frame),
        unseen: () => undefined,
        // A loop was cut off in the run that wrote the journal too, and that run went on.
        failed: (_component, code, error) => {
          if (code === 'threw') subscriber.error(error);
        },
      },
      {
        ...(development === undefined ? {} : { development }),
        ...(maximumDerived === undefined ? {} : { maximumDerived }),
        ...(restore === undefined ? {} : { restored: restore.stages }),
      },
    );
    const play = async (): Promise<void> => {
      let last = restore?.seq ?? 0;
      if (restore !== undefined) loop.resume(restore.seq, restore.ts, restore.derived);
      for await (const batch of journal.batches()) {
        for (const { seq, ts, event } of batch.events as readonly SequencedEvent[]) {
          if (subscriber.closed || seq > upTo) return;
          if (seq <= last) continue;
          if (seq !== last + 1)
            throw new InputError(`${journal.name}: seq ${seq} follows seq ${last}; events are missing`);
          last = seq;
          loop.accept(seq, ts, event);
        }
      }
    };
    play().then(
      () => subscriber.complete(),
      (error: unknown) => subscriber.error(error),
    );
  });
}
