import type { Core } from '../../src/core/core.js';
import type { Frame } from '../../src/core/frame.js';
import { FrameLoop } from '../../src/core/frame-loop.js';
import type { OutsideEvent, TimedEvent } from '../../src/domain/event.js';
import type { Plain } from '../../src/domain/plain.js';

/** What a chain made of events, and its state after the last. */
export interface Played<F> {
  readonly frames: readonly F[];
  readonly states: Readonly<Record<string, Plain>>;
}

/** Passes events through a chain, one after the other, from a fresh or saved state. Timers are not served. */
export function play<F extends Frame>(
  core: Core<F>,
  events: readonly TimedEvent[],
  restored?: Readonly<Record<string, Plain>>,
): Played<F> {
  const frames: F[] = [];
  let states: Readonly<Record<string, Plain>> = {};
  let failure: unknown;
  const port = {
    frame: (frame: F) => {
      if (frame.event.kind === 'barrier') states = frame.snapshot ?? {};
      else frames.push(frame);
    },
    unseen: () => undefined,
    failed: (_component: string, _code: string, error: unknown) => {
      failure ??= error;
    },
  };
  const loop = new FrameLoop(core, port, { development: false, ...(restored && { restored }) });
  events.forEach(({ ts, event }, index) => {
    loop.accept(index + 1, ts, event);
  });
  loop.accept(events.length + 1, events.at(-1)?.ts ?? 0, { kind: 'barrier', id: 'end' });
  if (failure !== undefined) throw failure;
  return { frames, states };
}

/** An event with its time. */
export const at = (ts: number, event: OutsideEvent): TimedEvent => ({ ts, event });
