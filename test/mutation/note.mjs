/** Prints what `npm run mutate` measured so far, by file, and the mutants that survive: `node test/mutation/note.mjs`. */
import { readFileSync } from 'node:fs';

const { files } = JSON.parse(readFileSync('.stryker/incremental.json', 'utf8'));
const LONGEST = 70;
const short = (text) => {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line;
};
const score = (killed, all) => `${((100 * killed) / all).toFixed(1)}%`;

const rows = [];
const lists = [];
const totals = new Map();
for (const [path, { source, mutants }] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
  const number = (...status) => mutants.filter((each) => status.includes(each.status)).length;
  const killed = number('Killed', 'Timeout');
  const left = mutants.filter(({ status }) => status === 'Survived' || status === 'NoCoverage');
  const all = killed + left.length;
  if (all === 0) continue;
  const [folder, file] = path.split('/').slice(-2);
  const total = totals.get(folder) ?? [0, 0, 0, 0];
  [killed, all, number('Timeout'), number('Ignored')].forEach((each, at) => {
    total[at] += each;
  });
  totals.set(folder, total);
  rows.push(
    `| ${folder}/${file} | ${score(killed, all)} | ${all} | ${number('Timeout')} | ${left.length} | ${number('Ignored')} |`,
  );
  const lines = source.split('\n');
  const said = left
    .sort((a, b) => a.location.start.line - b.location.start.line)
    .map(({ location: { start, end }, replacement, status }) => {
      const was =
        start.line === end.line
          ? lines[start.line - 1].slice(start.column - 1, end.column - 1)
          : lines[start.line - 1].slice(start.column - 1);
      return `${start.line}: ${short(was)}  =>  ${short(replacement ?? '')}${status === 'NoCoverage' ? '  (no test reaches it)' : ''}`;
    });
  if (said.length > 0) lists.push(`### ${folder}/${file}\n\n\`\`\`\n${said.join('\n')}\n\`\`\`\n`);
}
const head =
  '| | score | mutants | of them time-outs | survivors | ignored (static) |\n|---|---|---|---|---|---|';
const sums = [...totals].map(
  ([folder, [killed, all, late, ignored]]) =>
    `| **${folder}** | **${score(killed, all)}** | ${all} | ${late} | ${all - killed} | ${ignored} |`,
);
console.log(`${head}\n${[...sums, ...rows].join('\n')}\n\n## Survivors\n\n${lists.join('\n')}`);
