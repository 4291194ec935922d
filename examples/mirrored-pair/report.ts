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
      const [led] = percentiles(
        own.map((takeover) => takeover.led),
        0.5,
      );
      return `after ${fault} (${own.length}): first order of the new leader p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms; it led after ${led} ms (p50)`;
    })
    .join('\n');
}

/** The last line. */
export function verdict({ audit: found, unhealed, folder }: RoundsResult): string {
  const { signals, orders, lost, doubled, strangers, position, inDoubt, journals } = found;
  if (found.sound && unhealed.length === 0) {
    return `SOUND: ${signals} signals, ${orders} orders, 0 lost, 0 doubled, position ${position.venue} on both sides, journals equal (${journals.length} events)`;
  }
  const faults = [
    lost.length > 0 && `${lost.length} lost (${lost.slice(0, 5).join(', ')})`,
    doubled.length > 0 && `${doubled.length} doubled (${doubled.slice(0, 5).join(', ')})`,
    strangers.length > 0 &&
      `${strangers.length} orders unknown to the log (${strangers.slice(0, 5).join(', ')})`,
    position.ledger !== position.venue && `position ${position.ledger}, and ${position.venue} at the venue`,
    inDoubt > 0 && `${inDoubt} orders in doubt`,
    !journals.equal && 'journals differ',
    unhealed.length > 0 && `not healed: ${unhealed.join('; ')}`,
  ].filter((fault) => fault !== false);
  return `NOT SOUND: ${faults.join('; ')}; the journals are in ${folder}`;
}
