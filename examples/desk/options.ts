import { parseArgs } from 'node:util';
import { OptionError, type Rate, wordOf } from './option-error.js';
import { durationOf, integerOf, numberOf, positiveOf, rateOf, withJoinedNegatives } from './option-values.js';

/** What the command line says, checked. */
export interface Options {
  readonly help: boolean;
  /** Files and folders of recordings; none: the simulated market. */
  readonly data: readonly string[];
  readonly seed: number;
  /** Milliseconds of simulated market. */
  readonly duration: number;
  /** Given though a recording is played. */
  readonly unused: readonly string[];
  /** Seconds of the market in one second. */
  readonly speed: number;
  readonly asset: string | undefined;
  /** Milliseconds between two samples of a price; `undefined`: as fits the length of the data. */
  readonly sample: number | undefined;
  readonly rates: readonly Rate[];
  readonly capital: number;
  readonly budget: number;
  /** Base units; `undefined`: as fits the budget. */
  readonly maxPosition: number | undefined;
  readonly maxVenueExposure: number;
  readonly maxDailyLoss: number;
  readonly journal: string | undefined;
  readonly record: string | undefined;
  readonly development: boolean;
  readonly json: boolean;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/** Reads the command line. @throws OptionError in one line */
export function readOptions(args: readonly string[]): Options {
  const values = parse(args);
  const data = values.data ?? [];
  const simulated = ['seed', 'duration'] as const;
  return {
    help: values.help,
    data,
    seed: integerOf('--seed', values.seed ?? '1'),
    duration: durationOf('--duration', values.duration ?? '3h'),
    unused:
      data.length === 0
        ? []
        : simulated.filter((name) => values[name] !== undefined).map((name) => `--${name}`),
    speed: values.speed === undefined ? Number.POSITIVE_INFINITY : positiveOf('--speed', values.speed),
    asset: values.asset,
    sample: values.sample === undefined ? undefined : durationOf('--sample', values.sample),
    rates: (values.rate ?? []).map((rate) => rateOf('--rate', rate)),
    capital: numberOf('--capital', values.capital ?? '250000'),
    budget: positiveOf('--budget', values.budget ?? '25000'),
    maxPosition:
      values['max-position'] === undefined ? undefined : positiveOf('--max-position', values['max-position']),
    maxVenueExposure: positiveOf('--max-venue-exposure', values['max-venue-exposure'] ?? '32000'),
    maxDailyLoss: positiveOf('--max-daily-loss', values['max-daily-loss'] ?? '2500'),
    journal: values.journal,
    record: values.record,
    development: values.development,
    json: values.json,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: withJoinedNegatives(args),
      strict: true,
      allowPositionals: false,
      options: {
        help: { ...flag, short: 'h' },
        data: { ...text, multiple: true },
        seed: text,
        duration: text,
        speed: text,
        asset: text,
        sample: text,
        rate: { ...text, multiple: true },
        capital: text,
        budget: text,
        'max-position': text,
        'max-venue-exposure': text,
        'max-daily-loss': text,
        journal: text,
        record: text,
        development: flag,
        json: flag,
      },
    }).values;
  } catch (error) {
    throw new OptionError(wordOf(error));
  }
}
