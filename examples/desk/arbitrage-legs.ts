import type { Instrument } from 'millrace';

/**
 * The two instruments of an asset that are cheapest to hold against each other, or `undefined`.
 *
 * One of them must be a contract, since spot is not sold short, and both linear. Two venues are better than one.
 */
export function arbitrageLegs(
  instruments: readonly Instrument[],
  asset: string,
): readonly [Instrument, Instrument] | undefined {
  const linear = instruments.filter(
    ({ base, inverse, kind }) => base === asset && !inverse && kind !== 'spread',
  );
  const pairs = linear.flatMap((second) =>
    linear
      .filter((first) => first.id !== second.id && second.kind !== 'spot' && first.kind !== 'future')
      .map((first) => [first, second] as const),
  );
  const rank = ([first, second]: readonly [Instrument, Instrument]): number =>
    first.fees.taker + second.fees.taker + (first.venue === second.venue ? 0.001 : 0);
  return pairs.sort((a, b) => rank(a) - rank(b))[0];
}
