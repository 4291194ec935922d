import type { CurvePoint } from '../summary/curve.js';
import { escaped, moneyOf, timeOf } from './words.js';

/** A line of a chart. */
export interface Line {
  readonly name: string;
  readonly points: readonly CurvePoint[];
  /** Of the palette: 1 to 6. */
  readonly color: number;
}

/** A mark on a chart: an arrow up for a buy, down for a sell. */
export interface Mark extends CurvePoint {
  readonly up: boolean;
  readonly words: string;
}

/** How a chart is drawn. */
export interface ChartOptions {
  /** Read out by screen readers. */
  readonly title: string;
  readonly lines: readonly Line[];
  readonly marks?: readonly Mark[];
  /** Fills the room down to 0. @default false */
  readonly area?: boolean;
  /** Draws the line of 0. @default false */
  readonly zero?: boolean;
}

const WIDTH = 720;
const HEIGHT = 200;
const LEFT = 66;
const RIGHT = 12;
const TOP = 10;
const BOTTOM = 26;

/** A chart as SVG: scales with its column, colours by CSS, no script. */
export function chart({ title, lines, marks = [], area = false, zero = false }: ChartOptions): string {
  const points = [...lines.flatMap((line) => line.points), ...marks].filter(({ value }) =>
    Number.isFinite(value),
  );
  if (points.length === 0) return '<p class="none">nothing to show</p>';
  let [from, to, low, high] = [
    Infinity,
    -Infinity,
    zero || area ? 0 : Infinity,
    zero || area ? 0 : -Infinity,
  ];
  for (const { ts, value } of points) {
    from = Math.min(from, ts);
    to = Math.max(to, ts);
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low === high) [low, high] = [low - 1, high + 1];
  if (from === to) to = from + 1;
  const x = (ts: number): string => (LEFT + ((ts - from) / (to - from)) * (WIDTH - LEFT - RIGHT)).toFixed(1);
  const y = (value: number): string =>
    (TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM)).toFixed(1);
  const grid = ticks(low, high).map(
    (value) =>
      `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${y(value)}" y2="${y(value)}"/><text class="axis" x="${LEFT - 8}" y="${y(value)}" dy="0.32em" text-anchor="end">${moneyOf(value)}</text>`,
  );
  const times = [0, 0.25, 0.5, 0.75, 1].map((share) => {
    const ts = from + share * (to - from);
    const anchor = share === 0 ? 'start' : share === 1 ? 'end' : 'middle';
    return `<text class="axis" x="${x(ts)}" y="${HEIGHT - 8}" text-anchor="${anchor}">${timeOf(ts, to - from)}</text>`;
  });
  const drawn = lines.map(({ points: own, color }) => {
    const known = own.filter(({ value }) => Number.isFinite(value));
    const path = known.map(({ ts, value }, nth) => `${nth === 0 ? 'M' : 'L'}${x(ts)} ${y(value)}`).join('');
    const first = known[0];
    const last = known.at(-1);
    const filled =
      area && first !== undefined && last !== undefined
        ? `<path class="area c${color}" d="${path}L${x(last.ts)} ${y(0)}L${x(first.ts)} ${y(0)}Z"/>`
        : '';
    return `${filled}<path class="line c${color}" d="${path}"/>`;
  });
  const marked = marks.map(({ ts, value, up, words }) => {
    const [px, py] = [Number(x(ts)), Number(y(value))];
    const tip = up ? 6 : -6;
    return `<path class="mark ${up ? 'buy' : 'sell'}" d="M${px} ${py + tip * 0.2}l-4 ${tip}h8z"><title>${escaped(words)}</title></path>`;
  });
  const legend =
    lines.length < 2
      ? ''
      : `<ul class="legend">${lines.map(({ name, color }) => `<li class="c${color}">${escaped(name)}</li>`).join('')}</ul>`;
  return `<figure><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}">${grid.join('')}${times.join('')}${drawn.join('')}${marked.join('')}</svg>${legend}</figure>`;
}

/** Some four round values from low to high. */
function ticks(low: number, high: number): readonly number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((each) => each * power >= rough) ?? 10) * power;
  const all: number[] = [];
  for (let nth = Math.ceil(low / step); nth * step <= high; nth++) all.push(nth * step);
  return all;
}
