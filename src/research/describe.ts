import type { Performance } from './performance/performance.js';
import type { MonteCarloResult } from './robustness/monte-carlo.js';
import type { SensitivityResult } from './robustness/sensitivity.js';
import { nameOf } from './sweep/grid.js';
import type { SweepResult } from './sweep/sweep.js';
import type { WalkForwardResult } from './walk-forward/walk-forward.js';

const money = (value: number): string =>
  Number.isFinite(value)
    ? value.toLocaleString('en', { minimumFractionDigits: 2, maximumFractionDigits: 2 })
    : 'unknown';
const ratio = (value: number): string => (Number.isFinite(value) ? value.toFixed(3) : 'unknown');
const percent = (value: number): string =>
  Number.isFinite(value) ? `${(100 * value).toFixed(1)}%` : 'unknown';
const count = (value: number): string => value.toLocaleString('en');

/** Rows under their heads: the first column to the left, the others to the right. */
function table(heads: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `  ${widths
      .map((width, column) => {
        const cell = cells[column] ?? '';
        return column === 0 ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('   ')}`.trimEnd();
  return [line(heads), ...rows.map(line)];
}

const HEADS = ['net profit', 'Sharpe', 'annualised', 'drawdown', 'turnover', 'trades', 'fees'];

const figures = ({
  netProfit,
  sharpe,
  maximumDrawdown,
  turnover,
  trades,
  fees,
}: Performance): readonly string[] => [
  money(netProfit),
  ratio(sharpe.perPeriod),
  sharpe.count < 2 ? 'unknown' : ratio(sharpe.annualised),
  money(maximumDrawdown),
  money(turnover),
  count(trades.length),
  money(fees),
];

/** How its Sharpe ratios are to be read. */
const units = ({ sharpe: { period, periodsPerYear, count: periods }, currency }: Performance): string =>
  `Money in ${currency}. Sharpe per period of ${period / 1_000} s (${count(periods)} of them), annualised by ${count(Math.round(periodsPerYear))} periods a year; no riskless rate.`;

/**
 * A sweep as a table for people, the best Sharpe ratio first, with the verdict of the trials below it.
 *
 * @param most rows that are shown @default 20
 * @example
 * console.log(describeSweep(result));
 */
export function describeSweep({ rows, trials, failed, skipped, verdict }: SweepResult, most = 20): string {
  const known = rows.flatMap(({ parameters, performance, error }) =>
    performance === undefined || error !== undefined ? [] : [{ parameters, performance }],
  );
  const value = ({ performance }: (typeof known)[number]): number =>
    Number.isNaN(performance.sharpe.perPeriod) ? Number.NEGATIVE_INFINITY : performance.sharpe.perPeriod;
  // The sort is stable: equal ones stay in the order of the space.
  const sorted = [...known].sort((a, b) => (value(b) > value(a) ? 1 : value(b) < value(a) ? -1 : 0));
  const first = known[0]?.performance;
  return [
    ...table(
      ['parameters', ...HEADS],
      sorted
        .slice(0, most)
        .map(({ parameters, performance }) => [nameOf(parameters), ...figures(performance)]),
    ),
    ...(sorted.length > most ? [`  and ${sorted.length - most} more`] : []),
    '',
    ...(first === undefined ? [] : [units(first)]),
    `${count(trials)} trials${failed > 0 ? `, ${count(failed)} failed` : ''}${skipped > 0 ? `, ${count(skipped)} not run` : ''}. Best Sharpe ${ratio(verdict.sharpe)}, by luck alone ${ratio(verdict.expectedByLuck)}, deflated Sharpe (probability of skill) ${ratio(verdict.deflated)}.`,
    ...(verdict.warning === undefined ? [] : [`Warning: ${verdict.warning}`]),
    ...rows.flatMap(({ error }) => (error === undefined ? [] : [`Failed: ${error}`])).slice(0, 10),
  ].join('\n');
}

