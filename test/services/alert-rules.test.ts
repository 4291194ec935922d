import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { lastValueFrom } from 'rxjs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { compose } from '../../src/core/compose.js';
import { figures, type MonitorOptions, monitor } from '../../src/monitoring/index.js';
import { books, ledger } from '../../src/operators/index.js';
import { simulateMarket } from '../../src/streams/index.js';
import { backtest } from '../../src/streams/replay/backtest.js';
import { type AlertCase, DESK_ALERTS, type Given } from './alert-cases.js';
import { describeWithServer } from './server.js';

const RULES = resolve('deploy/prometheus/desk.rules.yml');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly annotations: { readonly summary: string };
}

const rules = (parse(readFileSync(RULES, 'utf8')) as { groups: { rules: Rule[] }[] }).groups.flatMap(
  (group) => group.rules,
);

const promtool = {
  name: 'promtool',
  program: 'promtool',
  install: 'apt-get install prometheus',
  arguments: () => [],
};

/** One run of promtool's: whether the alert fires over these series at that minute. */
const testOf = ({ alert, at }: AlertCase, given: Given, fires: boolean): object => ({
  name: `${alert} ${fires ? 'fires' : 'is silent'}`,
  interval: '15s',
  input_series: Object.entries(given).map(([series, values]) => ({ series, values })),
  promql_expr_test: [
    {
      expr: `count(ALERTS{alertname="${alert}",alertstate="firing"})`,
      eval_time: `${at}m`,
      exp_samples: fires ? [{ labels: '{}', value: 1 }] : [],
    },
  ],
});

describeWithServer('the alert rules of a desk', [promtool], () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** What promtool says of these tests; throws when one of them fails. */
  function verdict(tests: readonly object[]): string {
    const file = join(folder, 'tests.yml');
    writeFileSync(file, stringify({ rule_files: [RULES], evaluation_interval: '15s', tests }));
    try {
      return execFileSync('promtool', ['test', 'rules', file], { encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`${stdout}\n${stderr}`);
    }
  }

  test('each has a case that fires and one that is silent', () => {
    const cases = new Set(DESK_ALERTS.map(({ alert }) => alert));
    expect([...cases, 'Watchdog'].sort()).toEqual(rules.map(({ alert }) => alert).sort());
    for (const { alert, silent } of DESK_ALERTS) expect(silent.length, alert).toBeGreaterThan(0);
  });

  test('each fires when it should', { timeout: 120_000 }, () => {
    const watchdog = { alert: 'Watchdog', at: 1, fires: {}, silent: [] };
    expect(
      verdict([
        testOf(watchdog, { 'up{job="desk"}': '1x10' }, true),
        ...DESK_ALERTS.flatMap((each) =>
          [each.fires, each.alsoFires].flatMap((given) =>
            given === undefined ? [] : [testOf(each, given, true)],
          ),
        ),
      ]),
    ).toContain('SUCCESS');
  });

  test('each is silent when it should be', { timeout: 120_000 }, () => {
    expect(
      verdict(DESK_ALERTS.flatMap((each) => each.silent.map((given) => testOf(each, given, false)))),
    ).toContain('SUCCESS');
  });

  test('a test of the kind fails when an alert does not do what it says', () => {
    const [each] = DESK_ALERTS as [AlertCase];
    expect(() => verdict([testOf(each, each.fires, false)])).toThrow(/FAILED/);
    expect(() => verdict([testOf(each, each.silent[0] as Given, true)])).toThrow(/FAILED/);
  });

  test('each asks for metrics that a desk has, and Prometheus finds nothing to say of those', async () => {
    const source = simulateMarket({ seed: 1, duration: 500 });
    const { instruments } = source;
    const core = compose(
      { name: 'desk', instruments },
      books(),
      ledger({ reportingCurrency: 'USD', capital: 100_000 }),
      figures(),
    );
    const options: MonitorOptions = { instruments, parts: core.parts, capital: 100_000 };
    const watch = monitor(options);
    const run = backtest(core, source, { drivers: [watch.driver], probe: watch.probe });
    watch.watch(run);
    await lastValueFrom(run);
    const names = new Set(
      watch.metrics.families.flatMap(({ name, type }) =>
        type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name],
      ),
    );
    for (const { alert, expr } of rules) {
      for (const [name] of expr.matchAll(/millrace_\w+/g)) expect(names, alert).toContain(name);
    }
    const { body } = await watch.page();
    watch.close();
    const said = execFileSync('promtool', ['check', 'metrics'], {
      input: body,
      encoding: 'utf8',
      stdio: 'pipe',
    });
    expect(said.trim()).toBe('');
  });
});
