import type { Core } from '../../core/core.js';
import type { Frame } from '../../core/frame.js';

/** A year, a month, a day and some hours: whatever looks at the calendar sees another one. */
const LATER = 34_300_000_000 + 12_345_678;

/**
 * The core in another world: while an event passes through it, the date is a year later and chance is another. A pure
 * core does not notice.
 */
export function inAnotherWorld(core: Core<Frame>): Core<Frame> {
  return Object.assign(Object.create(core) as Core<Frame>, {
    start: (options: Parameters<Core<Frame>['start']>[0]) => {
      const running = core.start(options);
      const { pass } = running;
      const elsewhere: typeof pass = (...given) => {
        const back = leave();
        try {
          return pass(...given);
        } finally {
          back();
        }
      };
      return Object.defineProperty(running, 'pass', { value: elsewhere });
    },
  });
}

/** Puts another date and other chance in place, until the function that it gives is called. */
function leave(): () => void {
  const { Date: OurDate } = globalThis;
  const { random } = Math;
  const clock = Object.getOwnPropertyDescriptor(performance, 'now');
  const ours = performance.now.bind(performance);
  class OtherDate extends OurDate {
    constructor(...given: readonly unknown[]) {
      if (given.length === 0) super(OurDate.now() + LATER);
      else super(...(given as [number]));
    }

    static override now(): number {
      return OurDate.now() + LATER;
    }
  }
  let drawn = 0;
  globalThis.Date = OtherDate as DateConstructor;
  Math.random = () => {
    drawn++;
    return (drawn * 0.618_033_988_749_895) % 1;
  };
  Object.defineProperty(performance, 'now', { configurable: true, value: () => ours() + LATER });
  return () => {
    globalThis.Date = OurDate;
    Math.random = random;
    if (clock === undefined) delete (performance as { now?: unknown }).now;
    else Object.defineProperty(performance, 'now', clock);
  };
}
