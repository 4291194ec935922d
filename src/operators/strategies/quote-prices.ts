import { positiveNumber, refuse } from '../../domain/check.js';

/** What Avellaneda and Stoikov's maker knows; prices in one unit, times in one unit. */
export interface QuoteInputs {
  readonly mid: number;
  /** Held now, as a share of the most that may be held: from -1 to 1. */
  readonly inventory: number;
  /** Variance of the price in one unit of time: price² a unit. */
  readonly variance: number;
  /** How long the inventory is to be borne. */
  readonly horizon: number;
  /** Aversion to risk, above 0: 1 / price. */
  readonly aversion: number;
  /** How fast fills become rarer away from the mid, above 0: 1 / price. */
  readonly decay: number;
}

/** Where to quote. */
export interface QuotePrices {
  /** The price at which one more lot and one less are worth the same. */
  readonly reservation: number;
  readonly bid: number;
  readonly ask: number;
}

/**
 * The quotes of Avellaneda and Stoikov, "High-frequency trading in a limit order book" (2008):
 *
 * reservation = mid − inventory·aversion·variance·horizon;
 * bid, ask = reservation ∓ (aversion·variance·horizon / 2 + ln(1 + aversion / decay) / aversion)
 *
 * @throws ConfigurationError for an aversion, decay or horizon that is not above 0
 * @example
 * avellanedaStoikov({ mid: 100, inventory: 0.5, variance: 4, horizon: 1, aversion: 0.1, decay: 1.5 }).reservation; // 99.8
 */
export function avellanedaStoikov(inputs: QuoteInputs): QuotePrices {
  const { mid, inventory, variance } = inputs;
  const horizon = positiveNumber('avellanedaStoikov.horizon', inputs.horizon);
  const aversion = positiveNumber('avellanedaStoikov.aversion', inputs.aversion);
  const decay = positiveNumber('avellanedaStoikov.decay', inputs.decay);
  if (variance < 0) refuse('avellanedaStoikov.variance', 'at least 0', variance);
  const risk = aversion * variance * horizon;
  const reservation = mid - inventory * risk;
  const half = risk / 2 + Math.log1p(aversion / decay) / aversion;
  return { reservation, bid: reservation - half, ask: reservation + half };
}
