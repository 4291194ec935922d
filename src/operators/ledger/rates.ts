import { type Decimal, decimal, plainNumber, quotient } from '../../domain/decimal.js';

/** One unit of `from` is worth `rate` units of `to`, as known since `time` (Unix milliseconds of the log). */
interface Rate {
  readonly from: string;
  readonly to: string;
  readonly rate: string;
  readonly time: number;
}

/** What one unit is worth, exactly and in floats; `undefined`: there is no way. */
interface Factor {
  readonly exact: Decimal | undefined;
  readonly plain: number | undefined;
}

export type SavedRates = readonly (readonly [from: string, to: string, rate: string, time: number])[];

const ONE = decimal(1);

/**
 * Conversion rates between currencies, the latest of each pair.
 *
 * A conversion goes directly, backwards over the opposite pair, or through one currency in between; of
 * several such ways it takes the one whose older rate is the youngest, then the first by name. What cannot be
 * converted is `undefined`, never taken as 1.
 */
export class Rates {
  /** By `from`, then `to`; a pair is held in the direction in which it was last told. */
  readonly #rates = new Map<string, Map<string, Rate>>();
  /** Factors that were asked for since a rate was last told, by `from`, then `to`: the way and its quotients are looked for once. */
  readonly #factors = new Map<string, Map<string, Factor>>();

  /** Takes a rate; one that is not above 0 makes the pair unknown. @returns whether anything changed */
  set(from: string, to: string, rate: string, time: number): boolean {
    this.#factors.clear();
    const former = this.#rates.get(from)?.get(to);
    this.#rates.get(to)?.delete(from);
    if (from === to || !decimal(rate).gt(0)) {
      this.#rates.get(from)?.delete(to);
      return former !== undefined;
    }
    let row = this.#rates.get(from);
    if (row === undefined) {
      row = new Map();
      this.#rates.set(from, row);
    }
    row.set(to, { from, to, rate, time });
    return former?.rate !== rate;
  }

  /** `amount` of `from` in `to`, in floats. */
  convert(amount: number, from: string, to: string): number | undefined {
    if (from === to) return amount;
    const { plain } = this.#factorOf(from, to);
    return plain === undefined ? undefined : amount * plain;
  }

  /** When the older of the rates on the way became known; `undefined` when there is no way. */
  time(from: string, to: string): number | undefined {
    if (from === to) return Number.POSITIVE_INFINITY;
    const way = this.#way(from, to);
    return way.length === 0 ? undefined : ageOf(way);
  }

  /**
   * What one unit of `from` is worth in `to`, exact but for 20 decimals of a backward rate.
   *
   * Amounts that are multiplied by one factor still add up after the conversion.
   */
  factor(from: string, to: string): Decimal | undefined {
    return from === to ? ONE : this.#factorOf(from, to).exact;
  }

  save(): SavedRates {
    const saved: [string, string, string, number][] = [];
    for (const row of this.#rates.values()) {
      for (const { from, to, rate, time } of row.values()) saved.push([from, to, rate, time]);
    }
    return saved.sort((a, b) => compare(a[0], b[0]) || compare(a[1], b[1]));
  }

  restore(saved: SavedRates): void {
    for (const [from, to, rate, time] of saved) this.set(from, to, rate, time);
  }

  #factorOf(from: string, to: string): Factor {
    let row = this.#factors.get(from);
    if (row === undefined) {
      row = new Map();
      this.#factors.set(from, row);
    }
    let factor = row.get(to);
    if (factor === undefined) {
      factor = factorOver(this.#way(from, to), from);
      row.set(to, factor);
    }
    return factor;
  }

  /** The rates to go over, in order; empty when there is no way. */
  #way(from: string, to: string): readonly Rate[] {
    const direct = this.#between(from, to);
    if (direct !== undefined) return [direct];
    let best: readonly Rate[] = [];
    for (const middle of this.#neighbours(from)) {
      const first = this.#between(from, middle);
      const second = this.#between(middle, to);
      if (first === undefined || second === undefined) continue;
      const way = [first, second];
      if (best.length === 0 || ageOf(way) > ageOf(best)) best = way;
    }
    return best;
  }

  #between(a: string, b: string): Rate | undefined {
    return this.#rates.get(a)?.get(b) ?? this.#rates.get(b)?.get(a);
  }

  #neighbours(currency: string): readonly string[] {
    const names = [...(this.#rates.get(currency)?.keys() ?? [])];
    for (const [from, row] of this.#rates) if (row.has(currency)) names.push(from);
    return names.sort(compare);
  }
}

function factorOver(way: readonly Rate[], from: string): Factor {
  if (way.length === 0) return NO_WAY;
  let at = from;
  let exact = ONE;
  for (const step of way) {
    const forward = step.from === at;
    exact = exact.times(forward ? decimal(step.rate) : quotient(ONE, decimal(step.rate)));
    at = forward ? step.to : step.from;
  }
  return { exact, plain: plainNumber(exact) };
}

const NO_WAY: Factor = { exact: undefined, plain: undefined };

const ageOf = (way: readonly Rate[]): number => Math.min(...way.map((rate) => rate.time));

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
