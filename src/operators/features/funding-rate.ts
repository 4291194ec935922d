import { knownKeys, oneOf } from '../../domain/check.js';
import { type Duration, milliseconds } from '../../domain/duration.js';
import { type Feature, fingerprint } from './feature.js';

/** How {@link fundingRate} states the rate: as told, for a year, or the time until it is due. */
export interface FundingRateOptions {
  /** The time for which a rate is paid, to state it for a year: '8h' on most venues. @default as it is told */
  readonly annualFrom?: Duration;
  /** `rate`, or the `time` until it is due in milliseconds. @default 'rate' */
  readonly line?: 'rate' | 'time';
}

class Funding {
  rate: number = Number.NaN;
  due: number = Number.NaN;
}

const YEAR = 365 * 86_400_000;

/**
 * The funding rate of a perpetual that was told last, as a fraction of the notional; `NaN` before the first. After it was
 * due it stands until the next is told, and the time until then is 0.
 *
 * @throws ConfigurationError when an option is unknown or out of range
 * @example
 * fundingRate({ annualFrom: '8h' }); // 0.0001 each 8 hours: 0.1095 a year
 */
export function fundingRate(options: FundingRateOptions = {}): Feature<Funding> {
  knownKeys('fundingRate', options, ['annualFrom', 'line']);
  const line = oneOf('fundingRate.line', options.line ?? 'rate', ['rate', 'time']);
  const from =
    options.annualFrom === undefined ? 0 : milliseconds('fundingRate.annualFrom', options.annualFrom);
  const scale = from === 0 ? 1 : YEAR / from;
  return {
    warmUp: 1,
    unit: line === 'time' ? 'milliseconds' : from === 0 ? 'fraction of the notional' : 'fraction a year',
    source: "the venue's word",
    fingerprint: fingerprint('fundingRate', { line, annualFrom: from }),
    init: () => new Funding(),
    update: (state, { kind, ts, fundingRate: rate, fundingTime }) => {
      if (kind === 'funding' && Number.isFinite(rate)) {
        state.rate = rate + 0;
        state.due = Number.isFinite(fundingTime) ? fundingTime : Number.NaN;
      }
      return line === 'rate' ? state.rate * scale : Math.max(state.due - ts, 0);
    },
    save: ({ rate, due }) => ({ rate, due }),
    restore: (saved) => Object.assign(new Funding(), saved),
  };
}
