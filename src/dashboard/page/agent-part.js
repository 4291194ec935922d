import { fillTable } from './dom.js';
import { ageOf, numberOf, percentOf, toneOf, UNKNOWN } from './format.js';

/** @typedef {import('../view.js').DashboardView} DashboardView */

/** Words beside the colours. @param {number} exposure */
const wish = (exposure) => (exposure > 0 ? '▲ long' : exposure < 0 ? '▼ short' : '● flat');

/** What agents want and signals say. @param {DashboardView} view */
export function showOpinions({ agents, signals, targets, money, log }) {
  const rows = agents.flatMap(({ agent, profit, votes }) => {
    const head = { text: agent, name: true };
    const result = {
      text: numberOf(profit, 2, true),
      unit: money.currency,
      tone: toneOf(profit),
      number: true,
    };
    const blank = { text: UNKNOWN, number: true };
    if (votes.length === 0)
      return [[head, { text: UNKNOWN }, { text: 'no standing vote' }, blank, blank, blank, result]];
    return votes.map(({ of, exposure, confidence, part, weight }, nth) => [
      head,
      { text: of, long: true },
      { text: `${wish(exposure)} ${percentOf(Math.abs(exposure), 0)}`, tone: toneOf(exposure) },
      { text: percentOf(confidence, 0), number: true },
      { text: percentOf(weight, 0), number: true },
      {
        text: part === null ? UNKNOWN : `${numberOf(part * 100, 1, true)} %`,
        tone: toneOf(part),
        number: true,
      },
      // Once for each agent.
      nth === 0 ? result : { text: '', number: true },
    ]);
  });
  const together = targets.map(({ of, exposure }) => [
    { text: 'all together', name: true },
    { text: of, long: true },
    { text: `${wish(exposure)} ${percentOf(Math.abs(exposure), 0)}`, tone: toneOf(exposure) },
    { text: UNKNOWN, number: true },
    { text: UNKNOWN, number: true },
    { text: `${numberOf(exposure * 100, 1, true)} %`, tone: toneOf(exposure), number: true },
    { text: UNKNOWN, number: true },
  ]);
  fillTable('agents', rows.length === 0 ? [] : [...rows, ...together]);
  fillTable(
    'signals',
    signals.map(({ name, instrument, direction, strength, confidence, at }) => [
      { text: name, name: true },
      { text: instrument, long: true },
      { text: direction > 0 ? '▲ up' : direction < 0 ? '▼ down' : '● no move', tone: toneOf(direction) },
      { text: percentOf(strength, 0), number: true },
      { text: percentOf(confidence, 0), number: true },
      { text: ageOf(log.ts === null ? null : log.ts - at + log.silentFor), number: true },
    ]),
  );
}
