import {
  DashboardBuilder,
  DashboardCursorSync,
  MappingType,
  type Panel,
  QueryVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as StateTimelineBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import { PanelBuilder as TimeSeriesBuilder } from '@grafana/grafana-foundation-sdk/timeseries';

const SOURCE = { type: 'prometheus', uid: 'prometheus' };

/** What a panel shows. */
export interface Shown {
  readonly title: string;
  /** What it is good for, in a sentence: shown behind the small i. */
  readonly about: string;
  readonly kind: 'series' | 'number' | 'states';
  /** Of Grafana: `s`, `percentunit`, `short`, `bytes`, `ops`. @default "short" */
  readonly unit?: string;
  /** Expressions, each with its legend. */
  readonly of: readonly (readonly [expression: string, legend: string])[];
  /** Columns of 24. */
  readonly width: number;
  /** From here on it is red; below: green. For numbers. */
  readonly alarm?: number;
  /** 0 and 1 in words: `['down', 'up']`. The first is bad. */
  readonly words?: readonly [zero: string, one: string];
  /** The second word is the bad one. */
  readonly oneIsBad?: boolean;
}

/** Only the instances that were chosen. */
export const ON = 'instance=~"$instance"';

/** Lines over time: most panels are those. */
export const series = (
  title: string,
  about: string,
  of: Shown['of'],
  { width, unit }: Pick<Shown, 'width' | 'unit'>,
): Shown => ({ title, about, kind: 'series', of, width, ...(unit === undefined ? {} : { unit }) });

/** A row of panels, all of one height. */
export interface Row {
  readonly height: number;
  readonly panels: readonly Shown[];
}

/** A dashboard. */
export interface Board {
  readonly uid: string;
  readonly title: string;
  readonly about: string;
  /** Variables with the label that they take their values from, and a metric that has it. */
  readonly variables: readonly { readonly name: string; readonly label: string; readonly metric: string }[];
  readonly rows: readonly Row[];
}

/** The JSON that Grafana reads. */
export function dashboard({ uid, title, about, variables, rows }: Board): object {
  const built = new DashboardBuilder(title)
    .uid(uid)
    .description(about)
    .tags(['millrace'])
    .refresh('5s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('utc')
    .tooltip(DashboardCursorSync.Crosshair)
    .editable();
  for (const { name, label, metric } of variables) {
    built.withVariable(
      new QueryVariableBuilder(name)
        .label(name)
        .datasource(SOURCE)
        .query(`label_values(${metric}, ${label})`)
        .multi(true)
        .includeAll(true)
        .refresh(2),
    );
  }
  let y = 0;
  let id = 0;
  for (const { height, panels } of rows) {
    let x = 0;
    for (const shown of panels) {
      const panel = panelOf(shown, ++id, { x, y, w: shown.width, h: height });
      built.withPanel({ build: () => panel });
      x += shown.width;
    }
    if (x > 24) throw new Error(`${title}: a row of ${x} columns; there are 24`);
    y += height;
  }
  return built.build();
}

function panelOf(shown: Shown, id: number, gridPos: { x: number; y: number; w: number; h: number }): Panel {
  const { title, about, kind, unit = 'short', of, alarm, words, oneIsBad = false } = shown;
  const builder =
    kind === 'series'
      ? new TimeSeriesBuilder().fillOpacity(8).lineWidth(1).spanNulls(false)
      : kind === 'number'
        ? new StatBuilder()
        : new StateTimelineBuilder().fillOpacity(70).lineWidth(0);
  builder
    .id(id)
    .title(title)
    .description(about)
    .datasource(SOURCE)
    .unit(unit)
    .gridPos(gridPos)
    .noValue('unknown');
  of.forEach(([expression, legend], nth) => {
    builder.withTarget(
      new DataqueryBuilder()
        .refId(String.fromCharCode(65 + nth))
        .datasource(SOURCE)
        .expr(expression)
        .legendFormat(legend),
    );
  });
  if (words !== undefined) {
    const [zero, one] = words;
    const [bad, good] = ['red', 'green'];
    builder.mappings([
      {
        type: MappingType.ValueToText,
        options: {
          '0': { text: zero, color: oneIsBad ? good : bad, index: 0 },
          '1': { text: one, color: oneIsBad ? bad : good, index: 1 },
        },
      },
    ]);
  }
  builder.thresholds(
    new ThresholdsConfigBuilder()
      .mode(ThresholdsMode.Absolute)
      .steps([
        { value: null, color: alarm === undefined ? 'text' : 'green' },
        ...(alarm === undefined ? [] : [{ value: alarm, color: 'red' }]),
      ]),
  );
  return builder.build();
}

/** A quantile of a histogram over five minutes, by these labels. */
export const quantile = (share: number, metric: string, where: string, ...by: readonly string[]): string =>
  `histogram_quantile(${share}, sum by (${[...by, 'le'].join(', ')}) (rate(${metric}_bucket{${where}}[5m])))`;
