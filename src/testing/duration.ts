/**
 * A length of time as a diagram or an option writes it: `10ms`, `3s`, `1.5m`, `1h`.
 *
 * A type rather than `string`, so that `step: '1 second'` does not compile.
 */
export type Duration = `${number}${'ms' | 's' | 'm' | 'h'}`;

const millisecondsOf: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/**
 * The milliseconds of a duration, or `undefined` where the text is not one.
 *
 * Fractions are allowed as long as the result is a whole number of milliseconds: timers know nothing finer, and a
 * half would be rounded by one engine and kept by the other.
 *
 * @example
 * readDuration('1.5s'); // 1500
 * readDuration('soon'); // undefined
 */
export function readDuration(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text) ?? [];
  if (amount === undefined || unit === undefined) return undefined;
  const exact = Number(amount) * (millisecondsOf[unit] ?? Number.NaN);
  const whole = Math.round(exact);
  return Math.abs(exact - whole) < 1e-6 ? whole : undefined;
}

/**
 * Milliseconds in the largest unit that needs no fraction, so that a drawing can be pasted back as a diagram.
 *
 * @example
 * writeDuration(90_000); // '90s'
 * writeDuration(3_600_000); // '1h'
 */
export function writeDuration(milliseconds: number): string {
  if (milliseconds === 0) return '0s';
  const unit = ['h', 'm', 's'].find((name) => milliseconds % (millisecondsOf[name] ?? 1) === 0) ?? 'ms';
  return `${milliseconds / (millisecondsOf[unit] ?? 1)}${unit}`;
}
