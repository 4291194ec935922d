import { readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { DESK } from '../../deploy/grafana/source/desk.js';
import { MODEL } from '../../deploy/grafana/source/model.js';
import { PAIR } from '../../deploy/grafana/source/pair.js';
import { type Board, dashboard } from '../../deploy/grafana/source/panel.js';
import { VENUE } from '../../deploy/grafana/source/venue.js';
import { monitor } from '../../src/monitoring/index.js';

const BOARDS: readonly (readonly [file: string, board: Board])[] = [
  ['desk', DESK],
  ['venue', VENUE],
  ['model', MODEL],
  ['pair', PAIR],
];

interface Shown {
  readonly id: number;
  readonly title: string;
  readonly description: string;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig: { readonly defaults: { readonly unit: string } };
  readonly targets: readonly { readonly expr: string; readonly refId: string }[];
}

const watch = monitor({ instruments: [] });
watch.watch({ inbox: { waiting: 0, merged: 0, refused: 0 }, halted: undefined, position: { seq: 0, ts: 0 } });
watch.close();
const measured = new Map(
  watch.metrics.families.flatMap(({ name, type, labels }) =>
    (type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name]).map((full) => [
      full,
      labels,
    ]),
  ),
);

describe.each(BOARDS)('the dashboard %s', (file, board) => {
  const path = `deploy/grafana/dashboards/${file}.json`;
  const made = `${JSON.stringify(dashboard(board), undefined, 2)}\n`;
  const { panels, uid } = JSON.parse(made) as { panels: readonly Shown[]; uid: string };

  test('is what its source makes: npm run dashboards writes it', () => {
    if (process.env['MILLRACE_WRITE_DASHBOARDS'] === '1') writeFileSync(path, made);
    expect(readFileSync(path, 'utf8')).toBe(made);
    expect(uid).toBe(board.uid);
  });

  test('has panels that neither overlap nor stand out, each with a number, a meaning and a unit', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
    const taken = new Set<string>();
    for (const { title, description, gridPos, fieldConfig, targets } of panels) {
      expect(description, title).toMatch(/^[A-Z].*[.?]$/);
      expect(fieldConfig.defaults.unit, title).not.toBe('');
      expect(new Set(targets.map(({ refId }) => refId)).size).toBe(targets.length);
      expect(gridPos.x + gridPos.w).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken, `${title} at ${x},${y}`).not.toContain(`${x},${y}`);
          taken.add(`${x},${y}`);
        }
      }
    }
  });

  test('asks for metrics that are measured, by labels that they have', () => {
    const asked = new Set(panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)));
    for (const expression of asked) {
      const names = [...expression.matchAll(/millrace_\w+/g)].map(([name]) => name);
      expect(names.length, expression).toBeGreaterThan(0);
      for (const name of names) {
        // What members of a pair serve is held against their page in another test.
        if (name.startsWith('millrace_pair_')) continue;
        expect([...measured.keys()], expression).toContain(name);
        const labels = [...(measured.get(name) ?? []), 'instance', 'le'];
        const [, by = ''] = /by \(([^)]*)\)/.exec(expression) ?? [];
        for (const label of by.split(/, ?/).filter((each) => each !== ''))
          expect(labels, expression).toContain(label);
      }
    }
  });
});
