// @ts-check

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/**
 * Median with the least and the most: what a reader needs to judge how far a figure can be trusted.
 *
 * @param {readonly number[]} values
 */
export function summary(values) {
  return { median: median(values), least: Math.min(...values), most: Math.max(...values) };
}

/**
 * The ratio of two variants, round by round: both ran next to each other, so that the machine's drift cancels out.
 *
 * @param {readonly number[]} over
 * @param {readonly number[]} under
 */
export function ratios(over, under) {
  return summary(over.map((value, round) => value / /** @type {number} */ (under[round])));
}

/**
 * Slope of a straight line through points, by least squares.
 *
 * @param {readonly { x: number, y: number }[]} points
 */
export function slope(points) {
  const meanX = points.reduce((sum, { x }) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, { y }) => sum + y, 0) / points.length;
  let above = 0;
  let below = 0;
  for (const { x, y } of points) {
    above += (x - meanX) * (y - meanY);
    below += (x - meanX) ** 2;
  }
  return above / below;
}
