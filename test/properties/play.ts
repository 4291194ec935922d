import { createHash } from 'node:crypto';
import { canonicalBytes, stateHash } from '../../src/core/canonical.js';
import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { type PipelineRun, run } from '../../src/core/run.js';
import type { Halt, RunOptions } from '../../src/core/run-options.js';
import type { Snapshot } from '../../src/core/snapshot.js';
import type { RecordingSource } from '../../src/streams/recording/source.js';
import { type BacktestOptions, backtest } from '../../src/streams/replay/backtest.js';
import { copied } from './full-desk.js';

/** What a run showed. */
export interface Played<F extends Frame> {
  readonly frames: readonly F[];
  /** One line a frame: its place and the hash of all its own values. */
  readonly digests: readonly string[];
  readonly snapshots: readonly Snapshot[];
  /** Hash of all stages at the end. */
  readonly hash: string;
  readonly halts: readonly Halt[];
}

export const digest = (frame: Frame): string =>
  `${frame.seq}.${frame.sub} ${frame.event.kind} ${createHash('sha256')
    .update(canonicalBytes(copied(frame)))
    .digest('base64')}`;

export async function watch<F extends Frame>(pipeline: PipelineRun<F>): Promise<Played<F>> {
  const frames: F[] = [];
  const digests: string[] = [];
  const snapshots: Snapshot[] = [];
  const halts: Halt[] = [];
  pipeline.snapshots$.subscribe((snapshot) => snapshots.push(snapshot));
  pipeline.halts$.subscribe((halt) => halts.push(halt));
  await pipeline.forEach((frame) => {
    frames.push(frame);
    digests.push(digest(frame));
  });
  return { frames, digests, snapshots, hash: stateHash(snapshots.at(-1)?.stages ?? null), halts };
}

export const playRecorded = <F extends Frame>(
  core: Core<F>,
  recording: RecordingSource,
  options: BacktestOptions = {},
): Promise<Played<F>> => watch(backtest(core, recording, options));

export const play = <F extends Frame>(core: Core<F>, options: RunOptions): Promise<Played<F>> =>
  watch(run(core, options));
