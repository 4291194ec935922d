import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { monitor } from '../../src/monitoring/index.js';

const page = readFileSync('docs/monitoring.md', 'utf8');

/** The first cells of a table's rows, without their backticks, under a heading of the page. */
function firstCells(heading: string): readonly string[] {
  const [, part = ''] = page.split(`\n## ${heading}\n`);
  const [own = ''] = part.split('\n## ');
  return [...own.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name as string);
}

test('the page lists every metric, with its type, its labels and its meaning', () => {
  const watch = monitor({ instruments: [] });
  watch.watch({
    inbox: { waiting: 0, merged: 0, refused: 0 },
    halted: undefined,
    position: { seq: 0, ts: 0 },
  });
  watch.close();
  expect(firstCells('Metrics')).toEqual(watch.metrics.families.map(({ name }) => name));
  for (const { name, type, labels, help } of watch.metrics.families) {
    const row = `| \`${name}\` | ${type} | ${labels.map((label) => `\`${label}\``).join(' ')} | ${help} |`;
    expect(page).toContain(row);
  }
});

test('the page says of every alert what to do', () => {
  const { groups } = parse(readFileSync('deploy/prometheus/desk.rules.yml', 'utf8')) as {
    groups: { rules: { alert: string; labels: { severity: string } }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  expect([...firstCells('Alerts')].sort()).toEqual(rules.map(({ alert }) => alert).sort());
  for (const { alert, labels } of rules)
    expect(page).toMatch(new RegExp(`\\| \`${alert}\` \\| ${labels.severity} \\| .+ \\| .+ \\|`));
});

test.each(['desk', 'pair'])('every alert of a %s points to the place that says what to do', (which) => {
  const { groups } = parse(readFileSync(`deploy/prometheus/${which}.rules.yml`, 'utf8')) as {
    groups: { rules: { alert: string; annotations: { runbook: string } }[] }[];
  };
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(3);
  for (const { alert, annotations } of rules) {
    const [file = '', anchor] = annotations.runbook.split('#');
    const parts = `\n${readFileSync(file, 'utf8')}`.split(/\n#+ /);
    const part = parts.find((text) => anchorOf(text.split('\n', 1)[0] as string) === anchor);
    expect(part, `${alert}: ${annotations.runbook}`).toContain(`\`${alert}\``);
  }
});

/** What a heading is called in an address, as forges that show Markdown make it. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\w\s-]/g, '')
    .trim()
    .replace(/\s/g, '-');
