import type { Instrument } from 'millrace';

/** Milliseconds; a sample is one of these, so that nearly equal recordings are sampled alike. */
const STEPS = [25, 50, 100, 250, 500, 1_000, 2_000, 3_000];

/** About so many samples are taken of a whole recording: the slowest feature wants a hundred before it speaks. */
const SAMPLES = 1_200;

/** The time between two samples that suits data of such a length; a tenth is let pass, since lengths are estimates. */
export function sampleFor(span: number): number {
  return STEPS.findLast((step) => step <= (1.1 * span) / SAMPLES) ?? (STEPS[0] as number);
}

/** The asset that most instruments are of; the first of equals. */
export function mainAsset(instruments: readonly Instrument[]): string {
  const counts = new Map<string, number>();
  for (const { base } of instruments) counts.set(base, (counts.get(base) ?? 0) + 1);
  const [first] = [...counts].sort(([, a], [, b]) => b - a);
  return first?.[0] ?? '';
}

/** Base units that a notional buys at such a price, to two digits. */
export function unitsFor(notional: number, price: number | undefined): number {
  return price === undefined ? notional : Number((notional / price).toPrecision(2));
}
