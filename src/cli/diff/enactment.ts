import type { Core } from '../../core/core.js';
import type { Frame } from '../../core/frame.js';
import { FrameLoop } from '../../core/frame-loop.js';
import { InputError } from '../../domain/errors.js';
import type { SequencedEvent } from '../../domain/event.js';

/** One core to which a journal happens once more. */
export class Enactment {
  readonly #loop: FrameLoop<Frame>;
  #frames: Frame[] = [];
  #failure: string | undefined;

  constructor(core: Core<Frame>) {
    this.#loop = new FrameLoop(
      core,
      {
        frame: (frame) => void this.#frames.push(frame),
        unseen: () => undefined,
        failed: (component, code, error) => {
          if (code === 'threw') this.#failure ??= `${component}: ${(error as Error).message}`;
        },
      },
      { development: false },
    );
  }

  /** The frames of one event: its own and those of what the core derived from it. @throws InputError when the core does */
  take({ seq, ts, event }: SequencedEvent): readonly Frame[] {
    this.#frames = [];
    this.#loop.accept(seq, ts, event);
    if (this.#failure !== undefined) throw new InputError(`the core failed at seq ${seq}: ${this.#failure}`);
    return this.#frames;
  }
}
