import { standIn } from '../../../research/frames/perturb.js';
import { coreOf, lookAheadIn } from '../../../research/look-ahead.js';
import { differing } from '../failure.js';
import type { Check } from '../subject.js';

const FEW = 16;

/** Whatever comes later, the past stays as it was. */
export const future: Check = {
  holds: 'whatever happens later, what the desk showed before stays the same',
  async run(subject, events, chance) {
    if (events.length < 2) return undefined;
    const list = Object.isFrozen(subject.given) ? events : subject.given;
    const found = await standIn(list, events, () =>
      lookAheadIn(subject.desk, list, {
        drivers: () => subject.drivers(coreOf(subject.desk, list)),
        places: events.length <= FEW ? events.length : subject.effort.runs + 2,
        seed: Math.floor(chance.draw() * 1_000_000),
        grace: subject.grace,
      }),
    );
    if (found === undefined) return undefined;
    const { last, future: then, difference } = found;
    const other = then === 'none' ? 'nothing came' : `prices were ${then.ticks > 0 ? 'higher' : 'lower'}`;
    return differing(
      `what it showed up to event ${last + 1} was different when ${other} behind that event: it looks ahead`,
      difference,
      [],
    );
  },
};
