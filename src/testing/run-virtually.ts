import { TestScheduler } from 'rxjs/testing';
import { writeDuration } from './duration.js';
import { type Play, type Recording, Stage } from './stage.js';

/** More actions than this at one instant are taken for an endless loop, such as `interval(0)`. */
const actionsPerInstant = 100_000;

/**
 * Runs a play at once, in virtual time.
 *
 * Every RxJS scheduler and `Date` as RxJS reads it follow the virtual clock; a promise does not, for it settles only
 * after this function has returned. Pipelines with promises take the other engine, `runWithFakeTimers`.
 *
 * @throws whatever a pipeline throws outside its streams, and an Error where time stands still.
 */
export function runVirtually(play: Play): Recording {
  const scheduler = new DatedScheduler(play.startAt);
  const stage = new Stage(play, () => scheduler.frame);
  scheduler.run(() => {
    scheduler.maxFrames = play.horizon;
    for (const cue of stage.cues) scheduler.schedule(() => cue.deliver(), cue.at);
    scheduler.schedule(() => stage.close(), play.horizon);
    stage.open(scheduler);
  });
  return stage.recording;
}

/** RxJS's test scheduler with a date of its own, which gives up where time stands still. */
class DatedScheduler extends TestScheduler {
  constructor(startAt: number) {
    // It compares nothing: the kit has its own parser and its own recorder.
    super(() => undefined);
    this.now = () => startAt + this.frame;
  }

  override flush(): void {
    let instant = -1;
    let actions = 0;
    for (let action = this.actions[0]; action !== undefined; action = this.actions[0]) {
      const at = action.delay;
      if (at > this.maxFrames) break;
      actions = at === instant ? actions + 1 : 0;
      instant = at;
      this.actions.shift();
      this.frame = at;
      const failure: unknown =
        action.execute(action.state, at) ?? (actions > actionsPerInstant ? stuck(at) : undefined);
      if (failure !== undefined) {
        this.actions.splice(0).forEach((left) => {
          left.unsubscribe();
        });
        throw failure;
      }
    }
  }
}

function stuck(at: number): Error {
  return new Error(
    `time stands still at ${writeDuration(at)}: ${actionsPerInstant} actions ran at this instant`,
  );
}
