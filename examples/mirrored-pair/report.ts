import { percentiles } from './percentiles.js';
import type { RoundsResult } from './rounds.js';

/** The lines that people read: what happened, how fast, and whether the books agree. */
export function timeline({ happenings }: RoundsResult): string {
  const start = happenings[0]?.at ?? 0;
  return [...happenings]
    .sort((one, two) => one.at - two.at)
    .map(
      ({ at, node, text }) =>
        `${String(at - start).padStart(8)} ms  ${node === 'world' ? '      ' : `node ${node}`}  ${text}`,
    )
    .join('\n');
}

/** How long takeovers took, by fault. */
export function speeds({ takeovers }: RoundsResult): string {
  return [...new Set(takeovers.map(({ fault }) => fault))]
    .map((fault) => {
      const own = takeovers.filter((takeover) => takeover.fault === fault);
      const [p50, p95, p99] = percentiles(
        own.map(({ ordered }) => ordered),
        0.5,
        0.95,
        0.99,
      );
      const phases = (['gone', 'suspected', 'led', 'open', 'signalled', 'sent', 'ordered'] as const)
        .map(
          (phase) =>
            `${phase} ${
              percentiles(
                own.map((takeover) => takeover[phase]),
                0.5,
              )[0]
            }`,
        )
        .join(', ');
      return `after ${fault} (${own.length}): first order of the new leader p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms; p50 of each phase: ${phases} ms`;
    })
    .join('\n');
}

/** That cancels do not wait for the mirror: what the venue saw when it was gone, and its leader still waited for it. */
export function freedom({ unacked }: RoundsResult): string {
  if (unacked.length === 0) return '';
  const sum = (pick: (one: RoundsResult['unacked'][number]) => number): number =>
    unacked.reduce((total, one) => total + pick(one), 0);
  return `while the leader waited for a mirror that was gone (${unacked.length} times): ${sum((one) => one.cancelsBehindOrders)} cancels came in at the venue behind the last order that the mirror had acked`;
}

/** The last line. */
export function verdict({ audit: found, unhealed, folder }: RoundsResult): string {
  const { signals, orders, lost, doubled, strangers, position, inDoubt, journals, states, quarantined } =
    found;
  if (found.sound && unhealed.length === 0) {
    return `SOUND: ${signals} signals, ${orders} orders, 0 lost, 0 doubled, ${quarantined.length === 0 ? '' : `${quarantined.length} quarantined (${some(quarantined)}), `}position ${position.venue} on both sides, journals and states equal (${journals.length} events)`;
  }
  const faults = [
    lost.length > 0 && `${lost.length} lost (${some(lost)})`,
    doubled.length > 0 && `${doubled.length} doubled (${some(doubled)})`,
    strangers.length > 0 && `${strangers.length} orders unknown to the log (${some(strangers)})`,
    position.ledger !== position.venue && `position ${position.ledger}, and ${position.venue} at the venue`,
    inDoubt > 0 && `${inDoubt} orders in doubt, ${quarantined.length} of them quarantined`,
    !journals.equal && 'journals differ',
    !states.equal && `states differ at seq ${states.seq}`,
    unhealed.length > 0 && `not healed: ${unhealed.join('; ')}`,
  ].filter((fault) => fault !== false);
  return `NOT SOUND: ${faults.join('; ')}; the journals are in ${folder}`;
}

/** A few of many names. */
function some(names: readonly string[]): string {
  const few = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${few}, ...` : few;
}
