/**
 * Writes what `npm run mutate` measured so far into `docs/mutation.md`: the scores by file, the mutants that change nothing, each
 * with its reason (`equivalent.mjs`), and those that survive. With `--print` it prints instead, with the whole line of each survivor.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { EQUIVALENT } from './equivalent.mjs';

const NOTE = 'docs/mutation.md';
const BEGIN = '## Scores\n';
const print = process.argv.includes('--print');
const only = process.argv.slice(2).filter((each) => !each.startsWith('--'));

const LONGEST = 70;
const plain = (text) => text.replace(/\s+/g, ' ').trim();
const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
const score = (killed, all) => (all === 0 ? '–' : `${((100 * killed) / all).toFixed(1)}%`);

const { files } = JSON.parse(readFileSync('.stryker/incremental.json', 'utf8'));
const rows = [];
const survivors = [];
const reasons = [];
const totals = new Map();
for (const [path, { source, mutants }] of Object.entries(files).sort(([a], [b]) => (a < b ? -1 : 1))) {
  const [folder, name] = path.split('/').slice(-2);
  const file = `${folder}/${name}`;
  if (only.length > 0 && !only.includes(file)) continue;
  const number = (...status) => mutants.filter((each) => status.includes(each.status)).length;
  const killed = number('Killed', 'Timeout');
  const lines = source.split('\n');
  const claimed = (EQUIVALENT[file] ?? []).map((claim) => ({ ...claim, left: new Set(claim.mutants) }));
  const left = mutants
    .filter(({ status }) => status === 'Survived' || status === 'NoCoverage')
    .map(({ location: { start, end }, replacement, status }) => {
      const line = plain(lines[start.line - 1]);
      const was = plain(
        lines[start.line - 1].slice(start.column - 1, start.line === end.line ? end.column - 1 : undefined),
      );
      return {
        at: start.line,
        line,
        was: short(was),
        becomes: short(plain(replacement ?? '')),
        unseen: status === 'NoCoverage',
      };
    })
    .sort((one, other) => one.at - other.at);
  // A mutant is equivalent when its file, its line and its change are named, and nothing else is.
  const counts = ({ line, was, becomes }) => {
    const change = `${was} => ${becomes}`;
    const claim = claimed.find((each) => line.includes(each.line) && each.mutants.includes(change));
    claim?.left.delete(change);
    return claim === undefined;
  };
  const alive = left.filter(counts);
  const equivalent = left.length - alive.length;
  for (const { line, left: unmet } of claimed)
    for (const change of unmet)
      console.warn(`${file}: no survivor is "${change}" in "${line}": strike it from equivalent.mjs`);
  if (killed + left.length === 0) continue;
  const numbers = [killed, alive.length, equivalent, number('Timeout'), number('Ignored')];
  const total = totals.get(folder) ?? numbers.map(() => 0);
  totals.set(
    folder,
    total.map((each, at) => each + numbers[at]),
  );
  rows.push(row(file, numbers));
  const said = alive.map(
    ({ at, line, was, becomes, unseen }) =>
      `${at}: ${was}  =>  ${becomes}${unseen ? '  (no test reaches it)' : ''}${print ? `\n      ${line}` : ''}`,
  );
  if (said.length > 0) survivors.push(`### ${file}\n\n\`\`\`\n${said.join('\n')}\n\`\`\`\n`);
  if (claimed.length > 0)
    reasons.push(
      `### ${file}\n\n${claimed
        .map(
          ({ line, mutants: changes, why }) =>
            `- ${why}\n  \`${line}\`: ${changes.map((each) => `\`${each}\``).join(', ')}`,
        )
        .join('\n')}\n`,
    );
}

function row(file, [killed, alive, equivalent, late, ignored], bold = '') {
  const all = killed + alive;
  const cells = [file, score(killed, all), score(killed, all + equivalent)].map(
    (each) => `${bold}${each}${bold}`,
  );
  return `| ${[...cells, all + equivalent, late, equivalent, alive, ignored].join(' | ')} |`;
}

const head =
  '| | score | equivalent counted as survivors | mutants | of them time-outs | equivalent | survivors | ignored (static) |\n|---|---|---|---|---|---|---|---|';
const sums = [...totals].map(([folder, numbers]) => row(folder, numbers, '**'));
const table = `${head}\n${[...sums, ...rows].join('\n')}\n`;
if (print) console.log(`${table}\n${survivors.join('\n')}`);
else {
  const note = readFileSync(NOTE, 'utf8');
  writeFileSync(
    NOTE,
    `${note.slice(0, note.indexOf(BEGIN))}${BEGIN}\n${table}\n## Equivalent mutants\n\n${reasons.join('\n')}\n## Survivors\n\n${survivors.join('\n')}`,
  );
}
