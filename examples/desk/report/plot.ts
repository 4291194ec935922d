import type { CurvePoint } from 'millrace/monitoring';

const BARS = ' ▁▂▃▄▅▆▇█';

/** Thins a curve to so many columns: of each, the value that lies farthest from 0. */
function columns(points: readonly CurvePoint[], width: number): number[] {
  const count = Math.min(width, points.length);
  return Array.from({ length: count }, (_, column) => {
    const from = Math.floor((column * points.length) / count);
    const to = Math.max(from + 1, Math.floor(((column + 1) * points.length) / count));
    return points
      .slice(from, to)
      .reduce((far, { value }) => (Math.abs(value) > Math.abs(far) ? value : far), points[from]?.value ?? 0);
  });
}

/** Draws a curve as rows of blocks, the highest first. The scale goes from `low` to `high`. */
export function plot(
  points: readonly CurvePoint[],
  { width, height, low, high }: { width: number; height: number; low: number; high: number },
): string[] {
  const steps = columns(points, width).map((value) =>
    high > low ? Math.round(((value - low) / (high - low)) * height * 8) : 0,
  );
  return Array.from({ length: height }, (_, row) => {
    const floor = (height - 1 - row) * 8;
    return steps.map((step) => BARS[Math.max(0, Math.min(8, step - floor))]).join('');
  });
}

/** How far a curve is below its highest point so far. */
export function drawdowns(points: readonly CurvePoint[]): CurvePoint[] {
  let peak = 0;
  return points.map(({ ts, value }) => {
    if (value > peak) peak = value;
    return { ts, value: peak - value };
  });
}
