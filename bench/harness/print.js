// @ts-check

/** @param {number} value */
const short = (value) =>
  Math.abs(value) >= 10_000
    ? value.toLocaleString('en', { maximumFractionDigits: 0 })
    : String(Number(value.toPrecision(3)));

/** @param {import('./benchmark.js').Figure | string} figure */
function spell(figure) {
  if (figure === undefined) return '';
  if (typeof figure === 'string') return figure;
  if (typeof figure === 'number') return short(figure);
  const { median, least, most } = figure;
  return least === most ? short(median) : `${short(median)} (${short(least)} to ${short(most)})`;
}

/**
 * @param {import('./benchmark.js').Benchmark} benchmark
 * @param {import('./benchmark.js').Result} result
 */
export function print({ name, title, method }, { rows, goals }) {
  console.log(`\n${name}: ${title}\n${method}\n`);
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const table = [
    columns.map((column) => (column === 'what' ? '' : column)),
    ...rows.map((row) => columns.map((column) => spell(row[column]))),
  ];
  const widths = columns.map((_, index) => Math.max(...table.map((line) => (line[index] ?? '').length)));
  for (const line of table) {
    console.log(
      `  ${line.map((cell, index) => (index === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[index] ?? 0))).join('   ')}`.trimEnd(),
    );
  }
  for (const { what, value, side, bound, reached } of goals) {
    console.log(
      `  ${reached ? 'reached' : 'MISSED '}  ${what}: ${short(value)}, goal ${side} ${short(bound)}`,
    );
  }
}
