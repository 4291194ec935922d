import type { Frame, InstrumentId } from 'millrace';
import type { Agent, Answer, MarketFields, SignalFields } from 'millrace/operators';

/** A market that has been silent for so long does not lead. */
const SILENT = 10_000;

/**
 * Lets an agent hear only of the leading market of its asset: the first of the list that is known and not silent.
 *
 * Features are kept by instrument. An agent that listened to all venues at once would compare the stretch at one with
 * the stretch at another and change its mind with every tick.
 */
export function followLeader<F extends Frame & MarketFields>(
  markets: readonly InstrumentId[],
  agent: Agent<F>,
): Agent<F> {
  return {
    ...agent,
    decide: (frame, memory) => (leads(markets, frame) ? agent.decide(frame, memory) : undefined),
  };
}

function leads(ids: readonly InstrumentId[], { markets, instrument, ts }: Frame & MarketFields): boolean {
  for (const id of ids) {
    const index = markets.indexOf(id);
    if (markets.synced(index) && ts - markets.updatedAt(index) <= SILENT) return index === instrument;
  }
  return false;
}

/** Halves an agent's confidence where a signal in the pool points the other way. */
export function swayedBy<F extends Frame & SignalFields>(signal: string, agent: Agent<F>): Agent<F> {
  const sway = (answer: Answer, frame: F): Answer => {
    const against = frame.pool
      .active()
      .some(({ name, direction }) => name === signal && direction * answer.exposure < 0);
    return against ? { ...answer, confidence: answer.confidence / 2 } : answer;
  };
  return {
    ...agent,
    decide: (frame, memory) => {
      const answer = agent.decide(frame, memory);
      if (answer === undefined) return undefined;
      return Array.isArray(answer)
        ? (answer as readonly Answer[]).map((one) => sway(one, frame))
        : sway(answer as Answer, frame);
    },
  };
}
