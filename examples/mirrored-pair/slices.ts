import type { Audit } from './audit.js';
import { playRounds, type RoundsOptions, type RoundsResult } from './rounds.js';

/** So many rounds have one pair, one venue and one folder: what they take of memory and disk does not grow beyond. */
export const SLICE = 100;

/**
 * Plays any number of rounds, slice by slice: each slice begins with an empty folder and ends with an audit of its own. A
 * slice that is not sound ends the play, and its journals stay.
 */
export async function playSlices(options: RoundsOptions): Promise<RoundsResult> {
  const { rounds, seed, progress, signal } = options;
  let all: RoundsResult | undefined;
  for (let slice = 0; slice * SLICE < rounds; slice++) {
    const before = slice * SLICE;
    const result = await playRounds({
      ...options,
      rounds: Math.min(SLICE, rounds - before),
      seed: seed + slice,
      ...(progress === undefined ? {} : { progress: (round, text) => progress(before + round, text) }),
    });
    all = all === undefined ? result : joined(all, result);
    if (!result.audit.sound || result.unhealed.length > 0 || signal?.aborted === true) break;
  }
  if (all === undefined) throw new Error('no round was asked for');
  return all;
}

function joined(one: RoundsResult, two: RoundsResult): RoundsResult {
  return {
    rounds: one.rounds + two.rounds,
    takeovers: [...one.takeovers, ...two.takeovers],
    unacked: [...one.unacked, ...two.unacked],
    unhealed: [...one.unhealed, ...two.unhealed],
    audit: joinedAudit(one.audit, two.audit),
    // The timeline of the last slice: those before it were sound.
    happenings: two.happenings,
    folder: two.folder,
  };
}

const joinedAudit = (one: Audit, two: Audit): Audit => ({
  signals: one.signals + two.signals,
  orders: one.orders + two.orders,
  lost: [...one.lost, ...two.lost],
  doubled: [...one.doubled, ...two.doubled],
  strangers: [...one.strangers, ...two.strangers],
  position: {
    ledger: one.position.ledger + two.position.ledger,
    venue: one.position.venue + two.position.venue,
  },
  inDoubt: one.inDoubt + two.inDoubt,
  quarantined: [...one.quarantined, ...two.quarantined],
  states: { equal: one.states.equal && two.states.equal, seq: two.states.seq },
  journals: {
    equal: one.journals.equal && two.journals.equal,
    length: one.journals.length + two.journals.length,
    ahead: two.journals.ahead,
  },
  sound: one.sound && two.sound,
});