const clock = (ts: number): string => new Date(ts).toISOString().slice(5, 19).replace('T', ' ');

/**
 * A walk forward as a table for people: a line a fold, and what all test windows came to.
 *
 * @example
 * console.log(describeWalkForward(result));
 */
export function describeWalkForward(result: WalkForwardResult): string {
  const { folds, outOfSample, trainingSharpe, efficiency, trials, deflated } = result;
  const first = folds.find(({ testing }) => testing !== null)?.testing;
  return [
    ...table(
      ['test from', 'to', 'chosen', 'Sharpe in', 'Sharpe out', 'net profit in', 'net profit out'],
      folds.map(({ test, parameters, training, testing }) => [
        clock(test.from),
        clock(test.to),
        parameters === null ? 'nothing' : nameOf(parameters),
        ratio(training?.sharpe.perPeriod ?? Number.NaN),
        ratio(testing?.sharpe.perPeriod ?? Number.NaN),
        money(training?.netProfit ?? Number.NaN),
        money(testing?.netProfit ?? Number.NaN),
      ]),
    ),
    '',
    ...(first === null || first === undefined ? [] : [units(first)]),
    `Out of sample: net profit ${money(outOfSample.netProfit)}, drawdown ${money(outOfSample.maximumDrawdown)}, Sharpe ${ratio(outOfSample.sharpe.perPeriod)} per period over ${count(outOfSample.returns.length)} periods.`,
    `In training the chosen ones had ${ratio(trainingSharpe)}; out of sample by in training: ${ratio(efficiency)}. ${count(trials)} trials a fold; mean deflated Sharpe in training ${ratio(deflated)}.`,
    ...folds.flatMap(({ errors }) => errors.map((error) => `Failed: ${error}`)).slice(0, 10),
  ].join('\n');
}

/**
 * How a result depends on costs, as a table for people.
 *
 * @example
 * console.log(describeSensitivity(result));
 */
export function describeSensitivity({ rows, breakEvenCost, breakEvenFees }: SensitivityResult): string {
  const first = rows.find(({ performance }) => performance !== undefined)?.performance;
  return [
    ...table(
      ['fees', 'slippage, bp', 'latency, ms', ...HEADS],
      rows.map(({ costs, performance, error }) => [
        `x ${costs.fees ?? 1}`,
        `${Math.round((costs.slippage ?? 0) * 1e6) / 100}`,
        costs.latency === undefined ? '12 + 8' : `2 x ${costs.latency}`,
        ...(performance === undefined ? [error ?? 'not run'] : figures(performance)),
      ]),
    ),
    '',
    ...(first === undefined ? [] : [units(first)]),
    Number.isNaN(breakEvenCost)
      ? 'Nothing was traded.'
      : `Break-even cost: ${(breakEvenCost * 10_000).toFixed(3)} bp of the notional traded${Number.isNaN(breakEvenFees) ? '' : `; fees x ${breakEvenFees.toFixed(2)}`}.`,
  ].join('\n');
}

/**
 * What else the same results could have come to, in sentences.
 *
 * @example
 * console.log(describeMonteCarlo(result));
 */
export function describeMonteCarlo(result: MonteCarloResult): string {
  const { observed, netProfit, maximumDrawdown, confidence, lossProbability, deeperProbability } = result;
  const rows = (
    [
      ['net profit', observed.netProfit, netProfit],
      ['maximum drawdown', observed.maximumDrawdown, maximumDrawdown],
    ] as const
  ).map(([name, was, { mean, median, low, high }]) => [name, ...[was, mean, median, low, high].map(money)]);
  return [
    ...table(
      ['', 'observed', 'mean', 'median', percent((1 - confidence) / 2), percent((1 + confidence) / 2)],
      rows,
    ),
    '',
    `${count(result.samples)} samples of ${count(result.results)} results (${result.method}): ${percent(lossProbability)} end with a loss, ${percent(deeperProbability)} have a drawdown as deep as the observed one.`,
  ].join('\n');
}
