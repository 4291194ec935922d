import type { Observable } from 'rxjs';
import type { SequencedEvent } from '../domain/event.js';
import type { Driver } from './driver.js';
import type { PipelineClock } from './pipeline-clock.js';
import type { SequencerOptions } from './sequencer.js';
import type { Snapshot } from './snapshot.js';
import type { StageProbe } from './stage-probe.js';

/** Where the log goes before the core sees it. */
export interface Journal {
  append(event: SequencedEvent): void;
}

/** How a pipeline is run. */
export interface RunOptions {
  readonly clock: PipelineClock;
  /** Effects at the edge; their place is their rank when things fall due at one time. */
  readonly drivers?: readonly Driver[];
  readonly journal?: Journal;
  /** Each says up to which `seq` it holds the log; submits wait for all of them. @default none */
  readonly acknowledgements?: readonly Observable<number>[];
  /**
   * A follower runs the same core with its gate shut, on the log of its leader (`follow`), and hears none of its own
   * drivers and timers until it leads (`lead`). @default "leader"
   */
  readonly role?: 'leader' | 'follower';
  /** A snapshot to go on from. */
  readonly restore?: Snapshot;
  /**
   * Whether venues went on without us since the snapshot: then an `epoch` event, 0 and by the pipeline's name, goes into
   * the log before any driver is heard, so that open orders are looked up, venues asked for their truth and books for
   * anew, as after a takeover. A follower is told by its leader's log. @default true under a live clock
   */
  readonly restarted?: boolean;
  /** Takes a snapshot about every so many events; 0: only at the end. @default 0 */
  readonly barrierEvery?: number;
  /** Guards against late use of live views, and frozen frames. @default true */
  readonly development?: boolean;
  readonly sequencer?: SequencerOptions;
  /** Most events that the core may derive from one outside event. @default 10000 */
  readonly maximumDerived?: number;
  /** Measures how long stages take, on every so many frames. @default nothing is measured */
  readonly probe?: StageProbe;
}

/** How a follower begins to lead. */
export interface Leadership {
  /** Counts reigns; the `epoch` event carries it. */
  readonly epoch: number;
  /** Who leads, as the `epoch` event says it. */
  readonly leader: string;
  /**
   * The leader before handed over, and no submit of a frame behind this `seq` has left: they are held until they are
   * acknowledged, like those of its own frames. @default any of them may have left
   */
  readonly unsentAfter?: number;
}

/** Why a pipeline lets out no new risk any more. */
export interface Halt {
  /** Such as `ledger` or `sequencer`. */
  readonly component: string;
  readonly code: string;
  readonly message: string;
}
