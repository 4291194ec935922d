import type { Finding } from './survey.js';

/** What a recording holds, for people. */
export function findingLines(finding: Finding): string[] {
  const { name, kind, bytes, instruments, events, kinds, first, last, tornTail } = finding;
  const counts = Object.entries(kinds)
    .sort(([, a], [, b]) => b - a)
    .map(([of, count]) => `${of} ${number(count)}`);
  const lines = [
    name,
    `  what         ${kind === 'journal' ? 'a journal: a log to be re-enacted' : 'market events'}, ${number(bytes)} bytes`,
    `  events       ${number(events)}${counts.length === 0 ? '' : ` (${counts.join(', ')})`}`,
  ];
  if (first !== null && last !== null) {
    lines.push(
      `  time         ${moment(first)} to ${moment(last)} UTC (${((last - first) / 1_000).toFixed(1)} s)`,
    );
  }
  instruments.forEach(({ id, tick, lot }, index) => {
    lines.push(`  ${(index === 0 ? 'instruments' : '').padEnd(12)} ${id}, tick ${tick}, lot ${lot}`);
  });
  if (tornTail !== null) {
    lines.push(`  torn tail    ${tornTail.bytes} bytes from byte ${tornTail.offset}: ${tornTail.reason}`);
  }
  return lines;
}

const number = (value: number): string => value.toLocaleString('en');

const moment = (ts: number): string => new Date(ts).toISOString().replace('T', ' ').replace('Z', '');
