import { median } from './median.js';

/**
 * Runs contestants in turn, round after round, and compares what they made of the input.
 *
 * Each is `{ name, run() }`, where `run` plays the whole input on a fresh book and gives its digest.
 */
export function compare(title, operations, contestants, rounds) {
  const seconds = new Map(contestants.map(({ name }) => [name, []]));
  const digests = new Map();
  for (let round = 0; round < rounds; round++) {
    // Turned by one each time, so that nobody always follows the same neighbour.
    for (let turn = 0; turn < contestants.length; turn++) {
      const { name, run } = contestants[(turn + round) % contestants.length];
      const before = process.cpuUsage();
      const digest = run();
      const { user, system } = process.cpuUsage(before);
      if (round > 0) seconds.get(name).push((user + system) / 1e6);
      digests.set(name, digest);
    }
  }
  const values = new Set(digests.values());
  console.log(`\n${title}: ${operations.toLocaleString('en')} operations, digest ${[...values].join(' ≠ ')}`);
  if (values.size > 1) {
    for (const [name, digest] of digests) console.error(`  ${name}: ${digest}`);
    throw new Error(`${title}: the digests differ`);
  }
  const rates = new Map([...seconds].map(([name, all]) => [name, operations / median(all)]));
  for (const [name, rate] of rates)
    console.log(`  ${name.padEnd(24)} ${(rate / 1e6).toFixed(2).padStart(8)} M/s`);
  return rates;
}

/** Prints a ratio and its goal. */
export function goal(what, ratio, least) {
  console.log(
    `  ${ratio >= least ? 'met   ' : 'MISSED'} ${what}: ${ratio.toFixed(2)} (goal ${least.toFixed(2)})`,
  );
}
